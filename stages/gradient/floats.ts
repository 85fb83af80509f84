/** Floats as text or bytes, little-endian as the memory of every machine that is supported. */
export function floatsToBase64(values: Float32Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64')
}

export function base64ToFloats(text: string): Float32Array {
  return new Float32Array(aligned(Buffer.from(text, 'base64')))
}

export function doublesToBytes(values: Float64Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}

export function bytesToDoubles(bytes: Uint8Array): Float64Array {
  return new Float64Array(aligned(bytes))
}

/** A copy that begins at the boundary of a word. */
function aligned(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer
}
