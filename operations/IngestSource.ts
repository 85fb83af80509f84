import type { StorageOptions } from '../storage/openStorage.ts'

/** Where photos come from. */
export type IngestSource =
  /** Every candidate image below a folder or an s3:// prefix. */
  | { readonly kind: 'folder'; readonly uri: string; readonly storage?: StorageOptions }
  /** The origins that a CSV names, on this machine or in S3; relative ones are relative to `root`. @default root: the CSV's folder */
  | { readonly kind: 'csv'; readonly path: string; readonly root?: string; readonly storage?: StorageOptions }
  /** The Open Images validation set, by class names. */
  | {
      readonly kind: 'open_images'
      readonly classes: readonly string[]
      readonly limit: number
      readonly seed?: number
      /** @default the public bucket, anonymously */
      readonly storage?: StorageOptions
    }

/** Where labels come from. */
export type LabelSource =
  /** Each image's own folder names its class. */
  | { readonly kind: 'folder' }
  | {
      readonly kind: 'csv'
      readonly path: string
      /** Which column of the file holds what, where its name is none of the usual ones. */
      readonly columns?: Partial<Record<'image' | 'label' | 'display_name' | 'source' | 'confidence', string>>
      /** What sets labels apart inside one cell. */
      readonly separator?: string
      /** CSV of class ids and display names. @default the one beside the label file, where there is one */
      readonly classDescriptions?: string
      /** JSON of the class hierarchy. @default the one beside the label file, where there is one */
      readonly hierarchy?: string
    }
