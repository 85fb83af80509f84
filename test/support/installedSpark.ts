import { chmod, mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { propertiesText } from '../../engines/spark/server/propertiesText.ts'
import { sparkHome } from '../../engines/spark/setup/sparkHome.ts'
import { type SparkLine, sparkReleases } from '../../engines/spark/setup/sparkLines.ts'

export interface InstalledSparkOptions {
  readonly line: SparkLine
  /** Of conf/spark-defaults.conf. */
  readonly settings: Readonly<Record<string, string>>
  /** Jars that are left out, by their names. @default none */
  readonly without?: RegExp
}

/**
 * Does what the spark-submit and spark-class of a distribution do: asks Spark's own launcher for the command, and becomes it. The launcher
 * reads the properties file, and so the class path and the memory that it names.
 */
const submit = (scala: string) => `#!/usr/bin/env bash
set -euo pipefail
export SPARK_SCALA_VERSION=${scala}
java=\${JAVA_HOME:+$JAVA_HOME/bin/}java
command=()
# The command begins after a line of a NUL.
while IFS= read -r -d '' word; do command+=("\${word#$'\\n'}"); done < <("$java" -cp "$SPARK_HOME/jars/*" org.apache.spark.launcher.Main org.apache.spark.deploy.SparkSubmit "$@")
exec "\${command[@]:1}"
`

/** Lays out our Spark as a machine has one that somebody else installed. */
export async function layOutInstalledSpark(home: string, options: InstalledSparkOptions): Promise<void> {
  const jars = join(await sparkHome({ line: options.line }), 'jars')
  for (const folder of ['bin', 'conf', 'jars']) await mkdir(join(home, folder), { recursive: true })
  for (const name of await readdir(jars))
    if (!options.without?.test(name)) await symlink(join(jars, name), join(home, 'jars', name))
  await writeFile(join(home, 'bin/spark-submit'), submit(sparkReleases[options.line].scala))
  await chmod(join(home, 'bin/spark-submit'), 0o755)
  await writeFile(join(home, 'conf/spark-defaults.conf'), propertiesText(options.settings))
}
