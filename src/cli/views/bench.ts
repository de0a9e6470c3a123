import {
  type BenchEvent,
  type BenchResult,
  type BenchSubject,
  type StepTime,
  type TuneResult,
  type TunedWork,
  percentText,
  plural,
} from "../../app/index.ts";
import { measuredText, written } from "../../messages/index.ts";
import type { Look, Paint } from "../terminal/style.ts";
import { columns } from "../terminal/table.ts";
import { wrapped } from "../terminal/wrap.ts";

/** What is being measured, shown meanwhile. */
export const benchWords: Readonly<Record<BenchEvent["what"], string>> = {
  training: "training",
  prediction: "inference, batches",
  single: "inference, one image at a time",
  barrier: "thread synchronisation",
  algorithms: "timing algorithms",
};

/** The machine and the model, on which every measurement depends. */
function subjectText({ machine, model }: BenchSubject, paint: Paint): readonly string[] {
  const { processor, cores, memoryBytes, system, runtime, threads, arithmetic, packsVectors } = machine;
  const gibibytes = Math.round(memoryBytes / 2 ** 30);
  return [
    paint.bold(`${processor}, ${plural(cores, "core")}, ${gibibytes} GiB, ${system}; ${runtime}`),
    written({ code: "bench-arithmetic", data: { threads, arithmetic, packsVectors } }).text,
    "",
    written({ code: "bench-model", data: model }).text,
  ];
}

/** The result of a bench as text. */
export function benchResultText(result: BenchResult, { paint, width }: Look): string {
  const { training, prediction, single, epoch, startSeconds, peakBytes, barrier } = result;
  const row = (what: string, time: StepTime): string[] => [
    what,
    `${measuredText(time.median)} ms`,
    `${measuredText(time.low)} - ${measuredText(time.high)}`,
    measuredText(time.imagesPerSecond),
    measuredText(time.gflopPerSecond),
  ];
  const together = `batch size ${training.batchSize}`;
  return [
    ...subjectText(result, paint),
    "",
    columns(
      [
        ["", "median step", "middle half", "images/s", "GFLOP/s"],
        row(`training, ${together}`, training),
        row(`inference, ${together}`, prediction),
        row("inference, batch size 1", single),
      ],
      ["left", "right", "right", "right", "right"],
    ),
    "",
    written({ code: "bench-epoch", data: epoch }).text,
    written({ code: "bench-start", data: { seconds: startSeconds, bytes: peakBytes } }).text,
    written({ code: "bench-barriers", data: barrier }).text,
    "",
    paint.dim(wrapped(written({ code: "bench-legend", data: {} }).text, { width, indent: 0 })),
  ].join("\n");
}

/** A choice that is slower by more than this fraction counts as an error of the cost model; below it, timings of one run are noise. */
const tolerance = 0.1;

/** Every work with the time of each algorithm, and where the choice was not the fastest. */
export function tuneResultText(result: TuneResult, { paint, width }: Look): string {
  const { works } = result;
  const algorithms = [
    ...new Set(works.flatMap(({ candidates }) => candidates.map(({ algorithm }) => algorithm))),
  ];
  const cell = ({ candidates, chosen }: TunedWork, algorithm: string): string => {
    const found = candidates.find((one) => one.algorithm === algorithm);
    if (!found) return "–";
    return `${measuredText(found.median)}${found.algorithm === chosen ? " *" : "  "}`;
  };
  const rows = works.map((one) => [
    one.work,
    `${one.count} ×`,
    measuredText(one.gflop),
    ...algorithms.map((algorithm) => cell(one, algorithm)),
    one.ratio > 1 + tolerance ? `${one.fastest} takes ${percentText(1 / one.ratio)} of it` : "",
  ]);
  const wrong = works.filter(({ ratio }) => ratio > 1 + tolerance).length;
  const outcome = written({ code: "cost-model", data: { wrong, works: works.length, tolerance } }).text;
  return [
    ...subjectText(result, paint),
    "",
    columns(
      [["one training step's convolutions and products", "", "GFLOP", ...algorithms, ""], ...rows],
      ["left", "right", "right", ...algorithms.map(() => "right" as const), "left"],
    ),
    "",
    paint.dim(wrapped(written({ code: "tune-legend", data: {} }).text, { width, indent: 0 })),
    wrong === 0 ? outcome : paint.warn(outcome),
  ].join("\n");
}
