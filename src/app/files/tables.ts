import { stringify } from "csv-stringify/sync";
import { at, significantText, snakeCase } from "../../base/index.ts";
import { type Image, type Part, type PreparedImages, noFold, weightCell } from "../../data/index.ts";
import type { History, RangeTestRun } from "../../train/index.ts";
import type { LabelDoubt } from "../results.ts";

// A name may begin with a space, which readers of tables drop where it is not in quotes.
const spacesKept = { quoted_match: /^\s|\s$/ };

const csvOf = (rows: readonly (readonly (string | number)[])[]): string =>
  stringify(
    rows.map((row) => [...row]),
    spacesKept,
  );

/** The images of each part, as indices of the prepared images. */
export type PartIndices = { readonly [part in Part]: Int32Array };

type SplitImages = Pick<PreparedImages, "images" | "sha256">;

/** split.csv: one row an image, in the order of the paths. */
export function splitCsv(prepared: SplitImages, parts: PartIndices): string {
  const partOf = new Map<number, Part>();
  for (const part of ["train", "validation", "test"] as const)
    for (const index of parts[part]) partOf.set(index, part);
  const rare = rareColumns(prepared);
  const rows = prepared.images.map((image, i) => [
    image.path,
    image.label,
    image.group ?? "",
    partOf.get(i) ?? "",
    prepared.sha256[i] ?? "",
    image.scene ?? "",
    ...rare.map(({ of }) => of(image)),
  ]);
  return csvOf([["path", "label", "group", "part", "sha256", "scene", ...rare.map(nameOf)], ...rows]);
}

/** split.csv of a cross-validation: the final model is trained on every image that has a fold; the others are the test set. */
export function foldsCsv(prepared: PreparedImages, foldOf: Int32Array): string {
  const rare = rareColumns(prepared);
  const rows = prepared.images.map((image, i) => [
    image.path,
    image.label,
    image.group ?? "",
    foldOf[i] === noFold ? "test" : "train",
    prepared.sha256[i] ?? "",
    foldOf[i] === noFold ? "" : at(foldOf, i) + 1,
    image.scene ?? "",
    ...rare.map(({ of }) => of(image)),
  ]);
  return csvOf([["path", "label", "group", "part", "sha256", "fold", "scene", ...rare.map(nameOf)], ...rows]);
}

/** A column that is there where some image has something in it. */
interface RareColumn {
  readonly name: string;
  readonly of: (image: Image) => string;
}

const nameOf = ({ name }: RareColumn): string => name;

/** Near-duplicates that link named groups, and weights. */
const rareColumns = ({ images }: SplitImages): readonly RareColumn[] =>
  [
    { name: "near_duplicates", of: ({ nearDuplicates = "" }: Image) => nearDuplicates },
    { name: "weight", of: weightCell },
  ].filter(({ of }) => images.some((image) => of(image) !== ""));

// With more classes than this a column for each would make the file larger than the images.
const maxColumns = 100;

/** The predictions for one part of the images. */
interface PartPredictions {
  /** Indices of the prepared images. */
  readonly indices: Int32Array;
  /** [n, classes] */
  readonly probabilities: Float32Array;
  readonly predicted: Int32Array;
}

export interface PredictionParts {
  readonly classNames: readonly string[];
  /** What stands in the column part for an image of each list, by its index among the prepared ones. */
  readonly parts: readonly (PartPredictions & { readonly part: (index: number) => string })[];
}

/** predictions.csv: one row for each image that was predicted, with its scene or group, the probability of the predicted class and of every class. */
export function predictionsCsv(prepared: PreparedImages, { classNames, parts }: PredictionParts): string {
  const columns = classNames.length <= maxColumns ? classNames : [];
  const header = ["path", "label", "group", "part", "sha256", "predicted", "probability"];
  const rows = ({
    part,
    indices,
    probabilities,
    predicted,
  }: PredictionParts["parts"][number]): (string | number)[][] =>
    Array.from(indices, (index, i) => {
      const { path, label, scene, group = "" } = at(prepared.images, index);
      const row = probabilities.subarray(i * classNames.length, (i + 1) * classNames.length);
      const answer = at(predicted, i);
      const told = [at(classNames, answer), shortNumber(at(row, answer))];
      const all = Array.from(row.subarray(0, columns.length), shortNumber);
      return [path, label, scene ?? group, part(index), at(prepared.sha256, index), ...told, ...all];
    });
  return csvOf([[...header, ...columns.map((name) => `p(${name})`)], ...parts.flatMap(rows)]);
}

const shortNumber = (p: number): number => Number(significantText(p, 6));

/** A table with a header from plain records that have the same keys. */
export const csvText = (records: readonly Readonly<Record<string, unknown>>[]): string =>
  stringify([...records], { header: true, ...spacesKept });

/** history.csv: one row an epoch. */
export const historyCsv = (history: History): string => csvText(history.map(historyRow));

const historyRow = ({
  epoch,
  loss,
  accuracy,
  validation,
  learningRate,
  seconds,
  stallFraction,
}: History[number]): Readonly<Record<string, number | string>> => ({
  epoch,
  loss,
  accuracy,
  validation_loss: validation?.loss ?? "",
  validation_accuracy: validation?.accuracy ?? "",
  learning_rate: learningRate,
  seconds,
  stall_fraction: stallFraction ?? "",
  ...Object.fromEntries(
    Object.entries(validation?.metrics ?? {}).map(([name, value]) => [
      `validation_${snakeCase(name)}`,
      value,
    ]),
  ),
});

/** labels-to-review.csv: one row an image, the most doubtful label first. */
export const labelsCsv = (doubts: readonly LabelDoubt[]): string =>
  csvOf([
    ["path", "label", "suggested", "confidence", "score", "rank", "suspect", "group"],
    ...doubts.map(({ path, label, suggested, confidence, score, rank, suspect, group }) => [
      path,
      label,
      suggested,
      significantText(confidence, 4),
      significantText(score, 4),
      rank,
      suspect ? "yes" : "no",
      group ?? "",
    ]),
  ]);

/** learning-rates.csv of a range test: one row a step; no smoothed loss where the loss around it is no number. */
export const rangeTestCsv = (runs: readonly RangeTestRun[]): string =>
  csvOf([
    ["seed", "step", "learning_rate", "loss", "smoothed_loss"],
    ...runs.flatMap(({ seed, steps }) =>
      steps.map(({ learningRate, loss, smoothed }, i) => [
        seed,
        i + 1,
        significantText(learningRate, 6),
        loss === null ? "" : significantText(loss, 6),
        smoothed === null ? "" : significantText(smoothed, 6),
      ]),
    ),
  ]);
