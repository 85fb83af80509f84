// What a stage of your own is made of. Apart from index.ts because it is bundled for Spark's executors, where there is no DuckDB.

export { HubError, userError } from './base/HubError.ts'
export { type DecodeForModelOptions, decodeForModel } from './stages/image/decodeForModel.ts'
export { readAhead } from './stages/readAhead.ts'
export { defineStage, type Stage, type StageContext } from './stages/Stage.ts'
export { type OriginReader, type OriginReaderOptions, openOriginReader } from './storage/originReader.ts'
export { batchToRows, rowsToBatch } from './tables/batch.ts'
export { column, nullable } from './tables/column.ts'
export type { Columns, Row } from './tables/defineTable.ts'
