import sharp, { type Sharp } from 'sharp'

/** Raw RGB of a picture with smooth areas and edges in every part, the same for the same size: a stand-in for a photo. */
export function drawnPixels(width: number, height: number): Buffer {
  const pixels = Buffer.alloc(width * height * 3)
  for (let row = 0, at = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const stripes = ((row >> 3) ^ (column >> 3)) & 1 ? 60 : 0
      pixels[at++] = Math.round((column / width) * 150) + stripes
      pixels[at++] = Math.round((row / height) * 180) + stripes
      pixels[at++] = (row * 7 + column * 13) % 120
    }
  }
  return pixels
}

export function drawnPicture(width: number, height: number): Sharp {
  return sharp(drawnPixels(width, height), { raw: { width, height, channels: 3 } })
}
