import { curvesSvg } from "./curves.ts";
import { escapeHtml } from "./html.ts";
import { classTable, matrixTable } from "./matrix.ts";
import { style } from "./style.ts";
import type { ReportFigure, RunReport } from "./types.ts";
import { lossText, percentText, plural } from "./words.ts";

/** Writes the results of one training as a page that needs no other file and no network. */
export function renderReport(run: RunReport): string {
  return [
    `<!doctype html><html lang="en"><head><meta charset="utf-8">`,
    `<meta name="viewport" content="width=device-width, initial-scale=1">`,
    `<title>${escapeHtml(run.title)}: ${percentText(run.validation.accuracy)}</title><style>${style}</style></head><body><main>`,
    `<header><p>Fovea · what came of a training</p><h1>${escapeHtml(run.title)}</h1></header>`,
    `<section>${headline(run)}</section>`,
    run.advice.length > 0 ? section("What to try", advice(run)) : "",
    section("How it learned", curves(run)),
    section("What it mixes up", mixUps(run), on(run)),
    section("Class by class", classes(run), on(run)),
    section("How it was made", facts(run)),
    run.leftOut.length > 0 ? section(`Left out: ${plural(run.leftOut.length, "file")}`, leftOut(run)) : "",
    "</main></body></html>\n",
  ].join("\n");
}

const section = (title: string, body: string, aside = ""): string =>
  `<section><h2>${escapeHtml(title)}${aside && `<small>${aside}</small>`}</h2>${body}</section>`;

/** Which pictures the tables are of: those that played the smallest role in training. */
const on = ({ validation, test }: RunReport): string =>
  test
    ? `${plural(test.count, "picture")} of the test part`
    : `${plural(validation.count, "picture")} kept back`;

function headline({ validation, test, caution }: RunReport): string {
  return [
    `<div class="figures">${figure(validation, "it had not trained on were named rightly")}`,
    test ? figure(test, "of the test part, which played no role in training, were named rightly") : "",
    `</div><p class="note">${escapeHtml(caution)}</p>`,
  ].join("");
}

function figure({ accuracy, loss, count, interval: [low, high] }: ReportFigure, what: string): string {
  const at = (fraction: number): string => (fraction * 1000).toFixed(0);
  return [
    `<div><p class="figure">${percentText(accuracy)}</p><p>of ${plural(count, "picture")} ${what}.</p>`,
    `<svg class="range" viewBox="0 0 1000 20" preserveAspectRatio="none" aria-hidden="true">`,
    `<rect class="all" width="1000" height="20"/><rect class="likely" x="${at(low)}" width="${at(high - low)}" height="20"/>`,
    `<rect class="at" x="${at(Math.max(accuracy - 0.004, 0))}" width="8" height="20"/></svg>`,
    `<p class="soft">Give or take chance: ${percentText(low)} to ${percentText(high)} (95 %). Loss ${lossText(loss)}.</p></div>`,
  ].join("");
}

const wholePercent = (value: number): string => `${Math.round(value * 100)} %`;
const shortNumber = (value: number): string => `${Number(value.toPrecision(3))}`;

function curves({ history, bestEpoch }: RunReport): string {
  const train = { name: "training pictures", style: "train" };
  const kept = { name: "pictures kept back", style: "kept" };
  const accuracy = [
    { ...train, values: history.map((epoch) => epoch.accuracy) },
    { ...kept, values: history.map((epoch) => epoch.validationAccuracy) },
  ];
  const loss = [
    { ...train, values: history.map((epoch) => epoch.loss) },
    { ...kept, values: history.map((epoch) => epoch.validationLoss) },
  ];
  const marked = bestEpoch;
  const legend = [train, kept].map(
    ({ name, style: colour }) => `<span><i class="${colour}"></i>${name}</span>`,
  );
  const best = bestEpoch > 0 ? `<span>┊ epoch ${bestEpoch}, whose model was kept</span>` : "";
  return [
    `<div class="pair">${curvesSvg(accuracy, { title: "Accuracy, by epoch", format: wholePercent, top: 1, marked })}`,
    `${curvesSvg(loss, { title: "Loss, by epoch (smaller is better)", format: shortNumber, marked })}</div>`,
    `<p class="legend">${legend.join("")}${best}</p>`,
  ].join("");
}

const mixUps = ({ classNames, confusionMatrix }: RunReport): string =>
  `<p class="soft">A row is what the pictures show, a column what they were taken for.</p>` +
  `<div class="wide">${matrixTable(classNames, confusionMatrix)}</div>`;

const classes = ({ perClass }: RunReport): string =>
  `<p class="soft">Precision: when it says so, how often it is right. Recall: how many it finds. F1: both in one, 1 is best.</p>` +
  `<div class="wide">${classTable(perClass)}</div>`;

const advice = ({ advice: all }: RunReport): string =>
  `<ul>${all
    .map(({ sentence, tryThis }) => `<li>${escapeHtml(sentence)} <b>${escapeHtml(tryThis)}</b></li>`)
    .join("")}</ul>`;

const facts = ({ facts: all }: RunReport): string =>
  `<div class="wide"><table class="facts">${all
    .map(
      ({ name, value }) => `<tr><th scope="row">${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`,
    )
    .join("")}</table></div>`;

const leftOut = ({ leftOut: all }: RunReport): string =>
  `<ul>${all
    .slice(0, 100)
    .map(({ path, reason }) => `<li>${escapeHtml(path)}: ${escapeHtml(reason)}</li>`)
    .join("")}${all.length > 100 ? `<li>and ${plural(all.length - 100, "more", "more")}</li>` : ""}</ul>`;
