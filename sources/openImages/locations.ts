import type { S3Options } from '../../storage/s3Options.ts'

/** Where the validation set of Open Images V7 is: https://storage.googleapis.com/openimages/web/download_v7.html */
export interface OpenImagesLocations {
  readonly classDescriptions: string
  readonly hierarchy: string
  readonly labels: string
  /** Folder of the photos, each named by its image id. */
  readonly photos: string
}

export interface OpenImagesLocationOptions {
  /** Base URL of the label files. @default IMAGEHUB_OPEN_IMAGES_FILES, else https://storage.googleapis.com/openimages */
  readonly files?: string
  /** URI of the photos' folder. @default IMAGEHUB_OPEN_IMAGES_PHOTOS, else s3://open-images-dataset/validation */
  readonly photos?: string
}

export function openImagesLocations(
  options: OpenImagesLocationOptions = {},
  environment: Readonly<Record<string, string | undefined>> = process.env,
): OpenImagesLocations {
  const files = withoutSlash(
    options.files ?? environment.IMAGEHUB_OPEN_IMAGES_FILES ?? 'https://storage.googleapis.com/openimages',
  )
  const photos =
    options.photos ?? environment.IMAGEHUB_OPEN_IMAGES_PHOTOS ?? 's3://open-images-dataset/validation'
  return {
    classDescriptions: `${files}/v7/oidv7-class-descriptions.csv`,
    hierarchy: `${files}/2018_04/bbox_labels_600_hierarchy.json`,
    labels: `${files}/v7/oidv7-val-annotations-human-imagelabels.csv`,
    photos: withoutSlash(photos),
  }
}

/** How to open the photos' bucket: it lies in us-east-1 and answers without credentials. */
export function openImagesS3Options(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): S3Options {
  const endpoint = environment.IMAGEHUB_OPEN_IMAGES_ENDPOINT
  return { anonymous: true, region: 'us-east-1', ...(endpoint === undefined ? {} : { endpoint }) }
}

function withoutSlash(uri: string): string {
  return uri.replace(/\/+$/, '')
}
