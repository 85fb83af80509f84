import { nullable } from './column.ts'

/** The pixel scores of one image, measured on its luma (Rec. 709, 0 to 1) after a bounded downscale. Null where the pixels could not be read. */
export const scores = {
  sharpness: nullable('float64', 'variance of the Laplacian of the luma; low is blurred'),
  brightness: nullable('float64', 'mean luma, 0 black to 1 white'),
  contrast: nullable('float64', 'standard deviation of the luma'),
  entropy: nullable('float64', 'Shannon entropy of the 256-bin luma histogram, in bits, 0 to 8'),
  dark_fraction: nullable('float64', 'share of pixels with luma below 0.1'),
  bright_fraction: nullable('float64', 'share of pixels with luma above 0.95'),
  colorfulness: nullable('float64', 'Hasler-Suesstrunk colourfulness of 8-bit RGB, 0 is gray'),
} as const
