/** A piece of HTML that was built here: everything else that enters a page is text and gets escaped. */
export class Html {
  readonly markup: string

  constructor(markup: string) {
    this.markup = markup
  }
}

export type HtmlValue = Html | string | number | null | undefined | false | readonly HtmlValue[]

/** Builds HTML from a template; strings are escaped, lists are joined, null, undefined and false are nothing. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let markup = strings[0] ?? ''
  values.forEach((value, index) => {
    markup += render(value) + (strings[index + 1] ?? '')
  })
  return new Html(markup)
}

function render(value: HtmlValue): string {
  if (value === null || value === undefined || value === false) return ''
  if (value instanceof Html) return value.markup
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string') return escapeHtml(value)
  return value.map(render).join('')
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
}

/** Text made safe in element content and in quoted attributes; invisible characters are shown (see `visibleText`). */
function escapeHtml(text: string): string {
  return visibleText(text).replace(/[&<>"'`]/g, character => entities[character] ?? character)
}

// C0 and C1 controls except tab and newline; bidi marks, embeddings, overrides and isolates; byte order mark; non-characters.
const invisible =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/g

/** The text with lone surrogates replaced and characters that hide or reorder text written as ⟨U+202E⟩. */
export function visibleText(text: string): string {
  return text
    .toWellFormed()
    .replace(
      invisible,
      character => `⟨U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`,
    )
}

/** Visible text on one line, cut to a length: for charts and terminals, where nothing may move the cursor. */
export function oneLine(text: string, maximumLength: number): string {
  return clip(visibleText(text.slice(0, maximumLength * 8)).replace(/\s+/g, ' '), maximumLength)
}

/** Text from outside (a label, a file name, a message), cut to a length and kept from reordering its neighbours. */
export function foreignText(text: string, maximumLength = 160): Html {
  return html`<bdi>${clip(text, maximumLength)}</bdi>`
}

/** At most `maximumLength` characters; where it cuts, an ellipsis takes the last place. */
export function clip(text: string, maximumLength: number): string {
  const characters = Array.from(text.slice(0, maximumLength * 2 + 2))
  return characters.length <= maximumLength ? text : `${characters.slice(0, maximumLength - 1).join('')}…`
}
