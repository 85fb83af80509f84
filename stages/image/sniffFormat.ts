/** Formats that are decoded here. */
const readableFormats = ['jpeg', 'png', 'gif', 'webp', 'tiff', 'avif'] as const
export type ReadableFormat = (typeof readableFormats)[number]

/**
 * Image formats that are recognised, to be refused by name: sharp's prebuilt libvips has no decoder for them (HEVC of HEIC is patented),
 * and SVG is a program that may name other files.
 */
const refusedFormats = [
  'bmp',
  'heif',
  'jp2',
  'jxl',
  'psd',
  'ico',
  'svg',
  'pnm',
  'exr',
  'hdr',
  'dds',
  'raw',
] as const
/** What suppliers send in place of an image. */
const otherFormats = ['pdf', 'zip', 'gzip', 'html', 'xml', 'mp4', 'riff', 'text', 'unknown'] as const

export type RefusedFormat = (typeof refusedFormats)[number]
export type SniffedFormat = ReadableFormat | RefusedFormat | (typeof otherFormats)[number]

export function isReadable(format: SniffedFormat): format is ReadableFormat {
  return (readableFormats as readonly string[]).includes(format)
}

export function isRefusedImage(format: SniffedFormat): format is RefusedFormat {
  return (refusedFormats as readonly string[]).includes(format)
}

/** Signatures at fixed offsets, most specific first; `\xNN` is a byte. */
const signatures: readonly (readonly [SniffedFormat, offset: number, signature: string])[] = [
  ['jpeg', 0, '\xff\xd8\xff'],
  ['png', 0, '\x89PNG\r\n\x1a\n'],
  ['gif', 0, 'GIF87a'],
  ['gif', 0, 'GIF89a'],
  ['raw', 0, 'FUJIFILMCCD-RAW'],
  ['raw', 0, 'II\x2a\0\x10\0\0\0CR'],
  ['raw', 0, 'IIRO'],
  ['raw', 0, 'IIU\0'],
  ['tiff', 0, 'II\x2a\0'],
  ['tiff', 0, 'MM\0\x2a'],
  ['tiff', 0, 'II\x2b\0'],
  ['tiff', 0, 'MM\0\x2b'],
  ['jp2', 0, '\0\0\0\x0cjP  \r\n\x87\n'],
  ['jp2', 0, '\xff\x4f\xff\x51'],
  ['jxl', 0, '\xff\x0a'],
  ['jxl', 0, '\0\0\0\x0cJXL \r\n\x87\n'],
  ['psd', 0, '8BPS'],
  ['ico', 0, '\0\0\x01\0'],
  ['ico', 0, '\0\0\x02\0'],
  ['exr', 0, '\x76\x2f\x31\x01'],
  ['hdr', 0, '#?RADIANCE'],
  ['dds', 0, 'DDS '],
  ['pdf', 0, '%PDF-'],
  ['zip', 0, 'PK\x03\x04'],
  ['zip', 0, 'PK\x05\x06'],
  ['gzip', 0, '\x1f\x8b'],
]

const heifBrands = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1', 'mif2'])

/** How much of the start is looked at for text formats, bytes. */
const textWindow = 4096

/** The format of the content, never of the name. Looks at no more than the first 4 KiB. */
export function sniffFormat(bytes: Uint8Array): SniffedFormat {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, textWindow))
  const at = (start: number, end: number) => head.toString('latin1', start, Math.min(end, head.length))

  for (const [format, offset, signature] of signatures)
    if (at(offset, offset + signature.length) === signature) return format
  if (at(0, 4) === 'RIFF') return at(8, 12) === 'WEBP' ? 'webp' : 'riff'
  if (at(4, 8) === 'ftyp') return sniffBrands(head)
  if (at(0, 2) === 'BM' && isBitmap(head)) return 'bmp'
  if (/^P[1-7]\s/.test(at(0, 3))) return 'pnm'
  return sniffText(head)
}

/** ISO base media files name a major brand and compatible ones (ISO/IEC 14496-12, 4.3). */
function sniffBrands(head: Buffer): SniffedFormat {
  const end = head.length >= 4 ? Math.min(head.readUInt32BE(0), head.length, 256) : 0
  const brands: string[] = []
  for (let offset = 8; offset + 4 <= end; offset += 4)
    if (offset !== 12) brands.push(head.toString('latin1', offset, offset + 4))
  const major = brands[0] ?? ''
  if (major === 'crx ') return 'raw'
  if (brands.includes('avif') || brands.includes('avis')) return 'avif'
  return brands.some(brand => heifBrands.has(brand)) ? 'heif' : 'mp4'
}

/** "BM" alone starts many a text: the size of the DIB header that follows is one of a few. */
function isBitmap(head: Buffer): boolean {
  if (head.length < 18) return false
  const headerSize = head.readUInt32LE(14)
  return headerSize >= 12 && headerSize <= 256
}

function sniffText(head: Buffer): SniffedFormat {
  const text = head.toString('utf8')
  const markup = text.replace(/^\ufeff/, '').replaceAll(/<!--[\s\S]*?-->/g, '')
  if (/^\s*<(!doctype html|html|head|body|script)\b/i.test(markup)) return 'html'
  if (/^\s*</.test(markup) && /<svg[\s>]/i.test(markup)) return 'svg'
  if (/^\s*<\?xml/i.test(markup)) return 'xml'
  if (head.length === 0) return 'unknown'
  // A C0 control character other than tab, line feed, form feed and carriage return, or bytes that are not UTF-8, are no text. The
  // last character may be cut by the window.
  const isControl = (byte: number) => byte < 32 && ![9, 10, 12, 13].includes(byte)
  const isBroken = text.slice(0, -1).includes('\ufffd')
  return isBroken || head.some(isControl) ? 'unknown' : 'text'
}
