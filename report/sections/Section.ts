import type { Html, HtmlValue } from '../html.ts'

/** A part of the page, or one plain sentence that says why it is not there. */
export type Section = PresentSection | AbsentSection

export interface PresentSection {
  /** Anchor, unique in the page. */
  readonly id: string
  readonly title: string
  /** One or two sentences that say what the figures below mean. */
  readonly lead: HtmlValue
  readonly body: Html
}

export interface AbsentSection {
  readonly title: string
  readonly absent: string
}
