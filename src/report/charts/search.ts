import { percentText, rateText, wholePercent } from "../../base/index.ts";
import type { Chart, Charts } from "../chart.ts";
import { accuracyDomain } from "./accuracyDomain.ts";
import { type Series, seriesColours } from "./key.ts";

/** A trial as the page of a search shows it. */
export interface SearchedTrial {
  readonly number: number;
  /** Absent where the settings do not fit the images. */
  readonly settings?: {
    readonly model: string;
    readonly size: number;
    readonly learningRate: number;
    readonly weightDecay: number;
    readonly augment: string;
  };
  /** Completed. */
  readonly rungs: number;
  readonly last?:
    | {
        readonly epochs: number;
        readonly folds: number;
        readonly accuracy: number;
        readonly interval: readonly [number, number];
        readonly loss: number;
      }
    | undefined;
  readonly curve: readonly { readonly epoch: number; readonly accuracy: number }[];
  readonly failure?: string;
}

/** Trials whose lines have a colour and an entry of the legend. */
const maxColoured = 4;

const trialText = ({ number, settings }: SearchedTrial): string =>
  settings
    ? `trial ${number}: ${settings.model}, ${settings.size} px, ${rateText(settings.learningRate)}`
    : `trial ${number}`;

const frame = { height: 260, marginLeft: 44, marginRight: 16, marginTop: 12, marginBottom: 38 };

/** Validation accuracy over the epochs, a line for each trial; the best in colour, before the others in grey. */
export function trialCurves({ plot }: Charts, ranked: readonly SearchedTrial[]): Chart {
  const colourOf = (i: number): string => (i < maxColoured ? (seriesColours[i] ?? "") : "var(--quiet)");
  const series = ranked
    .slice(0, maxColoured)
    .map((trial, i): Series => ({ name: trialText(trial), colour: colourOf(i), mark: "line" }));
  const epochs = Math.max(...ranked.flatMap(({ curve }) => curve.map(({ epoch }) => epoch)), 1);
  const values = ranked.flatMap(({ curve }) => curve.map(({ accuracy }) => accuracy));
  // The best is drawn last, above the others.
  const drawn = ranked.map((trial, i) => ({ trial, colour: colourOf(i) })).reverse();
  return {
    title: "Validation accuracy over the epochs",
    description: `${ranked.length} trials. The best reaches ${percentText(ranked[0]?.last?.accuracy ?? 0)}.`,
    series: [
      ...series,
      ...(ranked.length > maxColoured
        ? [{ name: "others", colour: "var(--quiet)", mark: "line" } as const]
        : []),
    ],
    options: {
      ...frame,
      x: { domain: epochs === 1 ? [0, 2] : [1, epochs] },
      y: { domain: accuracyDomain(values) },
      marks: [
        plot.gridY({ ticks: 5, stroke: "var(--line)", strokeOpacity: 1 }),
        plot.axisY({ ticks: 5, tickSize: 0, label: null, tickFormat: wholePercent }),
        plot.axisX({
          ticks: Math.min(epochs, 8),
          tickSize: 0,
          tickFormat: (epoch: number) => (Number.isInteger(epoch) ? String(epoch) : ""),
          label: "epoch",
          labelAnchor: "center",
          labelArrow: "none",
        }),
        ...drawn.flatMap(({ trial, colour }) => [
          plot.lineY(trial.curve, { x: "epoch", y: "accuracy", stroke: colour, strokeWidth: 2 }),
          plot.dot(trial.curve, {
            x: "epoch",
            y: "accuracy",
            fill: colour,
            r: 2.5,
            title: ({ epoch, accuracy }) => `${trialText(trial)}; epoch ${epoch}: ${percentText(accuracy)}`,
          }),
        ]),
      ],
    },
  };
}

/** Accuracy over the learning rate, a dot for each trial, a colour for each architecture. */
export function ratesChart({ plot }: Charts, trials: readonly SearchedTrial[]): Chart {
  const models = [...new Set(trials.flatMap(({ settings }) => settings?.model ?? []))];
  const colourOf = (model: string): string =>
    seriesColours[models.indexOf(model) % seriesColours.length] ?? "";
  const dots = trials.flatMap(({ settings, last, rungs, ...trial }) =>
    settings && last
      ? {
          rate: settings.learningRate,
          accuracy: last.accuracy,
          colour: colourOf(settings.model),
          rungs,
          title: `${trialText({ ...trial, settings, rungs })}: ${percentText(last.accuracy)} after ${last.epochs} epochs`,
        }
      : [],
  );
  return {
    title: "Accuracy over the learning rate",
    description: `${dots.length} trials of ${models.length} architectures.`,
    series: models.map((model): Series => ({ name: model, colour: colourOf(model) })),
    options: {
      ...frame,
      x: { type: "log", insetLeft: 8, insetRight: 8 },
      y: { domain: accuracyDomain(dots.map(({ accuracy }) => accuracy)) },
      r: { type: "identity" },
      marks: [
        plot.gridY({ ticks: 5, stroke: "var(--line)", strokeOpacity: 1 }),
        plot.axisY({ ticks: 5, tickSize: 0, label: null, tickFormat: wholePercent }),
        plot.axisX({
          ticks: 5,
          tickSize: 0,
          tickFormat: rateText,
          label: "learning rate",
          labelAnchor: "center",
          labelArrow: "none",
        }),
        plot.dot(dots, {
          x: "rate",
          y: "accuracy",
          fill: "colour",
          r: ({ rungs }: { readonly rungs: number }) => 1.5 + 1.5 * rungs,
          title: "title",
        }),
      ],
    },
  };
}
