import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { SparkImageRow } from '../../../stages/pixels/rgbOfSparkImage.ts'

/** Asks javax.imageio, through the program beside this file, about files one after another; null is a row of no picture. */
export async function* javaImages(paths: Iterable<string>): AsyncGenerator<SparkImageRow | null> {
  const program = join(import.meta.dirname, 'ImageSchema.java')
  const child = spawn('java', ['-Xmx1g', '-Djava.awt.headless=true', program], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const chunks = child.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  let rest: Buffer = Buffer.alloc(0)
  const take = async (length: number): Promise<Buffer> => {
    const parts = [rest]
    for (let have = rest.length; have < length; ) {
      const { done, value } = await chunks.next()
      if (done) throw new Error('Java ended early')
      parts.push(value)
      have += value.length
    }
    const all = Buffer.concat(parts)
    rest = all.subarray(length)
    return all.subarray(0, length)
  }
  const integer = async () => (await take(4)).readInt32BE()
  try {
    for (const path of paths) {
      child.stdin.write(`${path}\n`)
      const height = await integer()
      if (height === -1) yield null
      else {
        const [width, nChannels, mode] = [await integer(), await integer(), await integer()]
        yield { height, width, nChannels, mode, data: await take(await integer()) }
      }
    }
  } finally {
    child.kill()
  }
}
