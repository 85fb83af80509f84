import { Html } from './html.ts'

/** The look of the report. Colour is kept for verdicts and data, so that the pictures stand out; every colour has a light and a dark value. */
export const stylesheet = new Html(`
:root {
  color-scheme: light dark;
  --page: light-dark(#f3f4f5, #0e1012);
  --surface: light-dark(#ffffff, #17191d);
  --ink: light-dark(#15181c, #eceef1);
  --muted: light-dark(#59616b, #9aa3ae);
  --line: light-dark(#dcdfe3, #2b3037);
  --accent: light-dark(#1d5fd1, #74a5ff);
  --accepted: light-dark(#0f7f59, #3cc08e);
  --quarantined: light-dark(#a86300, #efae3c);
  --rejected: light-dark(#c62f3d, #ff6f78);
  --failed: light-dark(#6a4cb5, #ab93f4);
  --sans: "Avenir Next", Avenir, "Segoe UI", "Helvetica Neue", Helvetica, "Liberation Sans", Arial, sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "Liberation Mono", monospace;
}
:root:has(#theme-light:checked) { color-scheme: light; }
:root:has(#theme-dark:checked) { color-scheme: dark; }
* { box-sizing: border-box; }
html { background: var(--page); scroll-padding-top: 4rem; -webkit-text-size-adjust: 100%; }
body { margin: 0; color: var(--ink); background: var(--page); font: 16px/1.55 var(--sans); font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
h1, h2, h3, h4, p, dl, dd, figure, ul, ol, pre, fieldset { margin: 0; padding: 0; }
ul, ol { list-style: none; }
a { color: inherit; }
a:focus-visible, summary:focus-visible, label:focus-within { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
code, pre, .mono { font-family: var(--mono); font-size: .86em; }
small { font-size: .8125rem; }
.quiet { color: var(--muted); }
.hidden, .skip:not(:focus) { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.break { overflow-wrap: anywhere; word-break: break-word; }
.page { max-width: 1280px; margin: 0 auto; padding: 0 clamp(1rem, 3vw, 2.5rem) 5rem; }

nav { position: sticky; top: 0; z-index: 2; display: flex; gap: 1rem; align-items: center; justify-content: space-between; padding: .6rem 0; background: var(--page); font-size: .875rem; }
nav ol { display: flex; gap: 1.1rem; overflow-x: auto; scrollbar-width: none; white-space: nowrap; min-width: 0; padding: .3rem 0; mask-image: linear-gradient(to right, #000 calc(100% - 2rem), transparent); }
nav ol li:last-child { padding-right: 2rem; }
nav a { color: var(--muted); text-decoration: none; }
nav a:hover { color: var(--ink); }
.theme { display: flex; flex: none; border: 1px solid var(--line); border-radius: 999px; padding: 2px; background: var(--surface); }
.theme label { border-radius: 999px; cursor: pointer; font-size: .75rem; }
.theme input { position: absolute; opacity: 0; pointer-events: none; }
.theme span { display: block; padding: .1rem .6rem; border-radius: 999px; color: var(--muted); }
.theme input:checked + span { background: var(--ink); color: var(--page); }

main { min-width: 0; }
.contact-sheet { display: grid; grid-template-columns: repeat(auto-fill, minmax(76px, 1fr)); grid-template-rows: auto auto; grid-auto-rows: 0; gap: 0 3px; overflow: hidden; border-radius: 10px; background: var(--surface); margin-bottom: 2rem; }
.contact-sheet > * { width: 100%; height: auto; aspect-ratio: 1; object-fit: cover; display: block; margin-bottom: 3px; }
.eyebrow { color: var(--muted); font-size: .875rem; }
.eyebrow b { color: var(--ink); }
h1 { font-size: clamp(1.9rem, 4.4vw, 3.25rem); line-height: 1.08; letter-spacing: -.025em; font-weight: 650; max-width: 24ch; margin: .6rem 0 2rem; text-wrap: balance; }
h1 span { color: var(--muted); }
h2 { font-size: clamp(1.4rem, 2.2vw, 1.75rem); line-height: 1.2; letter-spacing: -.015em; font-weight: 650; }
h3 { font-size: 1.0625rem; line-height: 1.3; font-weight: 650; }
.lead { color: var(--muted); max-width: 68ch; margin: .4rem 0 1.6rem; text-wrap: pretty; }
section { border-top: 1px solid var(--line); padding-top: 2.25rem; margin-top: 3.25rem; }

.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 9.5rem), 1fr)); gap: 1.5rem; margin-bottom: 2rem; }
.figures div { border-top: 2px solid var(--ink); padding-top: .6rem; }
.figures dt, .metrics dt { font-size: .875rem; color: var(--muted); }
.figures b { display: block; font-size: 2.125rem; line-height: 1.2; letter-spacing: -.02em; font-weight: 650; }
.figures small { color: var(--muted); display: block; }
.interval { display: block; position: relative; height: 6px; border-radius: 3px; background: var(--line); margin: .35rem 0 .45rem; }
.interval i { position: absolute; inset-block: 0; border-radius: 3px; background: color-mix(in oklab, var(--accent) 45%, var(--line)); }
.interval u { position: absolute; top: -2px; width: 10px; height: 10px; margin-left: -5px; border-radius: 50%; background: var(--accent); }
.verdict-bar { display: flex; gap: 3px; height: 18px; border-radius: 5px; overflow: hidden; }
.verdict-bar span { min-width: 4px; flex-basis: 0; }
.legend { display: flex; flex-wrap: wrap; gap: .3rem 1.25rem; margin: .75rem 0 1rem; font-size: .875rem; color: var(--muted); }
.legend b { color: var(--ink); font-weight: 600; }
.swatch { display: inline-block; width: .7rem; height: .7rem; border-radius: 3px; margin-right: .25rem; }
.chip { display: inline-block; padding: .05rem .6rem; border-radius: 999px; font-size: .75rem; font-weight: 600; letter-spacing: .01em; color: color-mix(in oklab, var(--chip) 78%, var(--ink)); background: color-mix(in oklab, var(--chip) 13%, var(--surface)); vertical-align: .15em; }

.reason { display: grid; grid-template-columns: minmax(15rem, 19rem) 1fr; gap: 1rem 2rem; padding: 1.4rem 0; border-top: 1px solid var(--line); }
.verdict + .verdict { margin-top: 2.25rem; }
.verdict h3 { margin-bottom: .9rem; color: var(--muted); font-weight: 400; font-size: 1rem; }
.verdict .chip { font-size: .875rem; padding: .15rem .8rem; vertical-align: 0; margin-right: .4rem; }
.reason h4 { display: flex; gap: .7rem; align-items: baseline; font-size: 1.0625rem; line-height: 1.3; font-weight: 650; }
.reason h4 b { font-size: 1.5rem; letter-spacing: -.02em; font-weight: 650; }
.reason p { margin-top: .25rem; }
.reason p { font-size: .9375rem; }
.count b { font-size: 1.75rem; letter-spacing: -.02em; line-height: 1.2; font-weight: 650; margin-right: .35rem; }
.strip { display: grid; grid-template-columns: repeat(auto-fill, minmax(90px, 1fr)); gap: .75rem; align-content: start; }
.picture { min-width: 0; }
.picture img, .picture .placeholder { width: 100%; height: auto; aspect-ratio: 4 / 3; object-fit: cover; border-radius: 6px; background: var(--line); display: block; }
.picture figcaption { font-size: .75rem; line-height: 1.4; color: var(--muted); margin-top: .35rem; }
.picture figcaption > * { display: block; }
.file { color: var(--ink); white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.said { display: -webkit-box !important; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; }
.placeholder { display: grid !important; place-content: center; justify-items: center; gap: .25rem; padding: .4rem; text-align: center; font-size: .6875rem; line-height: 1.25; color: var(--muted); background: color-mix(in oklab, var(--line) 45%, var(--surface)) !important; border: 1px dashed var(--line); border-radius: 6px; overflow: hidden; }
.placeholder svg { width: 30px; fill: none; stroke: currentColor; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; opacity: .8; }

.scroll { overflow-x: auto; }
.scroll:focus-visible { outline: 2px solid var(--accent); outline-offset: 4px; border-radius: 4px; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .55rem 1rem .55rem 0; border-bottom: 1px solid var(--line); font-weight: 400; overflow-wrap: normal; }
thead th { color: var(--muted); font-size: .8125rem; white-space: nowrap; vertical-align: bottom; }
tbody th { font-weight: 600; }
th code, td code { white-space: nowrap; font-weight: 400; }
.nowrap { white-space: nowrap; }
.prose { min-width: 15rem; }
.file-cell { min-width: 9rem; overflow-wrap: anywhere; }
.number { text-align: right; white-space: nowrap; }
.classes th, .classes td { vertical-align: middle; padding-block: .4rem; }
.classes tbody th { width: 1%; white-space: nowrap; }
.classes th small { display: block; color: var(--muted); font-weight: 400; }
.bar { min-width: 9rem; white-space: nowrap; }
.bar span { display: inline-block; width: calc((100% - 4.5rem) * var(--share)); height: 14px; border-radius: 3px; background: var(--accent); vertical-align: -2px; margin-right: .5rem; min-width: 2px; }
.bar b { font-weight: 600; }
td.examples, th.examples { width: 1%; white-space: nowrap; padding-right: 0; }
td.examples img, td.examples .placeholder { display: inline-block !important; width: 60px; height: 44px; object-fit: cover; border-radius: 4px; margin-left: 4px; vertical-align: middle; }
td.examples .placeholder span { display: none; }

.chart { container-type: inline-size; }
.plot { display: block; width: 100%; height: auto; overflow: visible; font-family: var(--sans); --plot-background: var(--surface); color: var(--muted); }
.plot text, .plot tspan { white-space: pre; }
.plot [aria-label^="fx-axis"] { font-weight: 600; font-size: 14px; color: var(--ink); fill: var(--ink); }
.plot [aria-label="y-axis tick label"] { fill: var(--ink); }
.chart .wide { display: none; }
@container (min-width: 460px) { .chart .wide { display: block; } .chart .narrow { display: none; } }
.multiples { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 17.5rem), 1fr)); gap: 1rem 2rem; }
.multiples.broad { grid-template-columns: repeat(auto-fill, minmax(min(100%, 25rem), 1fr)); }
.multiples figure { display: grid; grid-template-rows: subgrid; grid-row: span 2; gap: .5rem; }
.multiples figcaption { font-size: .9rem; line-height: 1.35; }
.multiples figcaption b { display: block; }
.split { display: grid; grid-template-columns: minmax(0, 34rem) minmax(12rem, 20rem); gap: 1.5rem 3rem; align-items: center; }
.aside p + p { margin-top: .5rem; }

.metrics { display: flex; flex-wrap: wrap; gap: 1.25rem 2.75rem; }
.metrics b { font-size: 1.375rem; letter-spacing: -.01em; font-weight: 650; }
.metrics small { color: var(--muted); }
.confusion-pair { display: flex; flex-wrap: wrap; gap: 1.5rem 3.5rem; align-items: center; }
.confusion-pair > * { min-width: 0; max-width: 100%; }
.confusions { flex: 1 1 15rem; max-width: 26rem; font-size: .9375rem; }
.confusions li { display: flex; justify-content: space-between; gap: 1rem; padding: .5rem 0; border-bottom: 1px solid var(--line); }
.confusions li > :last-child { white-space: nowrap; }
.confusion { width: auto; border-spacing: 3px; border-collapse: separate; margin-left: -3px; }
.confusion th, .confusion td { border: 0; vertical-align: middle; }
.confusion tbody th { padding: 0 .75rem 0 0; text-align: right; white-space: nowrap; }
.confusion thead th { text-align: center; padding: 0 .2rem .4rem; font-weight: 600; color: var(--ink); white-space: normal; line-height: 1.2; }
.confusion tbody td { text-align: center; min-width: 5.25rem; height: 3.4rem; padding: .2rem; border-radius: 5px; line-height: 1.2; font-weight: 600; background: var(--surface); }
.confusion td small { display: block; font-weight: 400; }
.confusion .zero { color: var(--muted); font-weight: 400; }
.confusion .right { background: color-mix(in oklab, var(--accent) var(--strength), var(--surface)); }
.confusion .wrong { background: color-mix(in oklab, var(--rejected) var(--strength), var(--surface)); }
.confusion .corner { font-size: .75rem; font-weight: 400; color: var(--muted); text-align: right; vertical-align: bottom; padding: 0 .75rem .4rem 0; line-height: 1.3; }
.confusion td.sum { background: none; font-weight: 400; color: var(--muted); min-width: 3.5rem; }
.confusion .sum { color: var(--muted); font-weight: 400; }
.compact tbody td { min-width: 2.1rem; height: 2.1rem; font-size: .75rem; padding: 0; }
.compact thead th { vertical-align: bottom; }
.compact thead th span { writing-mode: vertical-rl; transform: rotate(180deg); white-space: nowrap; }
details { margin-top: 1.25rem; }
summary { cursor: pointer; color: var(--accent); font-size: .9rem; width: max-content; max-width: 100%; }

.mistakes { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(46%, 150px), 1fr)); gap: 1.5rem 1rem; }
.mistakes img, .mistakes .placeholder { aspect-ratio: 1; }
.mistakes figcaption { font-size: .8125rem; }
.answer { color: var(--ink); font-size: .9375rem; }
.answer strong { color: var(--rejected); font-weight: 600; }
.answer b { float: right; font-weight: 400; color: var(--muted); }
.meter { height: 4px; border-radius: 2px; margin: .25rem 0 .3rem; background: linear-gradient(to right, var(--rejected) var(--p), var(--line) var(--p)); }
.provenance > div { display: grid; grid-template-columns: 9rem 1fr; gap: 1rem; padding: .6rem 0; border-bottom: 1px solid var(--line); font-size: .9375rem; }
.provenance dt { color: var(--muted); }
pre code { font-size: inherit; }
pre { white-space: pre-wrap; padding: 1.1rem 1.25rem; border-radius: 8px; border: 1px solid var(--line); background: var(--surface); line-height: 1.75; }
.absent li { max-width: 68ch; color: var(--muted); padding-top: .5rem; }
.absent b { color: var(--ink); font-weight: 600; }

@media (min-width: 1180px) {
  .page { display: grid; grid-template-columns: 11.5rem minmax(0, 1fr); gap: 3.5rem; padding-top: 2.5rem; }
  nav { flex-direction: column; align-items: flex-start; justify-content: flex-start; gap: 1.5rem; align-self: start; top: 2.5rem; padding: 0; }
  nav ol { flex-direction: column; gap: .15rem; white-space: normal; mask-image: none; line-height: 1.35; padding: 0; }
  nav ol li, nav ol li:last-child { padding: .22rem 0; }
  html { scroll-padding-top: 1rem; }
}
@media screen and (max-width: 720px) {
  .reason, .split { grid-template-columns: minmax(0, 1fr); }
  .strip { grid-template-columns: repeat(3, minmax(0, 1fr)); gap: .6rem; }
  .contact-sheet { grid-template-columns: repeat(6, 1fr); }
  .provenance > div { grid-template-columns: minmax(0, 1fr); gap: 0; }
  td.examples img:nth-child(n + 3), td.examples .placeholder:nth-child(n + 3) { display: none !important; }
  .confusion tbody td { min-width: 2.9rem; height: 2.9rem; font-size: .8125rem; }
  .confusion td small { font-size: .6875rem; }
  .confusion .sum { display: none; }
  .confusion tbody th { padding-right: .5rem; }
  .confusion thead th { vertical-align: bottom; }
  .confusion thead th span { writing-mode: vertical-rl; transform: rotate(180deg); white-space: nowrap; }
  .figures { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1.25rem; }
  .figures b { font-size: 1.75rem; }
}
@media print {
  :root, :root:has(#theme-dark:checked) { color-scheme: light; --page: #fff; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  nav, .skip { display: none !important; }
  .page { display: block; max-width: none; padding: 0; }
  body { font-size: 10.5pt; }
  section { margin-top: 1.5rem; padding-top: 1.25rem; }
  h2, h3, .lead, .legend { break-after: avoid; }
  .multiples.broad { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .lead, .verdict-bar, figure, .reason, tr, .split, .confusion, .chart, .metrics > div { break-inside: avoid; }
  .scroll, pre { overflow: visible; white-space: pre-wrap; }
  .reason { grid-template-columns: 13rem 1fr; }
  .strip { grid-template-columns: repeat(6, minmax(0, 1fr)); gap: .4rem; }
}
`)
