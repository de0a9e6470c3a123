/** The colours of a light page, and of drawings that stand alone, by their names in the style sheet. */
export const paperColours: Readonly<Record<string, string>> = {
  "--ink": "#17202b",
  "--soft": "#566272",
  "--faint": "#a8b0bb",
  "--line": "#e3e6ea",
  "--tint": "#f4f5f6",
  "--paper": "#fdfdfc",
  "--accent": "#1f62b8",
  "--quiet": "#97a1ae",
  "--warm": "#c25a12",
  "--right": "31 98 184",
  "--wrong": "208 98 22",
  "--good": "#1d7a53",
  "--warning": "#a85b00",
  "--wrongly": "#b3261e",
  "--series-0": "#0072b2",
  "--series-1": "#d55e00",
  "--series-2": "#009e73",
  "--series-3": "#b0579a",
  "--series-4": "#c98a00",
  "--series-5": "#46a5da",
  "--series-6": "#6b5bb5",
  "--series-7": "#6f7680",
};

const paperVariables = Object.entries(paperColours)
  .map(([name, colour]) => `${name}: ${colour};`)
  .join(" ");

/** The style sheet of every page: light and dark, screen and paper, desk and phone. */
export const style = `
:root {
  color-scheme: light dark;
  ${paperVariables}
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ink: #e6eaef; --soft: #9ba6b4; --faint: #515c6a; --line: #272e38; --tint: #181d24; --paper: #101419;
    --accent: #6ba6f5; --quiet: #7d8896; --warm: #f0924a; --right: 84 148 232; --wrong: 226 122 52; --good: #55b98a; --warning: #e0a04c; --wrongly: #f28b82;
    --series-0: #4aa3df; --series-1: #f0803c; --series-2: #35bd95; --series-3: #d98bc6;
    --series-4: #e6b04a; --series-5: #8ccbf0; --series-6: #a597ea; --series-7: #a7afb9;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-padding-top: 4rem; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 400 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
  font-variant-numeric: tabular-nums; -webkit-font-smoothing: antialiased;
}
main { max-width: 76rem; margin: 0 auto; padding: clamp(1.25rem, 3vw, 2.25rem) clamp(1.1rem, 4vw, 3rem) 3rem; }
h1, h2, h3, p, figure, ul, ol, pre { margin: 0; }
h1 { font-size: clamp(1.5rem, 4vw, 2rem); font-weight: 680; line-height: 1.15; letter-spacing: -.02em; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; font-weight: 650; line-height: 1.3; letter-spacing: -.01em; }
h3 { font-size: 1rem; font-weight: 650; }
p + p { margin-top: .6rem; }
/* Names and paths may be one long word. */
p, li, h2, h3, summary { overflow-wrap: anywhere; }
a { color: inherit; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.mark { display: flex; align-items: center; gap: .55rem; color: var(--soft); font-size: .9rem; margin-bottom: 1rem; }
.mark svg { width: 1.25rem; height: 1.25rem; color: var(--accent); }
.mark b { color: var(--ink); font-weight: 650; }
.lead { color: var(--soft); line-height: 1.5; max-width: 60rem; margin-top: .35rem; }
nav { position: sticky; top: 0; z-index: 2; margin: 1rem 0 0; background: var(--paper); border-bottom: 1px solid var(--line); }
nav ul { max-height: 5.5rem; overflow-y: auto; display: flex; flex-wrap: wrap; gap: 0 1.15rem; padding: 0; list-style: none; }
nav a { display: block; padding: .6rem 0; color: var(--soft); font-size: .825rem; text-decoration: none; white-space: nowrap; }
nav a:hover { color: var(--accent); text-decoration: underline; }
section { padding: 2rem 0; border-top: 1px solid var(--line); }
nav + section { border-top: 0; }
section > header { display: grid; grid-template-columns: 15rem minmax(0, 1fr); gap: .5rem 2rem; align-items: baseline; margin-bottom: 1.25rem; }
section > header p { color: var(--soft); font-size: .9rem; line-height: 1.5; max-width: 50rem; }
section > div { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.25rem; }
.soft { color: var(--soft); }
section.hero { display: grid; grid-template-columns: minmax(0, 1fr) 22rem; gap: 1.5rem 4rem; align-items: center; padding: 1.5rem 0 2rem; }
.hero > div { display: block; } .hero .soft { font-size: .95rem; max-width: 40rem; margin-top: .75rem; }
.verdict { display: flex; align-items: center; gap: .75rem; font-size: clamp(1.25rem, 3vw, 1.6rem); font-weight: 650; line-height: 1.25; letter-spacing: -.015em; }
.verdict svg { flex: none; width: 2.1rem; height: 2.1rem; }
.good > svg, .good summary svg { color: var(--good); } .caution > svg, .warning > svg { color: var(--warning); } .bad > svg { color: var(--wrongly); }
.result { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1.5rem; margin-top: 1rem; }
.figure { font-size: clamp(3rem, 9vw, 4.5rem); font-weight: 660; line-height: 1; letter-spacing: -.04em; }
.figure small { font-size: .5em; font-weight: 500; letter-spacing: -.01em; margin-left: .08em; }
.claim { flex: 1 1 16rem; font-size: 1.1rem; line-height: 1.4; }
.stack { display: grid; gap: .5rem; align-content: start; align-self: start; }
.hero > .stack { display: grid; } .hero > .stack, .hero > .advice { align-self: start; } .hero > .stack:last-child { grid-column: 1 / -1; }
.note { display: flex; gap: .7rem; padding: .65rem .9rem; border-radius: 8px; background: var(--tint); font-size: .925rem; line-height: 1.45; }
.note svg { flex: none; width: 1.15rem; height: 1.15rem; margin-top: .12rem; } .note.plain svg { color: var(--soft); }
details.note { display: block; } .note summary { display: flex; gap: .7rem; list-style: none; } .note summary::-webkit-details-marker { display: none; }
.note summary > span::after { content: " Show them"; color: var(--accent); white-space: nowrap; } .note[open] summary > span::after { content: " Hide them"; }
.note .plainlist { margin: .5rem 0 0 1.85rem; }
summary { cursor: pointer; color: var(--accent); font-size: .925rem; } .note summary { color: inherit; } details > div { margin-top: 1rem; }
.estimates { display: grid; grid-template-columns: repeat(auto-fill, minmax(13.5rem, 1fr)); gap: 1.25rem 2rem; margin: 0; }
.estimates dt { font-size: .9rem; color: var(--soft); }
.estimates dd { margin: 0; } .estimates .value { font-size: 1.5rem; font-weight: 620; letter-spacing: -.02em; line-height: 1.3; }
.estimates .between { font-size: .875rem; color: var(--soft); margin-left: .4rem; } .estimates .meaning { font-size: .825rem; line-height: 1.45; color: var(--soft); margin-top: .15rem; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(19rem, 100%), 1fr)); gap: 1.75rem 2.5rem; align-items: start; }
.beside { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 1.75rem 3.5rem; align-items: start; }
.beside.broad { grid-template-columns: minmax(0, 2fr) minmax(0, 1fr); gap: 1.75rem 2rem; }
.pair { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 2fr); gap: 0 3rem; border-top: 1px solid var(--line); } .pair.even { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); }
.pair > section { border: 0; } .pair > section > header { grid-template-columns: minmax(0, 1fr); }
.plot { position: relative; max-width: 30rem; min-width: 0; } .beside > .plot { max-width: none; } .beside > .plot > svg { max-width: 30rem; }
figcaption { font-weight: 600; font-size: .925rem; padding-right: 6rem; }
.plot svg[role=img] { display: block; width: 100%; height: auto; margin-top: .4rem; color: var(--soft); overflow: visible; font-family: inherit; font-size: 11.5px; font-variant-numeric: tabular-nums; }
.plot svg text { white-space: pre; }
.save { position: absolute; top: -.15rem; right: 0; display: flex; gap: .3rem; opacity: 0; transition: opacity .12s; }
.plot:hover .save, .plot:focus-within .save { opacity: 1; }
.save button { font: inherit; font-size: .75rem; line-height: 1; padding: .35rem .5rem; color: var(--soft); background: var(--tint); border: 1px solid var(--line); border-radius: 5px; cursor: pointer; }
.save button:hover, .save button:focus-visible { color: var(--ink); border-color: var(--soft); }
@media (hover: none) { .save { opacity: 1; } }
.legend { display: flex; flex-wrap: wrap; gap: .1rem 1.1rem; color: var(--soft); font-size: .825rem; margin-top: .15rem; }
.key { display: inline-flex; align-items: center; gap: .45rem; white-space: nowrap; }
.key i { flex: none; width: .65rem; height: .65rem; border-radius: 50%; background: var(--colour); }
.key i.ring { background: none; border: 2px solid var(--colour); }
.key i.line { width: 1.05rem; height: 3px; border-radius: 2px; }
.key i.dashes { width: 1.05rem; height: 0; border-radius: 0; background: none; border-top: 2px dotted var(--colour); }
.scroll { overflow-x: auto; } .tall { max-height: 34rem; overflow-y: auto; } .tall thead th { position: sticky; top: 0; background: var(--paper); }
table { border-collapse: collapse; width: 100%; font-size: .925rem; line-height: 1.4; }
th, td { padding: .4rem .6rem; text-align: right; border-bottom: 1px solid var(--line); font-weight: 400; }
th:first-child, td:first-child { padding-left: 0; } th:last-child, td:last-child { padding-right: 0; }
thead th { color: var(--soft); font-size: .85rem; vertical-align: bottom; white-space: nowrap; }
th[scope=row], thead th:first-child, .left { text-align: left; }
th[scope=row] { font-weight: 550; overflow-wrap: break-word; max-width: 14rem; }
td { white-space: nowrap; } .facts td { white-space: normal; }
tbody tr:last-child > * { border-bottom: 0; }
.bar { display: block; position: relative; height: 4px; border-radius: 2px; background: var(--line); margin-top: .3rem; min-width: 4rem; }
.bar i { position: absolute; inset: 0 auto 0 0; border-radius: 2px; background: var(--accent); }
.facts th { color: var(--soft); font-weight: 400; width: 10rem; vertical-align: top; } .facts td { text-align: left; overflow-wrap: anywhere; }
.images { display: grid; grid-template-columns: repeat(auto-fill, minmax(12rem, 1fr)); gap: 1.1rem 1.25rem; padding: 0; list-style: none; }
.images li { break-inside: avoid; min-width: 0; }
.shots { display: flex; gap: 3px; border-radius: 8px; overflow: hidden; background: var(--tint); }
.shots img { display: block; flex: 1 1 0; min-width: 0; height: auto; align-self: center; }
.shots .missing { flex: 1; padding: 2.5rem 1rem; text-align: center; color: var(--soft); font-size: .85rem; }
.whole { white-space: nowrap; }
.prediction { font-size: .875rem; line-height: 1.4; margin-top: .4rem; overflow-wrap: anywhere; } .prediction b { font-weight: 620; }
.path { color: var(--soft); font-size: .78rem; line-height: 1.4; margin-top: .1rem; overflow-wrap: anywhere; }
.finding { display: flex; gap: .9rem; } .finding > svg { flex: none; width: 1.3rem; height: 1.3rem; margin-top: .12rem; } .finding.plain > svg { color: var(--soft); }
.finding > div { flex: 1; min-width: 0; }
.finding h3 { font-weight: 600; line-height: 1.45; overflow-wrap: anywhere; } .finding h3 + p { color: var(--soft); margin-top: .25rem; }
.examples { display: flex; flex-wrap: wrap; gap: 1.1rem 1.4rem; padding: 0; margin-top: .8rem; list-style: none; }
.examples li { break-inside: avoid; flex: 0 1 calc(var(--count, 2) * 6.6rem); min-width: min(9rem, 100%); max-width: 100%; }
.examples .shots { flex-wrap: wrap; justify-content: flex-start; background: none; border-radius: 0; } .examples .shots img { flex: 0 1 calc((100% - (var(--count) - 1) * 3px) / var(--count)); min-width: 4.6rem; max-width: 8rem; border-radius: 6px; }
.examples .legend { font-size: .875rem; line-height: 1.4; margin-top: .4rem; max-width: 26rem; } .examples .path { max-width: 26rem; }
.finding details, .finding .more { margin-top: .7rem; } .finding .more { color: var(--soft); font-size: .9rem; }
.advice ul { padding: 0; list-style: none; display: grid; gap: .7rem; margin-top: .4rem; } .advice li { font-size: .925rem; line-height: 1.45; } .advice b { display: block; font-weight: 620; } .advice span { color: var(--soft); }
.plainlist { padding: 0; list-style: none; font-size: .875rem; } .plainlist li { padding: .3rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; } .plainlist li:last-child { border: 0; }
pre { background: var(--tint); border-radius: 8px; padding: .8rem 1rem; font: .875rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
.sum td, .sum th { font-weight: 620; border-top: 1px solid var(--faint); }
@media (max-width: 60rem) {
  section > header, section.hero, .beside, .beside.broad, .pair, .pair.even { grid-template-columns: minmax(0, 1fr); }
  .pair > section + section { border-top: 1px solid var(--line); }
}
@media (max-width: 36rem) {
  nav ul { flex-wrap: nowrap; overflow-x: auto; }
  .facts th, .facts td { display: block; width: auto; padding: .1rem 0; } .facts th { border: 0; padding-top: .5rem; } .facts td { padding-bottom: .5rem; }
  .images { grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); gap: 1rem .9rem; } .estimates { grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); gap: 1rem; }
  .estimates .between { display: block; margin: 0; } .minor { display: none; } table { font-size: .85rem; } th, td { padding: .4rem .35rem; } thead th { font-size: .78rem; } .bar { min-width: 2.6rem; }
}
@media print {
  @page { size: A4; margin: 15mm 16mm; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  :root { --paper: #fff; }
  html { font-size: 12px; } main { max-width: none; padding: 0; } th, td { padding-top: .3rem; padding-bottom: .3rem; }
  nav, .save, .note summary > span::after { display: none; }
  details > summary { list-style: none; } ::details-content { content-visibility: visible; block-size: auto; }
  section { padding: 1.3rem 0; } section > header { grid-template-columns: minmax(0, 1fr); }
  section.hero { grid-template-columns: minmax(0, 1fr) 19rem; gap: 1.5rem; padding: 1.2rem 0; } .hero > .advice { grid-column: 1 / -1; } .hero > .stack { grid-column: 1 / -1; }
  .pair, .pair.even { grid-template-columns: minmax(0, 1fr); } .pair .plot, .beside .plot svg { max-width: 19rem; } .plots, .beside { grid-template-columns: 1fr 1fr; gap: 1.5rem; } .beside.broad { grid-template-columns: minmax(0, 1fr); } .images { grid-template-columns: repeat(4, 1fr); gap: 1rem; }
  h2, section > header { break-after: avoid; } .plot, .note, .estimates > div, tr, .images li, .advice li, .hero { break-inside: avoid; }
  thead { display: table-header-group; } .scroll { overflow: visible; } .tall { max-height: none; } .tall thead th { position: static; }
}`;
