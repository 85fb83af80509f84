/** The text without characters that a terminal would obey. */
export function withoutControls(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, character => (character === '\t' ? ' ' : ''))
}
