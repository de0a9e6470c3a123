import {
  type SearchEvent,
  type SearchResult,
  type Trial,
  type TrialEndEvent,
  type TrialEvent,
  type TrialSettings,
  countText,
  durationText,
  lossText,
  percentText,
  plural,
} from "../../app/index.ts";
import { rangeText, rateText } from "../../base/index.ts";
import { messageText } from "../../messages/index.ts";
import { invocation, typed } from "../commands/invocation.ts";
import type { Progress } from "../terminal/progress.ts";
import type { Paint } from "../terminal/style.ts";
import { columns } from "../terminal/table.ts";
import { gauge, showData } from "./data.ts";

const shownAtMost = 20;
/** Redrawing more often than this costs time and cannot be read. */
const redrawMs = 80;

/** Shows the events of a search as they come. */
export function searchView(progress: Progress): (event: SearchEvent) => void {
  let drawn = Number.NEGATIVE_INFINITY;
  let name = "";
  return (event) => {
    switch (event.type) {
      case "found":
      case "read":
      case "reading":
      case "comparing":
      case "groups":
        return showData(event, progress);
      case "working":
        return name === "" ? showData(event, progress) : undefined;
      case "search-plan":
        for (const statement of event.statements) progress.line(messageText(statement));
        return progress.line();
      case "trial":
        name = trialName(event);
        return progress.redraw(name);
      case "trial-end":
        name = "";
        return progress.line(trialLine(event, progress));
      case "batch": {
        if (performance.now() - drawn < redrawMs) return;
        drawn = performance.now();
        const { epoch, done, imagesPerSecond } = event;
        const speed = `${countText(Math.round(imagesPerSecond))} images/s`;
        return progress.redraw(
          `${name}  ${progress.paint.good(gauge(done, progress, 12))} epoch ${epoch}  ${speed}`,
        );
      }
      // A trial is shown by its end.
      case "ready":
      case "fold":
      case "epoch":
      case "advice":
      case "advice-withdrawn":
        return;
      default:
        return event satisfies never;
    }
  };
}

const decayText = (decay: number): string => (decay === 0 ? "0" : rateText(decay));

const settingsText = ({ model, size, learningRate, weightDecay, augment }: TrialSettings): string =>
  `${model} ${size} px, rate ${rateText(learningRate)}, decay ${decayText(weightDecay)}, ${augment}`;

const trialName = ({ number, settings, rung, rungs, fold }: TrialEvent): string =>
  `  trial ${number}, rung ${rung}/${rungs}${fold > 1 ? `, fold ${fold}` : ""}: ${settingsText(settings)}`;

function trialLine({ trial }: TrialEndEvent, { paint }: Progress): string {
  const { number, settings, rungs, failure } = trial;
  const what = `  trial ${String(number).padStart(2)}  ${settings ? settingsText(settings) : ""}`;
  const last = rungs.at(-1);
  if (failure || !last) return paint.warn(`${what}: ${failure?.text ?? ""}`);
  const folds = last.folds > 1 ? `, ${last.folds} folds` : "";
  return `${what}: ${percentText(last.accuracy)} after ${plural(last.epochs, "epoch")}${folds}`;
}

/** What a search found, in words. */
export function searchResultText(result: SearchResult, paint: Paint): string {
  const { statements, trials, seconds, best, report, table, data, end } = result;
  return [
    "",
    `${end === "done" ? "Finished in" : "Stopped after"} ${durationText(seconds)}.`,
    tableOf(trials, paint),
    "",
    ...statements.map((statement, i) =>
      i === 0 ? paint.bold(messageText(statement)) : messageText(statement),
    ),
    "",
    ...(best
      ? [`Train with these settings: ${invocation()} train ${typed(data)} --config ${typed(best.config)}`]
      : []),
    `Report: ${report}`,
    `Table: ${table}`,
  ].join("\n");
}

function tableOf(trials: readonly Trial[], paint: Paint): string {
  const rows = trials.slice(0, shownAtMost).map(({ number, settings, rungs, failure }) => {
    const last = rungs.at(-1);
    return [
      `${number}`,
      settings?.model ?? "",
      settings ? `${settings.size}` : "",
      settings ? rateText(settings.learningRate) : "",
      settings ? decayText(settings.weightDecay) : "",
      settings?.augment ?? "",
      last ? `${last.epochs}` : "",
      last ? `${last.folds}` : "",
      last ? percentText(last.accuracy) : "",
      last ? rangeText(last.interval, last.accuracy) : "",
      last ? lossText(last.loss) : "",
      failure ? failure.code.replace("trial-", "") : "",
    ];
  });
  const head = [
    "trial",
    "model",
    "size",
    "rate",
    "decay",
    "augment",
    "epochs",
    "folds",
    "accuracy",
    "95% CI",
    "loss",
    "",
  ];
  const right = "right" as const;
  const left = "left" as const;
  const aligns = [right, left, right, right, right, left, right, right, right, right, right, left];
  const table = columns([head, ...rows], aligns);
  const more = trials.length - shownAtMost;
  return more > 0 ? `${table}\n${paint.dim(`  and ${countText(more)} more`)}` : table;
}
