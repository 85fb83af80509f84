import type { ToldCluster, ToldStep } from './Told.ts'

/** The lines that EMR's API tells of a cluster: the error details, `ErrorCode: message (data)`, then why its state changed. */
export function clusterLines({ Status }: ToldCluster): string[] {
  const details = (Status?.ErrorDetails ?? []).map(({ ErrorCode, ErrorMessage, ErrorData }) => {
    const data = (ErrorData ?? []).flatMap(entries => Object.entries(entries)).map(entry => entry.join('='))
    return `${ErrorCode ?? ''}: ${ErrorMessage ?? ''}${data.length === 0 ? '' : ` (${data.join(', ')})`}`
  })
  const { Code, Message } = Status?.StateChangeReason ?? {}
  const ended = Code === undefined || Code === 'ALL_STEPS_COMPLETED' ? [] : [`${Code}: ${Message ?? ''}`]
  return [...details, ...ended].map(oneLine)
}

/** The lines that EMR's API tells of a step. */
export function stepLines({ Id, Name, Status }: ToldStep): string[] {
  const state = Status?.State ?? ''
  const stopped = /^(?:CANCELLED|INTERRUPTED)$/.test(state) ? [`${state}: ${Name ?? Id ?? ''}`] : []
  const { Reason, Message } = Status?.FailureDetails ?? {}
  const reason = Reason === undefined ? [] : [`${Reason}: ${Message === undefined ? '' : oneLine(Message)}`]
  return [...reason, ...(Message?.split('\n') ?? []), ...stopped]
}

const oneLine = (text: string) => text.replaceAll(/\s*\n\s*/g, ' ')
