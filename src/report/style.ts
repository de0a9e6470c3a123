/** The page's own style sheet; light and dark, screen and paper. */
export const style = `
:root { color-scheme: light dark; --ink: #1b2330; --soft: #5d6879; --line: #e3e7ee; --paper: #f5f7fa; --card: #fff; --train: #7a8ba6; --kept: #1f6feb; --good: 34,139,94; --bad: 205,84,62; --warn: #b26a00; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ecf2; --soft: #9aa6b8; --line: #2c3542; --paper: #0f141b; --card: #171e28; --train: #7d8da8; --kept: #58a6ff; --good: 63,185,120; --bad: 229,108,86; --warn: #e3a54a; } }
* { box-sizing: border-box; }
body { font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; color: var(--ink); background: var(--paper); margin: 0; padding: 2.5rem 1rem 4rem; }
main { max-width: 62rem; margin: 0 auto; display: grid; gap: 1.25rem; grid-template-columns: minmax(0, 1fr); }
header p { margin: 0; color: var(--soft); font-size: .85rem; letter-spacing: .04em; } h1 { font-size: 1.6rem; line-height: 1.25; margin: .1rem 0 0; overflow-wrap: anywhere; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1.4rem 1.6rem; break-inside: avoid; }
h2 { font-size: 1.05rem; margin: 0 0 .9rem; } h2 small { font-weight: 400; color: var(--soft); font-size: .875rem; margin-left: .5rem; }
p { margin: 0 0 .6rem; } p:last-child { margin-bottom: 0; } .soft { color: var(--soft); }
.figures { display: flex; flex-wrap: wrap; gap: 1rem 3.5rem; margin-bottom: 1rem; } .figures > div { flex: 1 1 18rem; }
.figure { font-size: 3.6rem; font-weight: 680; letter-spacing: -.02em; line-height: 1.1; margin: 0 0 .3rem; }
.range { width: 100%; max-width: 24rem; height: 8px; display: block; margin: .8rem 0 .35rem; } .range .all { fill: var(--line); } .range .likely { fill: rgba(var(--good),.55); } .range .at { fill: rgb(var(--good)); }
.note { border-left: 3px solid var(--warn); padding-left: .9rem; margin-top: 1rem; max-width: 46rem; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)); gap: 1rem 2rem; }
figure { margin: 0; } figcaption { font-weight: 600; font-size: .9rem; margin-bottom: .3rem; } figure svg { width: 100%; display: block; }
svg text { font-size: 12px; fill: var(--soft); } .grid { stroke: var(--line); } .best { stroke: var(--soft); stroke-dasharray: 3 4; }
polyline { fill: none; stroke-width: 2.2; stroke-linejoin: round; } .train polyline { stroke: var(--train); } .train circle { fill: var(--train); } .kept polyline { stroke: var(--kept); } .kept circle { fill: var(--kept); }
.legend { color: var(--soft); font-size: .9rem; margin-top: .5rem; } .legend i { display: inline-block; width: .75em; height: .75em; border-radius: 50%; margin: 0 .4em 0 0; } .legend span { margin-right: 1.3rem; white-space: nowrap; } .legend .train { background: var(--train); } .legend .kept { background: var(--kept); }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .95rem; width: 100%; }
th, td { padding: .45rem .75rem; border-bottom: 1px solid var(--line); text-align: right; } thead th { color: var(--soft); font-weight: 500; font-size: .85rem; vertical-align: bottom; } tbody tr:last-child > * { border-bottom: 0; }
th[scope=row], thead th:first-child { text-align: left; font-weight: 600; padding-left: 0; } .matrix { width: auto; } .matrix th { border: 0; } .matrix td { text-align: center; min-width: 3.6rem; border: 2px solid var(--card); border-radius: 6px; } .matrix .none { color: var(--soft); opacity: .55; }
.many th[scope=col] { writing-mode: vertical-rl; transform: rotate(180deg); text-align: left; padding: .5rem .2rem; } .many td { min-width: 2.2rem; padding: .3rem; }
.facts td { text-align: left; } .facts th { color: var(--soft); font-weight: 500 !important; white-space: nowrap; width: 10rem; }
ul { margin: 0; padding-left: 1.2rem; } li { margin-bottom: .4rem; overflow-wrap: anywhere; } li b { font-weight: 600; }
@media print { body { background: none; padding: 0; } section { border-color: #ccc; } }`;
