import { curvesSvg } from "./curves.ts";
import { escapeHtml } from "./html.ts";
import { classTable, matrixTable } from "./matrix.ts";
import type { RunReport } from "./types.ts";
import { lossText, percentText, plural } from "./words.ts";

const style = `
:root { color-scheme: light dark; --ink: #1d2430; --soft: #667085; --line: #8884; --paper: #fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ef; --soft: #98a2b3; --paper: #14181f; } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.3rem; margin: 0; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
.figure { font-size: 3rem; font-weight: 650; line-height: 1.1; margin: .5rem 0 0; } .soft { color: var(--soft); }
.curves { display: flex; flex-wrap: wrap; gap: 1rem; } figure { flex: 1 1 20rem; margin: 0; } svg { width: 100%; }
svg text { font-size: 12px; fill: var(--soft); } .grid { stroke: var(--line); } .legend span { margin-right: 1rem; }
.legend i { display: inline-block; width: .8em; height: .8em; border-radius: 50%; margin-right: .4em; }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .35rem .7rem; border-bottom: 1px solid var(--line); text-align: right; } th[scope=row], thead th:first-child { text-align: left; }
.advice li { margin-bottom: .5rem; }`;

/** Writes the results of one training as a page that needs no other file and no network. */
export function renderReport(run: RunReport): string {
  return [
    `<!doctype html><html lang="en"><head><meta charset="utf-8">`,
    `<meta name="viewport" content="width=device-width, initial-scale=1">`,
    `<title>${escapeHtml(run.title)}: ${percentText(run.accuracy)}</title><style>${style}</style></head><body>`,
    headline(run),
    section("How it learned", curves(run)),
    section(
      "What it mixes up",
      `<div class="wide">${matrixTable(run.classNames, run.confusionMatrix)}</div>`,
    ),
    section("Class by class", `<div class="wide">${classTable(run.perClass)}</div>`),
    run.advice.length > 0 ? section("What a good engineer would say", advice(run)) : "",
    section("How it was made", facts(run)),
    run.leftOut.length > 0 ? section(`Left out: ${plural(run.leftOut.length, "file")}`, leftOut(run)) : "",
    "</body></html>\n",
  ].join("\n");
}

const section = (title: string, body: string): string =>
  `<section><h2>${escapeHtml(title)}</h2>${body}</section>`;

function headline({ title, accuracy, loss, count, caution }: RunReport): string {
  return [
    `<header><h1>${escapeHtml(title)}</h1><p class="figure">${percentText(accuracy)}</p>`,
    `<p>of ${plural(count, "picture")} it had not trained on were named rightly (loss ${lossText(loss)}).</p>`,
    `<p class="soft">${escapeHtml(caution)}</p></header>`,
  ].join("");
}

const wholePercent = (value: number): string => `${Math.round(value * 100)} %`;

function curves({ history, bestEpoch }: RunReport): string {
  const accuracy = [
    { name: "training pictures", values: history.map((epoch) => epoch.accuracy), colour: "#4c78a8" },
    { name: "kept back", values: history.map((epoch) => epoch.validationAccuracy), colour: "#e07b39" },
  ];
  const loss = [
    { name: "training pictures", values: history.map((epoch) => epoch.loss), colour: "#4c78a8" },
    { name: "kept back", values: history.map((epoch) => epoch.validationLoss), colour: "#e07b39" },
  ];
  return [
    `<div class="curves">${curvesSvg(accuracy, { title: "Accuracy", format: wholePercent, top: 1 })}`,
    `${curvesSvg(loss, { title: "Loss (smaller is better)", format: lossText })}</div>`,
    `<p class="soft">The model that was kept is the one after epoch ${bestEpoch}.</p>`,
  ].join("");
}

const advice = ({ advice: all }: RunReport): string =>
  `<ul class="advice">${all
    .map(({ sentence, tryThis }) => `<li>${escapeHtml(sentence)} <b>${escapeHtml(tryThis)}</b></li>`)
    .join("")}</ul>`;

const facts = ({ facts: all }: RunReport): string =>
  `<div class="wide"><table>${all
    .map(
      ({ name, value }) => `<tr><th scope="row">${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`,
    )
    .join("")}</table></div>`;

const leftOut = ({ leftOut: all }: RunReport): string =>
  `<ul>${all
    .slice(0, 100)
    .map(({ path, reason }) => `<li>${escapeHtml(path)}: ${escapeHtml(reason)}</li>`)
    .join("")}${all.length > 100 ? `<li>and ${plural(all.length - 100, "more", "more")}</li>` : ""}</ul>`;
