import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pLimit from 'p-limit'
import { userError } from '../base/HubError.ts'
import { naming } from '../storage/fileError.ts'
import { writeFileAtomically } from '../storage/writeFile.ts'
import { type OddFile, oddFiles } from './oddFiles.ts'
import { planPicture, sampleClasses } from './picture.ts'
import { renderPicture } from './renderPicture.ts'

export interface DrawSamplesOptions {
  /** Made where it is missing; a finished set with the same numbers is left as it is, and no other file is ever removed. */
  readonly folder: string
  /** @default 40 */
  readonly perClass?: number
  /** @default 1 */
  readonly seed?: number
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void
  readonly signal?: AbortSignal
}

export interface DrawnSamples {
  readonly folder: string
  readonly classes: readonly string[]
  /** Good pictures, each in the folder of its class. */
  readonly pictures: number
  readonly odd: readonly Omit<OddFile, 'make'>[]
}

const version = 1 // of the drawings: a set of another version is drawn again
const stamp = 'samples.json'
const atOnce = 2

/**
 * Draws the small set for a demo where there are no photos: five classes, the label of each picture being its folder's name, and a
 * few odd files for the verdicts. The same seed gives the same pixels. A set of 5 x 40 takes about ten seconds and 13 MB.
 * @throws HubError `bad_count`, `storage_full`, `access_denied`
 */
export async function drawSamples(options: DrawSamplesOptions): Promise<DrawnSamples> {
  const { folder, perClass = 40, seed = 1, onProgress, signal } = options
  if (!Number.isInteger(perClass) || perClass < 1 || perClass > 100_000)
    throw userError(
      'bad_count',
      `${perClass} pictures of each class cannot be drawn`,
      'give a whole number from 1 to 100000',
    )
  const settings = JSON.stringify({ version, seed, perClass })
  const odd = oddFiles(seed)
  const drawn = {
    folder,
    classes: sampleClasses,
    pictures: perClass * sampleClasses.length,
    odd: odd.map(({ file, what }) => ({ file, what })),
  }
  if ((await readFile(join(folder, stamp), 'utf8').catch(() => '')) === settings) return drawn
  return naming('draw samples into', folder, async () => {
    for (const name of sampleClasses) await mkdir(join(folder, name), { recursive: true })
    const limit = pLimit(atOnce)
    const total = drawn.pictures + odd.length
    let done = 0
    const save = async (file: string, bytes: Buffer | string) => {
      await writeFileAtomically(join(folder, file), bytes)
      onProgress?.({ done: ++done, total })
    }
    const draw = (name: string, index: number) => async () => {
      signal?.throwIfAborted()
      const number = String(index + 1).padStart(3, '0')
      await save(`${name}/${name}-${number}.jpg`, await renderPicture(planPicture(name, index, seed)))
    }
    for (const name of sampleClasses)
      await Promise.all(Array.from({ length: perClass }, (_, index) => limit(draw(name, index))))
    for (const { file, make } of odd) await save(file, await make())
    await writeFileAtomically(join(folder, stamp), settings)
    return drawn
  })
}
