import { type Html, html } from '../html.ts'

/** A table that may be wider than the column: it scrolls on its own, also by keyboard, and the page never does. */
export function scrollable(label: string, table: Html): Html {
  return html`<div class="scroll" role="region" aria-label="${label}" tabindex="0">${table}</div>`
}
