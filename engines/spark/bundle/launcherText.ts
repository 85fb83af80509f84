import { unameOf, type WorkerPlatform } from './workerPlatform.ts'

/**
 * Batches are megabytes behind few small objects: V8 collects garbage after every 64 MB of them. To do so at one go instead of in steps halves
 * what that costs (bench/sparkTransport.bench.ts: 0.75 to 0.45 CPU seconds a GB), and the heaps of stages are small. So
 * is what they drop young: with V8's own 16 MB for it in each thread, 50,000 small photos need 696 MB in place of 285, no faster
 * (bench/sparkMemory.bench.ts).
 */
const nodeOptions = '--no-incremental-marking --max-semi-space-size=4'

/**
 * The program that Spark runs as Python: a POSIX shell script that starts the Node beside it. Only the port goes to the standard output
 * (as descriptor 3): whatever prints, in native code too, prints to the standard error.
 */
export function launcherText(platform: WorkerPlatform): string {
  return `#!/bin/sh
case "$0" in
  */*) here=\${0%/*} ;;
  *) here=. ;;
esac
root=$(CDPATH='' cd -- "$here/.." && pwd -P) || exit 1
machine=$(uname -sm)
if [ "$machine" != '${unameOf[platform]}' ]; then
  echo "imagehub: this worker archive is for ${platform} (${unameOf[platform]}), this machine is $machine: make the archive for it" >&2
  exit 1
fi
if [ ! -x "$root/bin/node" ]; then
  echo "imagehub: the worker archive in $root is incomplete: bin/node is missing" >&2
  exit 1
fi
exec "$root/bin/node" ${nodeOptions} "$root/worker.mjs" "$@" 3>&1 1>&2
`
}
