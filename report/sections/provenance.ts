import { formatCount, formatNumber } from '../format.ts'
import { foreignText, type Html, type HtmlValue, html } from '../html.ts'
import type { ReportData } from '../ReportData.ts'
import type { Section } from './Section.ts'

/** Versions and hashes that every figure of the page depends on. */
export function provenanceSection({ codeVersion, images, models, head }: ReportData): Section {
  return {
    id: 'provenance',
    title: 'Where it all comes from',
    lead: 'The versions and hashes that these figures depend on.',
    body: html`<dl class="provenance">
${entry('imagehub', foreignText(codeVersion, 60))}
${images.rulesVersions.length > 0 && entry('Verdict rules', foreignText(images.rulesVersions.join(', '), 120))}
${models.map(({ modelId, sha256, images, dimensions }) => entry('Model', html`${foreignText(modelId, 80)}: ${formatCount(dimensions)} numbers for each of ${formatCount(images)} images<br>${hash(sha256)}`))}
${head && entry('Head', html`${foreignText(head.headId, 120)}: ${foreignText(head.kind, 20)}, reg_param ${formatNumber(head.regParam)}, elastic_net_param ${formatNumber(head.elasticNetParam)}, seed ${head.seed}, objective ${head.objective.toPrecision(6)}<br>on the model ${hash(head.modelSha256)}`)}
</dl>`,
  }
}

function entry(term: string, value: HtmlValue): Html {
  return html`<div><dt>${term}</dt><dd>${value}</dd></div>`
}

function hash(sha256: string): Html {
  return html`<code class="break">sha256:${foreignText(sha256, 64)}</code>`
}
