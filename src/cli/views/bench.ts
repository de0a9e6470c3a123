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
import type { Paint } from "../terminal/style.ts";
import { columns } from "../terminal/table.ts";

/** What is being measured, said while it is. */
export const benchWords: Readonly<Record<BenchEvent["what"], string>> = {
  training: "learning",
  prediction: "naming many images at a time",
  single: "naming one image at a time",
  barrier: "threads meeting",
  algorithms: "timing algorithms",
};

/** Three significant figures. */
const figure = (x: number): string => (x >= 100 ? countText(Math.round(x)) : x.toPrecision(3));

/** The machine and the model: what every figure depends on. */
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
    `Model ${model.name}: images at ${model.size} × ${model.size}; ${countText(model.parameters)} numbers to learn`,
  ];
}

/** The result of a bench in words. */
export function benchResultText(result: BenchResult, paint: Paint): string {
  const { training, prediction, single, epoch, startSeconds, peakBytes, barrier } = result;
  const row = (what: string, time: StepTime): string[] => [
    what,
    `${figure(time.median)} ms`,
    `${figure(time.low)} - ${figure(time.high)}`,
    figure(time.imagesPerSecond),
    figure(time.gflopPerSecond),
  ];
  const together = `${plural(training.batchSize, "image")} at a time`;
  return [
    ...subjectText(result, paint),
    "",
    columns(
      [
        ["", "a step", "half of them", "images/s", "GFLOP/s"],
        row(`learning, ${together}`, training),
        row(`naming, ${together}`, prediction),
        row("naming, one at a time", single),
      ],
      ["left", "right", "right", "right", "right"],
    ),
    "",
    `Learning from ${plural(epoch.images, "image")} once (an epoch) takes about ${durationText(epoch.seconds)}, once they are read.`,
    `The first step came after ${durationText(startSeconds)}; learning held ${bytesText(peakBytes)} of memory, the program included.`,
    `The threads meet ${plural(barrier.kernels, "time")} in a step of learning, for ${figure(barrier.microseconds)} µs each: ${percentText(barrier.share)} of it.`,
    "",
    paint.dim(
      "Medians; half of the steps lie in the range beside. GFLOP/s count the plain algorithm's work in",
    ),
    paint.dim(
      "convolutions and dense layers. Other programs that use the processor make all of this slower.",
    ),
  ].join("\n");
}

/** A choice that costs more than this is a mistake of the cost model rather than noise. */
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
    paint.dim("Milliseconds on one thread, median; * is what the cost model chose, – is not possible."),
    wrong === 0
      ? `No other algorithm was more than 10 % faster than the chosen one in any of ${plural(works.length, "work")}.`
      : paint.warn(
          `${plural(wrong, "choice")} of ${countText(works.length)} took over 10 % longer than the fastest algorithm.`,
        ),
  ].join("\n");
}
