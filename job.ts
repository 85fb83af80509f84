// What a job of your own is declared with. Apart from index.ts so that compiling one takes no time: what it runs is imported by its pipeline.

export {
  type Cluster,
  type ClusterOptions,
  cpuCluster,
  gpuCluster,
  type Workers,
} from './jobs/define/Cluster.ts'
export { defineJob, type JobOptions } from './jobs/define/defineJob.ts'
export { hubParameter } from './jobs/define/hubParameter.ts'
export type { HubParameters, Job, JobAccess, JobContext } from './jobs/define/Job.ts'
export { photoAccess, photoParameter, photosOf } from './jobs/define/photoParameter.ts'
export { type S3Uri, s3Uri } from './jobs/define/S3Uri.ts'
