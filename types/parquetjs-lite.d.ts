/** The part of parquetjs-lite that is used: writing. Its reader is not to be trusted with its own timestamps. */
declare module 'parquetjs-lite' {
  import type { Writable } from 'node:stream'

  interface ParquetField {
    readonly type: 'UTF8' | 'INT64' | 'DOUBLE' | 'BOOLEAN' | 'TIMESTAMP_MICROS'
    readonly compression?: 'GZIP' | 'SNAPPY' | 'UNCOMPRESSED'
    readonly optional?: boolean
    readonly repeated?: boolean
  }

  class ParquetSchema {
    constructor(fields: Readonly<Record<string, ParquetField>>)
  }

  class ParquetWriter {
    static openStream(schema: ParquetSchema, stream: Writable): Promise<ParquetWriter>
    appendRow(row: Readonly<Record<string, unknown>>): Promise<void>
    close(): Promise<void>
  }

  const parquetjs: { ParquetSchema: typeof ParquetSchema; ParquetWriter: typeof ParquetWriter }
  export default parquetjs
}
