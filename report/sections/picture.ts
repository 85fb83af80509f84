import { fileName } from '../format.ts'
import { clip, foreignText, type Html, type HtmlValue, html } from '../html.ts'
import type { Picture } from '../ReportData.ts'

/** The thumbnail, or a drawn frame with the reason why there is no picture. */
export function thumbnail({ thumbnail, origin, note }: Picture): Html {
  const name = clip(fileName(origin), 120)
  if (thumbnail.kind === 'picture') {
    const alt = note === null ? name : `${clip(note, 80)} (${name})`
    return html`<img src="${thumbnail.uri}" width="${thumbnail.width}" height="${thumbnail.height}" alt="${alt}">`
  }
  return html`<div class="placeholder"><svg viewBox="0 0 48 40" aria-hidden="true"><path d="M4 4h40v32H4zM4 30l11-11 7 7M30 30l14-15M20 36l4-9-5-7 5-8-3-8" /></svg><span>${foreignText(thumbnail.because, 60)}</span></div>`
}

/** A thumbnail with its caption. */
export function pictureFigure(picture: Picture, caption: HtmlValue): Html {
  return html`<figure class="picture">${thumbnail(picture)}<figcaption>${caption}</figcaption></figure>`
}
