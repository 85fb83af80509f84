/** The time that a run was scheduled for, which its id is then (2026-11-25T03:00:00Z); null for other runs. */
export function scheduledFor(runId: string): Date | null {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(runId) && !Number.isNaN(Date.parse(runId))
    ? new Date(runId)
    : null
}
