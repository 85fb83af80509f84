import smallIngest from './smallIngest.ts'

const { cluster } = smallIngest

/** The small ingest, on a cluster that stays for others. */
export default {
  ...smallIngest,
  name: 'kept-ingest',
  cluster: {
    ...cluster,
    edit: (request: Parameters<NonNullable<typeof cluster.edit>>[0]) => ({
      ...request,
      Instances: { ...request.Instances, KeepJobFlowAliveWhenNoSteps: true },
    }),
  },
}
