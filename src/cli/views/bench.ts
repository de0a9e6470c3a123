import {
  type BenchEvent,
  type BenchResult,
  type BenchSubject,
  type StepTime,
  type TuneResult,
  type TunedWork,
  bytesText,
  countText,
  durationText,
  percentText,
  plural,
} from "../../app/index.ts";
import { significantText } from "../../base/index.ts";
import type { Paint } from "../terminal/style.ts";
import { columns } from "../terminal/table.ts";

/** What is being measured, shown meanwhile. */
export const benchWords: Readonly<Record<BenchEvent["what"], string>> = {
  training: "training",
  prediction: "inference, batches",
  single: "inference, one image at a time",
  barrier: "thread synchronisation",
  algorithms: "timing algorithms",
};

/** Three significant figures. */
const figure = (x: number): string => (x >= 100 ? countText(Math.round(x)) : significantText(x, 3));

/** The machine and the model, on which every measurement depends. */
function subjectText({ machine, model }: BenchSubject, paint: Paint): readonly string[] {
  const { processor, cores, memoryBytes, system, runtime, threads, arithmetic, packsVectors } = machine;
  const gibibytes = Math.round(memoryBytes / 2 ** 30);
  return [
    paint.bold(`${processor}, ${plural(cores, "core")}, ${gibibytes} GiB, ${system}; ${runtime}`),
    `${plural(threads, "thread")}, float32, ${arithmetic} multiply-add; ` +
      (packsVectors
        ? "vectors packed in pairs"
        : "vectors of 128 bits (Node 24 or newer can pack pairs of them, which is faster)"),
    "",
    `Model ${model.name}: ${countText(model.parameters)} parameters, input ${model.size} × ${model.size} × 3`,
  ];
}

/** The result of a bench as text. */
export function benchResultText(result: BenchResult, paint: Paint): string {
  const { training, prediction, single, epoch, startSeconds, peakBytes, barrier } = result;
  const row = (what: string, time: StepTime): string[] => [
    what,
    `${figure(time.median)} ms`,
    `${figure(time.low)} - ${figure(time.high)}`,
    figure(time.imagesPerSecond),
    figure(time.gflopPerSecond),
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
    `One epoch of ${plural(epoch.images, "image")} takes about ${durationText(epoch.seconds)} once they are decoded.`,
    `Start to first step: ${durationText(startSeconds)}. Peak memory: ${bytesText(peakBytes)}, the process included.`,
    `Synchronisation: ${plural(barrier.kernels, "barrier")} per training step, ${figure(barrier.microseconds)} µs each (${percentText(barrier.share)} of the step).`,
    "",
    paint.dim(
      "Medians; the middle half is the range of the central 50% of steps. GFLOP/s count the direct algorithm's",
    ),
    paint.dim("work in convolutions and dense layers. Other load on the processor slows all of this down."),
  ].join("\n");
}

/** A slower choice than this counts as an error of the cost model; below it, timings of one run are noise. */
const WRONG = 1.1;

/** Every work with the time of each algorithm, and where the choice was not the fastest. */
export function tuneResultText(result: TuneResult, paint: Paint): string {
  const { works } = result;
  const algorithms = [
    ...new Set(works.flatMap(({ candidates }) => candidates.map(({ algorithm }) => algorithm))),
  ];
  const cell = ({ candidates, chosen }: TunedWork, algorithm: string): string => {
    const found = candidates.find((one) => one.algorithm === algorithm);
    if (!found) return "–";
    return `${figure(found.median)}${found.algorithm === chosen ? " *" : "  "}`;
  };
  const rows = works.map((one) => [
    one.work,
    `${one.count} ×`,
    figure(one.gflop),
    ...algorithms.map((algorithm) => cell(one, algorithm)),
    one.ratio > WRONG ? `${one.fastest} takes ${percentText(1 / one.ratio)} of it` : "",
  ]);
  const wrong = works.filter(({ ratio }) => ratio > WRONG).length;
  return [
    ...subjectText(result, paint),
    "",
    columns(
      [["one training step's convolutions and products", "", "GFLOP", ...algorithms, ""], ...rows],
      ["left", "right", "right", ...algorithms.map(() => "right" as const), "left"],
    ),
    "",
    paint.dim(
      "Milliseconds on one thread, median; * marks the choice of the cost model, – an algorithm that does not apply.",
    ),
    wrong === 0
      ? `No algorithm was more than 10% faster than the chosen one in any of ${plural(works.length, "case")}.`
      : paint.warn(
          `${plural(wrong, "choice")} of ${countText(works.length)} took over 10% longer than the fastest algorithm.`,
        ),
  ].join("\n");
}
