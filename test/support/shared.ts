import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

/** The folder of real photos and weights beside the checkout, or where IMAGEHUB_ASSETS says. */
export const assetsFolder = process.env.IMAGEHUB_ASSETS ?? join(import.meta.dirname, '../../../shared')

/** A path below the assets folder; where it is absent, the test says so and is skipped. */
export function sharedFolder(test: TestContext, path: string): string | undefined {
  const folder = join(assetsFolder, path)
  if (existsSync(folder)) return folder
  test.skip(`${path} is absent from the assets folder (IMAGEHUB_ASSETS)`)
  return undefined
}
