import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type SparkLine, sparkReleases } from '../engines/spark/setup/sparkLines.ts'
import { defaultCacheFolder } from '../storage/defaultCacheFolder.ts'

export interface PysparkEnvironment {
  /** Path of its Python. */
  readonly python: string
  readonly environment: NodeJS.ProcessEnv
  /** For people. */
  readonly description: string
}

/** The runtime of onnxruntime is the one that our workers use. */
const packages = ['pyarrow==21.0.0', 'pandas==2.3.3', 'pillow==12.2.0', 'onnxruntime==1.26.0', 'numpy==2.3.5']

/** Makes a virtual environment with PySpark of the same release as ours, once, in the cache folder. */
export function pysparkEnvironment(line: SparkLine): PysparkEnvironment {
  const pyspark = `pyspark==${sparkReleases[line].version}`
  const folder = join(defaultCacheFolder(), `bench-pyspark-${line}`)
  const python = join(folder, 'bin/python')
  if (!existsSync(python)) execFileSync('python3', ['-m', 'venv', folder])
  execFileSync(python, ['-m', 'pip', 'install', '--quiet', pyspark, ...packages], { stdio: 'inherit' })
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(OPENBLAS|NVPL|OMP|MKL|SPARK|PYSPARK)_|^PYTHON(PATH|HOME)$/.test(name),
  )
  return {
    python,
    environment: {
      ...Object.fromEntries(inherited),
      PYSPARK_PYTHON: python,
      PYSPARK_DRIVER_PYTHON: python,
      // The functions that run in the workers.
      PYTHONPATH: join(import.meta.dirname, 'pyspark'),
      SPARK_LOCAL_IP: '127.0.0.1',
      SPARK_LOCAL_HOSTNAME: 'localhost',
    },
    description: [pyspark, ...packages].join(' '),
  }
}
