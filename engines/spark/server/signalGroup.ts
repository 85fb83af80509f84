import { systemCode } from '../../../base/HubError.ts'

/**
 * Sends a signal to a process group, or to the process that leads it; 0 only asks. Returns whether anybody was there.
 */
export function signalGroup(
  leader: number,
  signal: NodeJS.Signals | 0,
  options: { readonly leaderOnly?: boolean } = {},
): boolean {
  // 0 and 1 would mean this process's own group and everybody.
  if (!(leader > 1)) return false
  try {
    process.kill(options.leaderOnly ? leader : -leader, signal)
    return true
  } catch (thrown) {
    if (systemCode(thrown) === 'ESRCH') return false
    throw thrown
  }
}
