// What a program that embeds imagehub needs. The command line (cli/) is one such program.

export { HubError, userError } from './base/HubError.ts'
export type {
  Catalog,
  CellValue,
  CopiedRows,
  QueryLimits,
  QueryResult,
  ResultRow,
  SqlParameters,
} from './catalog/Catalog.ts'
export { Hub } from './catalog/Hub.ts'
export { openCatalog } from './catalog/openCatalog.ts'
export type { ExportRecord, RunRecord, StageRecord } from './catalog/RunRecord.ts'
export type { Snapshot } from './catalog/Snapshot.ts'
export type { Engine, EngineResult, EngineRun, Progress } from './engines/Engine.ts'
export { LocalEngine, type LocalEngineOptions } from './engines/local/LocalEngine.ts'
export type { SparkOptions } from './engines/spark/openSpark.ts'
export { SparkEngine } from './engines/spark/SparkEngine.ts'
export type {
  FitJob,
  FitResult,
  JudgeJob,
  PlannedRows,
  Training,
  TrainingOptions,
} from './engines/Training.ts'
export * from './job.ts'
export type { Grid } from './models/heads/gridOf.ts'
export { type ImportModelOptions, importModel } from './models/importModel.ts'
export type { ModelManifest } from './models/ModelManifest.ts'
export { ModelStore, type StoredModel } from './models/ModelStore.ts'
export { findModel, hubModelStore, listModels, userModelStore, verifyModel } from './models/modelStores.ts'
export { type PullModelOptions, pullModel } from './models/pull.ts'
export { explainImage, type ImageLife } from './operations/explainImage.ts'
export type { CopiedImages, FailedCopy } from './operations/export/copyImages.ts'
export { type ExportOptions, type ExportResult, exportRows } from './operations/export/exportRows.ts'
export { type FeaturizeOptions, featurize } from './operations/featurize.ts'
export { type EvaluateOptions, type EvaluateResult, evaluate } from './operations/heads/evaluate.ts'
export { type PredictOptions, predict } from './operations/heads/predict.ts'
export { type TrainOptions, type TrainResult, train } from './operations/heads/train.ts'
export type { IngestSource, LabelSource } from './operations/IngestSource.ts'
export { type IngestOptions, type IngestResult, ingest } from './operations/ingest.ts'
export { type HubCatalogOptions, openHubCatalog } from './operations/openHubCatalog.ts'
export type { Question } from './operations/question.ts'
export { type ReportOptions, reportOnHub } from './operations/report.ts'
export type { Pipeline, QueryStep, StageStep, Step } from './pipelines/Pipeline.ts'
export { renderReport } from './report/renderReport.ts'
export type { QualityRules } from './stages/inspect/defaultRules.ts'
export { defaultRules } from './stages/inspect/defaultRules.ts'
export { defineStage, type Stage, type StageContext } from './stages/Stage.ts'
export { openStorage, type StorageOptions } from './storage/openStorage.ts'
export type { Storage } from './storage/Storage.ts'
export { column, nullable } from './tables/column.ts'
export {
  arrowSchema,
  type Columns,
  defineTable,
  duckdbDdl,
  type Row,
  sparkDdl,
  type Table,
} from './tables/defineTable.ts'
export { readRows } from './tables/readRows.ts'
export { type TableName, tables } from './tables/tables.ts'
