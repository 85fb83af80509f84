import type { Diagnosis, Evidence } from './Diagnosis.ts'

const unverified =
  'the text that this is told by is neither in documentation nor in a public report that we know'

const mostOthers = 5

/** A diagnosis for people: what failed, what to change, the line that says so, what else was found and where to look further. */
export function diagnosisText({
  cause,
  sentence,
  change,
  sure,
  evidence,
  others,
  firstErrors,
  logsMissing,
}: Diagnosis): string {
  const doubts = sure === 'unverified' ? [`Mind: ${unverified}.`] : []
  const lines = [
    sentence,
    ...(cause === 'none' ? [] : [`Change: ${change}`]),
    ...(evidence === undefined ? [] : [`Evidence: ${placed(evidence)}`]),
    ...doubts,
    ...listed('First errors:', firstErrors.map(placed)),
    ...listed(
      'Also found, most often its consequences:',
      others
        .slice(0, mostOthers)
        .map(other => `${other.sentence} (${other.cause}, ${where(other.evidence)})`),
    ),
    ...listed('Missing:', logsMissing),
  ]
  return `${lines.join('\n')}\n`
}

function listed(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map(line => `  ${line}`)]
}

const where = ({ file, line }: Evidence) => (line === undefined ? file : `${file}:${line}`)
const placed = (evidence: Evidence) => `${where(evidence)}\n    ${evidence.text}`
