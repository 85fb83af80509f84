import { reasons } from '../stages/inspect/reasons.ts'

/** A reason code in words. */
export interface ReasonText {
  readonly title: string
  /** Empty where nobody wrote one. */
  readonly sentence: string
}

/** What a reason code means, for people; a code that is not known reads as its own words. */
export function reasonText(code: string): ReasonText {
  const sentences: Readonly<Record<string, string>> = reasons
  return { title: inWords(code), sentence: Object.hasOwn(sentences, code) ? (sentences[code] ?? '') : '' }
}

function inWords(code: string): string {
  const words = code.replaceAll('_', ' ').trim()
  return words === '' ? 'No reason given' : words.charAt(0).toUpperCase() + words.slice(1)
}
