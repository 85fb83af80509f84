import { toError } from '../../../base/HubError.ts'
import { runApartProcess } from './runApartProcess.ts'
import { WorkerProcess } from './WorkerProcess.ts'

// The program of the worker archive. Spark runs `<launcher> -m pyspark.daemon [pyspark.worker]`, Spark 4 with the last argument, or
// `<launcher> -m pyspark.worker`; the worker itself runs `--apart BUNDLE`.

const [option, name, workerModule] = process.argv.slice(2)
const threadEntry = new URL('./thread.mjs', import.meta.url)
process.on('uncaughtException', error => {
  console.error('imagehub worker: it failed and ends:', error)
  process.exit(1)
})
try {
  if (option === '--apart' && name !== undefined) runApartProcess({ threadEntry, bundle: name })
  else if (option === '-m' && name?.startsWith('pyspark.')) {
    const worker = new WorkerProcess({
      threadEntry,
      program: import.meta.filename,
      environment: process.env,
    })
    if (name === 'pyspark.daemon') await worker.daemon({ spark4: workerModule !== undefined })
    else await worker.worker()
  } else throw new Error(`it is to be started by Spark, not with ${process.argv.slice(2).join(' ')}`)
} catch (thrown) {
  console.error(`imagehub worker: ${toError(thrown).message}`)
  process.exit(1)
}
