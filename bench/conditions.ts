import { cpus, loadavg } from 'node:os'

/** What a rate measured here depends on. `node v24.0.0, Some CPU x 2, load 0.1` */
export function conditions(): string {
  return `node ${process.version}, ${cpus()[0]?.model} x ${cpus().length}, load ${loadavg()[0]?.toFixed(1)}`
}
