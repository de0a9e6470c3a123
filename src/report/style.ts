/** The colours of a light page, and of drawings that stand alone. */
export const paperColours = `--ink: #17202b; --soft: #566272; --faint: #a8b0bb; --line: #e3e6ea; --tint: #f4f5f6; --paper: #fdfdfc; --accent: #1f62b8; --quiet: #97a1ae; --warm: #c25a12; --right: 31 98 184; --wrong: 208 98 22; --good: #1d7a53; --warning: #a85b00; --wrongly: #b3261e; --series-0: #0072b2; --series-1: #d55e00; --series-2: #009e73; --series-3: #b0579a; --series-4: #c98a00; --series-5: #46a5da; --series-6: #6b5bb5; --series-7: #6f7680;`;

/** The style sheet of every page: light and dark, screen and paper, desk and phone. */
export const style = `
:root {
  color-scheme: light dark;
  ${paperColours}
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
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 400 1.0625rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
  font-variant-numeric: tabular-nums; -webkit-font-smoothing: antialiased;
}
main { max-width: 70rem; margin: 0 auto; padding: clamp(1.5rem, 5vw, 4rem) clamp(1.1rem, 4vw, 3rem) 4rem; }
h1, h2, h3, p, figure, ul, ol, pre { margin: 0; }
h1 { font-size: clamp(1.9rem, 5vw, 2.75rem); font-weight: 680; line-height: 1.12; letter-spacing: -.022em; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; font-weight: 650; line-height: 1.3; letter-spacing: -.01em; }
h3 { font-size: 1rem; font-weight: 650; }
p + p { margin-top: .7rem; }
/* Names and paths may be one long word. */
p, li, h2, h3, summary { overflow-wrap: anywhere; }
a { color: inherit; }
.mark { display: flex; align-items: center; gap: .55rem; color: var(--soft); font-size: .9rem; margin-bottom: clamp(1.75rem, 5vw, 3.25rem); }
.mark svg { width: 1.35rem; height: 1.35rem; color: var(--accent); }
.mark b { color: var(--ink); font-weight: 650; }
.lead { color: var(--soft); font-size: 1.15rem; line-height: 1.55; max-width: 44rem; margin-top: .9rem; }
section { display: grid; grid-template-columns: 15rem minmax(0, 1fr); gap: 1.75rem 3.75rem; padding: 3.25rem 0; border-top: 1px solid var(--line); }
section > header { align-self: start; }
section > header p { color: var(--soft); font-size: .925rem; line-height: 1.55; margin-top: .55rem; }
section > div { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.75rem; }
.hero { display: grid; grid-template-columns: minmax(0, 1fr) 22rem; gap: 2.5rem 4.5rem; align-items: center; padding: 2.75rem 0 3.25rem; border: 0; }
.hero > div { display: block; } .hero .soft { font-size: .975rem; max-width: 32rem; }
.figure { font-size: clamp(4rem, 13vw, 6.75rem); font-weight: 660; line-height: 1; letter-spacing: -.045em; }
.figure small { font-size: .5em; font-weight: 500; letter-spacing: -.01em; margin-left: .08em; }
.claim { font-size: 1.2rem; line-height: 1.45; margin-top: 1rem; max-width: 29rem; }
.soft { color: var(--soft); }
.note { display: flex; gap: .75rem; padding: .9rem 1.1rem; border-radius: 10px; background: var(--tint); line-height: 1.5; }
.note svg { flex: none; width: 1.2rem; height: 1.2rem; margin-top: .16rem; }
.note.good svg { color: var(--good); } .note.warning svg { color: var(--warning); } .note.plain svg { color: var(--soft); }
.stack { display: grid; gap: .6rem; }
.estimates { display: grid; grid-template-columns: repeat(auto-fill, minmax(12.5rem, 1fr)); gap: 1.75rem 2rem; margin: 0; }
.estimates dt { font-size: .925rem; color: var(--soft); }
.estimates dd { margin: 0; } .estimates .value { font-size: 1.7rem; font-weight: 620; letter-spacing: -.02em; line-height: 1.3; }
.estimates .between { display: block; font-size: .875rem; color: var(--soft); } .estimates .meaning { font-size: .875rem; line-height: 1.5; color: var(--soft); margin-top: .3rem; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(19rem, 100%), 1fr)); gap: 2.5rem 2rem; align-items: start; }
.plot { max-width: 30rem; } .plot.broad { max-width: 46rem; }
figcaption { font-weight: 600; font-size: .95rem; }
.plot svg { display: block; width: 100%; height: auto; margin-top: .4rem; color: var(--soft); overflow: visible; font-family: inherit; font-size: 11.5px; font-variant-numeric: tabular-nums; }
.plot svg text { white-space: pre; }
.legend { display: flex; flex-wrap: wrap; gap: .1rem 1.1rem; color: var(--soft); font-size: .85rem; margin-top: .15rem; }
.key { display: inline-flex; align-items: center; gap: .45rem; white-space: nowrap; }
.key i { flex: none; width: .65rem; height: .65rem; border-radius: 50%; background: var(--colour); }
.key i.line { width: 1.05rem; height: 3px; border-radius: 2px; }
.key i.dashes { width: 1.05rem; height: 0; border-radius: 0; background: none; border-top: 2px dotted var(--colour); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .95rem; line-height: 1.4; }
th, td { padding: .5rem .6rem; text-align: right; border-bottom: 1px solid var(--line); font-weight: 400; }
th:first-child, td:first-child { padding-left: 0; } th:last-child, td:last-child { padding-right: 0; }
thead th { color: var(--soft); font-size: .85rem; vertical-align: bottom; white-space: nowrap; }
th[scope=row], thead th:first-child, .left { text-align: left; }
th[scope=row] { font-weight: 550; overflow-wrap: break-word; max-width: 14rem; }
td { white-space: nowrap; } .facts td { white-space: normal; }
tbody tr:last-child > * { border-bottom: 0; }
.bar { display: block; position: relative; height: 4px; border-radius: 2px; background: var(--line); margin-top: .35rem; min-width: 4rem; }
.bar i { position: absolute; inset: 0 auto 0 0; border-radius: 2px; background: var(--accent); }
.facts th { color: var(--soft); font-weight: 400; width: 13rem; vertical-align: top; } .facts td { text-align: left; overflow-wrap: anywhere; }
.matrix { width: auto; font-size: .9rem; } .matrix th, .matrix td { border: 0; padding: .4rem .6rem; }
.matrix td { min-width: 4.6rem; height: 3.3rem; text-align: center; border: 2px solid var(--paper); border-radius: 8px; line-height: 1.25; }
.matrix td b { display: block; font-weight: 620; font-size: 1.02rem; } .matrix td small { color: inherit; opacity: .8; font-size: .78rem; }
.matrix td.none { color: var(--faint); } .matrix thead th { text-align: center; max-width: 8rem; overflow: hidden; text-overflow: ellipsis; }
.matrix th[scope=row] { max-width: 13rem; padding-left: 0; }
.matrix.many td { min-width: 2.7rem; height: 2.5rem; padding: .2rem; } .matrix.many td small { display: none; }
.matrix.many thead th { writing-mode: vertical-rl; transform: rotate(180deg); text-align: left; max-height: 9rem; padding: .4rem .2rem; }
.matrix .corner { font-size: .8rem; }
.images { display: grid; grid-template-columns: repeat(auto-fill, minmax(13.5rem, 1fr)); gap: 1.6rem 1.4rem; padding: 0; list-style: none; }
.images li { break-inside: avoid; min-width: 0; }
.shots { display: flex; gap: 3px; border-radius: 8px; overflow: hidden; background: var(--tint); }
.shots img { display: block; flex: 1 1 0; min-width: 0; height: auto; align-self: center; }
.shots .missing { flex: 1; padding: 2.5rem 1rem; text-align: center; color: var(--soft); font-size: .85rem; }
.whole { white-space: nowrap; }
.prediction { font-size: .925rem; line-height: 1.4; margin-top: .55rem; overflow-wrap: anywhere; } .prediction b { font-weight: 620; }
.path { color: var(--soft); font-size: .78rem; line-height: 1.4; margin-top: .15rem; overflow-wrap: anywhere; }
.after { padding-bottom: 3rem; }
.verdict { display: block; padding: 2.25rem 0 3rem; border: 0; }
.statement { font-size: clamp(2rem, 6vw, 3.4rem); font-weight: 660; line-height: 1.08; letter-spacing: -.03em; max-width: 48rem; }
.finding { display: flex; gap: .9rem; } .finding > svg { flex: none; width: 1.3rem; height: 1.3rem; margin-top: .12rem; color: var(--soft); }
.finding.error > svg { color: var(--wrongly); } .finding.warning > svg { color: var(--warning); } .finding > div { flex: 1; min-width: 0; }
.finding h3 { font-weight: 600; line-height: 1.45; overflow-wrap: anywhere; } .finding h3 + p { color: var(--soft); margin-top: .25rem; }
.examples { display: flex; flex-wrap: wrap; gap: 1.4rem 1.6rem; padding: 0; margin-top: 1rem; list-style: none; }
.examples li { break-inside: avoid; flex: 0 1 calc(var(--count, 2) * 6.6rem); min-width: min(9rem, 100%); max-width: 100%; }
.examples .shots { flex-wrap: wrap; justify-content: flex-start; background: none; border-radius: 0; } .examples .shots img { flex: 0 1 calc((100% - (var(--count) - 1) * 3px) / var(--count)); min-width: 4.6rem; max-width: 8rem; border-radius: 6px; }
.examples .legend { font-size: .9rem; line-height: 1.4; margin-top: .45rem; max-width: 26rem; } .examples .path { margin-top: .1rem; max-width: 26rem; }
.finding details { margin-top: .9rem; font-size: .9rem; color: var(--soft); } .finding summary { cursor: pointer; } .finding .more { color: var(--soft); font-size: .9rem; margin-top: .9rem; }
.advice { padding: 0; list-style: none; display: grid; gap: 1.1rem; } .advice b { display: block; font-weight: 620; }
.plainlist { padding: 0; list-style: none; font-size: .925rem; } .plainlist li { padding: .35rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; } .plainlist li:last-child { border: 0; }
pre { background: var(--tint); border-radius: 10px; padding: 1rem 1.15rem; font: .9rem/1.55 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
.sum td, .sum th { font-weight: 620; border-top: 1px solid var(--faint); }
footer { color: var(--soft); font-size: .85rem; border-top: 1px solid var(--line); padding-top: 1.5rem; }
@media (max-width: 60rem) {
  section { grid-template-columns: minmax(0, 1fr); padding: 2.5rem 0; }
  .hero { grid-template-columns: minmax(0, 1fr); } .hero .plot { max-width: 30rem; }
}
@media (max-width: 36rem) {
  .facts th, .facts td { display: block; width: auto; padding: .1rem 0; } .facts th { border: 0; padding-top: .6rem; } .facts td { padding-bottom: .6rem; }
  .images { grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); gap: 1.3rem .9rem; }
  .minor { display: none; } table { font-size: .85rem; } th, td { padding: .45rem .35rem; } thead th { font-size: .78rem; } .bar { min-width: 2.6rem; }
  .matrix th[scope=row] { max-width: 8rem; } .matrix td { min-width: 3.1rem; height: 3rem; padding: .2rem; }
  .matrix thead th { writing-mode: vertical-rl; transform: rotate(180deg); text-align: left; max-height: 9rem; padding: .4rem .2rem; }
}
@media print {
  @page { size: A4; margin: 15mm 16mm; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  :root { --paper: #fff; }
  html { font-size: 12px; } body { font-size: 1rem; } main { max-width: none; padding: 0; } th, td { padding-top: .3rem; padding-bottom: .3rem; }
  section { grid-template-columns: minmax(0, 1fr); gap: 1rem; padding: 1.6rem 0; }
  .hero { grid-template-columns: minmax(0, 1fr) 17rem; gap: 2rem; padding: 1.6rem 0; }
  .mark { margin-bottom: 1.5rem; } .figure { font-size: 6rem; }
  .plots { grid-template-columns: 1fr 1fr; } .images { grid-template-columns: repeat(4, 1fr); gap: 1rem; }
  h2, section > header { break-after: avoid; } .plot, .note, .estimates > div, tr, .images li, .advice li, .hero { break-inside: avoid; }
  thead { display: table-header-group; } .matrix.many { font-size: .8rem; } .matrix.many td { min-width: 2rem; } .matrix th[scope=row] { max-width: 9rem; } .scroll { overflow: visible; }
}`;
