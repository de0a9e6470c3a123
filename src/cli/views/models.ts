import { type ModelListing, type ModelsResult, countText } from "../../app/index.ts";
import { bytesText } from "../../base/index.ts";
import { measuredText } from "../../messages/index.ts";
import { columns } from "../terminal/table.ts";

const none = "·";

/** One row a model; memory and speed in the place of what each is for where they were asked for. */
export function modelsText({ models }: ModelsResult): string {
  const hasMemory = models.some(({ memoryBytes }) => memoryBytes !== undefined);
  const hasSpeed = models.some(({ imagesPerSecond }) => imagesPerSecond !== undefined);
  const head = [
    "model",
    "parameters",
    "input",
    "MFLOP",
    ...(hasMemory ? ["batch", "memory"] : []),
    ...(hasSpeed ? ["train", "predict"] : []),
    ...(hasSpeed ? [] : [""]),
  ];
  const row = (model: ModelListing): readonly string[] => [
    model.name,
    countText(model.parameters),
    `${model.size} × ${model.size}`,
    megaText(model.flops),
    ...(hasMemory ? [countText(model.batchSize), memoryOf(model)] : []),
    ...(hasSpeed ? speedsOf(model) : []),
    ...(hasSpeed ? [] : [model.about]),
  ];
  const numbers = head.slice(1, hasSpeed ? undefined : -1).map(() => "right" as const);
  const table = columns(
    [head, ...models.map(row)],
    ["left", ...numbers, ...(hasSpeed ? [] : (["left"] as const))],
  );
  return [table, "", ...legendOf(hasMemory, hasSpeed)].join("\n");
}

/** What the columns mean that a reader may take for something else. */
const legendOf = (hasMemory: boolean, hasSpeed: boolean): readonly string[] => [
  "MFLOP: million floating-point operations to classify one image of that size (4 classes).",
  ...(hasMemory
    ? ["memory: of a training step at that batch size."]
    : ["--memory adds the memory of training, --measure the speed on this machine."]),
  ...(hasSpeed ? ["train, predict: images per second on this machine, at that batch size."] : []),
];

const megaText = (flops: number): string => countText(Math.round(flops / 1e6));

const memoryOf = ({ memoryBytes }: ModelListing): string =>
  memoryBytes === undefined ? none : bytesText(memoryBytes);

const speedsOf = ({ imagesPerSecond: speeds }: ModelListing): readonly string[] =>
  speeds ? [measuredText(speeds.training), measuredText(speeds.prediction)] : [none, none];
