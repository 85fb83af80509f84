/** The Spark versions that imagehub brings and tests: one for each line. */
export type SparkLine = '3.5' | '4.0'

export interface SparkRelease {
  readonly line: SparkLine
  /** The release that `npm run spark:setup` brings. */
  readonly version: string
  readonly scala: string
  /** Oldest and newest feature release of Java that this Spark's own documentation names, of those that imagehub supports. */
  readonly java: { readonly oldest: number; readonly newest: number }
  /** Whether its Connect server can listen on one address only and ask for a token. */
  readonly protectsItself: boolean
}

export const sparkReleases: Readonly<Record<SparkLine, SparkRelease>> = {
  '3.5': {
    line: '3.5',
    version: '3.5.7',
    scala: '2.12',
    java: { oldest: 17, newest: 17 },
    protectsItself: false,
  },
  '4.0': {
    line: '4.0',
    version: '4.0.1',
    scala: '2.13',
    java: { oldest: 17, newest: 21 },
    protectsItself: true,
  },
}

export const sparkLines: readonly SparkLine[] = ['3.5', '4.0']
