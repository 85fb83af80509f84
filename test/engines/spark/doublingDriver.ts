import { SparkEngine } from '../../../engines/spark/SparkEngine.ts'
import { runDoubling } from '../local/doublingRun.ts'

// A driver for tests that end it: doubles rows on Spark as its argument says (JSON: `spark` for the engine, `run` for the rows). SIGINT
// stops it as it stops the command line.
const { spark, run } = JSON.parse(process.argv[2] ?? '')
const abort = new AbortController()
process.once('SIGINT', () => abort.abort(new Error('stopped by SIGINT')))
await using engine = new SparkEngine(spark)
await runDoubling({ ...run, engine, signal: abort.signal })
