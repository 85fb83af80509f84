import type { ModelFacts } from './ModelManifest.ts'

/** A file that `pull` downloads: what must arrive, to the byte. */
export interface KnownDownload {
  readonly url: string
  readonly bytes: number
  readonly md5: string
}

/** A model that `pull` gets by its id alone. */
export interface KnownModel {
  readonly id: string
  readonly from: { readonly download: KnownDownload } | { readonly package: 'nsfwjs' }
  readonly facts: ModelFacts
}

// Name, URL and MD5 as in Keras Applications, inception_v3.py.
const inceptionFile = 'inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5'
const inceptionUrl = `https://storage.googleapis.com/tensorflow/keras-applications/inception_v3/${inceptionFile}`

export const knownModels: readonly KnownModel[] = [
  {
    id: 'inception-v3-imagenet',
    from: {
      download: { url: inceptionUrl, bytes: 87_910_968, md5: 'bcbd6486424b2319ff4ef7d526e38f63' },
    },
    facts: {
      source: inceptionUrl,
      licence: 'Apache-2.0',
      notes: 'InceptionV3 trained on ImageNet, by Keras Applications: good general features.',
    },
  },
  {
    id: 'inception-v3-nsfwjs',
    from: { package: 'nsfwjs' },
    facts: {
      source: 'npm package nsfwjs',
      licence: 'MIT',
      notes:
        'InceptionV3 tuned for content moderation, its weights of 8 bits: features are clearly weaker than those of inception-v3-imagenet. Needs no download.',
    },
  },
]

export function findKnownModel(id: string): KnownModel | undefined {
  return knownModels.find(model => model.id === id)
}
