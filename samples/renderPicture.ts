import sharp from 'sharp'
import type { Picture } from './picture.ts'
import { Random } from './Random.ts'

/** The planned picture as a JPEG. */
export async function renderPicture(picture: Picture): Promise<Buffer> {
  const { width, height, svg, noise, blur, brightness, jpegQuality } = picture
  let drawn = sharp(Buffer.from(svg)).flatten({ background: '#ffffff' }).modulate({ brightness })
  if (blur > 0) drawn = drawn.blur(blur)
  const pixels = await drawn.raw().toBuffer()
  addNoise(pixels, noise, new Random(svg))
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: jpegQuality })
    .toBuffer()
}

/** Adds noise of a standard deviation to every channel: the sum of four uniform bytes is near enough to a Gaussian. */
function addNoise(pixels: Buffer, deviation: number, random: Random): void {
  const scale = deviation / 147.8 // standard deviation of that sum: sqrt(4 * (256^2 - 1) / 12)
  let bits = random.whole(1, 0x7fffffff)
  for (let index = 0; index < pixels.length; index++) {
    bits ^= bits << 13 // xorshift32
    bits ^= bits >>> 17
    bits ^= bits << 5
    const sum = (bits & 255) + ((bits >>> 8) & 255) + ((bits >>> 16) & 255) + (bits >>> 24)
    const value = (pixels[index] ?? 0) + (sum - 510) * scale
    pixels[index] = Math.max(0, Math.min(255, value))
  }
}
