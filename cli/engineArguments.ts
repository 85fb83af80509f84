import { join } from 'node:path'
import type { InferredOptionTypes, Options } from 'yargs'
import { userError } from '../base/HubError.ts'
import type { Engine } from '../engines/Engine.ts'
import { LocalEngine } from '../engines/local/LocalEngine.ts'
import type { Isolation } from '../engines/spark/server/isolation.ts'
import { defaultCacheFolder } from '../storage/defaultCacheFolder.ts'

export const engineOptions = {
  engine: {
    type: 'string',
    choices: ['local', 'spark'] as const,
    default: 'local' as const,
    describe: 'run on this machine, or on Apache Spark',
  },
  workers: {
    type: 'number',
    describe: 'local engine: worker threads; one a core unless given',
    requiresArg: true,
  },
  master: {
    type: 'string',
    describe: 'Spark: local[2], spark://host:port or yarn; local[*] unless given',
    requiresArg: true,
  },
  connect: {
    type: 'string',
    describe: 'Spark: a Connect server that runs already, sc://host:port',
    requiresArg: true,
  },
  'spark-version': {
    type: 'string',
    choices: ['3.5', '4.0'] as const,
    describe: 'Spark: which one is started; 4.0 unless given',
  },
  'spark-conf': {
    type: 'string',
    array: true,
    describe: 'Spark: a setting, spark.executor.memory=4g; may be repeated',
    requiresArg: true,
  },
  'private-network': {
    type: 'string',
    array: true,
    describe: 'Spark 3.5: networks that only friends are in, 10.0.0.0/16; it asks nobody who they are',
    requiresArg: true,
  },
  'stage-seconds': {
    type: 'number',
    describe: 'Spark: a stage that gives no row for so long has hung; 900 unless given',
    requiresArg: true,
  },
  'executor-seconds': {
    type: 'number',
    describe: 'Spark: how long the cluster may take for the first executor; 300 unless given',
    requiresArg: true,
  },
} as const satisfies Record<string, Options>

type EngineArguments = Partial<InferredOptionTypes<typeof engineOptions>>

/** Options that only one of the engines has. */
const ofEngine = {
  local: ['workers'],
  spark: [
    'master',
    'connect',
    'spark-version',
    'spark-conf',
    'private-network',
    'stage-seconds',
    'executor-seconds',
  ],
} as const

/** @throws HubError `bad_option` */
export async function openEngine(args: EngineArguments): Promise<Engine> {
  const { engine = 'local', workers } = args
  const other = engine === 'local' ? 'spark' : 'local'
  const foreign = ofEngine[other].find(name => args[name] !== undefined)
  if (foreign !== undefined)
    throw userError(
      'bad_option',
      `--${foreign} says something to the ${other} engine, but the engine is ${engine}`,
      `add --engine ${other}, or leave --${foreign} out`,
    )
  if (engine === 'local') {
    if (workers !== undefined && (!Number.isInteger(workers) || workers < 1 || workers > 256))
      throw userError('bad_option', `--workers is ${workers}`, 'give a whole number from 1 to 256')
    return new LocalEngine(workers === undefined ? {} : { workers })
  }
  return await openSparkEngine(args)
}

async function openSparkEngine(args: EngineArguments): Promise<Engine> {
  const { master, connect } = args
  if (master !== undefined && connect !== undefined)
    throw userError(
      'bad_option',
      '--master and --connect were both given',
      'a server that runs has its master',
    )
  // Loaded where it is asked for: the other commands start in half the time.
  const { SparkEngine } = await import('../engines/spark/SparkEngine.ts')
  const cacheFolder = defaultCacheFolder()
  const line = args['spark-version']
  const stageSeconds = seconds('stage-seconds', args)
  const executorSeconds = seconds('executor-seconds', args)
  const isolation: Isolation | undefined =
    args['private-network'] === undefined ? undefined : { privateNetwork: args['private-network'] }
  const time = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')
  return new SparkEngine({
    cacheFolder,
    conf: settings(args['spark-conf'] ?? []),
    logFile: join(cacheFolder, 'spark', 'logs', `${time}-${process.pid}.log`),
    ...(line === undefined ? {} : { line }),
    ...(master === undefined ? {} : { master }),
    ...(connect === undefined ? {} : { connect }),
    ...(stageSeconds === undefined ? {} : { stageSeconds }),
    ...(executorSeconds === undefined ? {} : { executorSeconds }),
    ...(isolation === undefined ? {} : { server: { isolation } }),
  })
}

function seconds(
  name: 'stage-seconds' | 'executor-seconds',
  { [name]: given }: EngineArguments,
): number | undefined {
  if (given === undefined || (given >= 1 && given <= 86_400)) return given
  throw userError('bad_option', `--${name} is ${given}`, 'give 1 to 86400 seconds')
}

function settings(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map(pair => {
      const [, key, value] = /^(spark\.[^=\s]+)=(.*)$/s.exec(pair) ?? []
      if (key === undefined || value === undefined)
        throw userError('bad_option', `--spark-conf is ${pair.split('=')[0]}`, 'write it as spark.name=value')
      return [key, value]
    }),
  )
}
