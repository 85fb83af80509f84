import type { RunStore } from '../runs/RunStore.ts'
import type { Log, Logs } from './Log.ts'

const none = async function* (): AsyncGenerator<Log> {}

/** The logs of a run's cluster, and before those of its step what its driver wrote into the hub: that is there at once, EMR's come minutes later. */
export function withDriverLog(store: RunStore, logs: Logs | undefined): Logs {
  return {
    async *ofStep(stepId) {
      const text = await store.log()
      const file = 'driver.log of the run, in the hub'
      const open = async () =>
        (async function* () {
          yield Buffer.from(text)
        })()
      if (text !== '') yield { place: 'step', file, parts: [{ file, open }] }
      if (logs !== undefined) yield* logs.ofStep(stepId)
    },
    ofApplication: id => logs?.ofApplication(id) ?? none(),
    ofBootstrap: () => logs?.ofBootstrap() ?? none(),
    ofNodes: () => logs?.ofNodes() ?? none(),
  }
}
