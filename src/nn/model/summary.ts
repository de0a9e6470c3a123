import { type Shape, at, bytesText, countText, mapTuple, sizeOf } from "../../base/index.ts";
import { titleOf } from "../layers/index.ts";
import type { ModelSpec } from "./model.ts";
import { type ResolvedLayer, walkResolved, resolveLayers } from "./resolve.ts";

/** One layer of a {@link Summary}. */
export interface SummaryRow {
  readonly name: string;
  /** Keras's class name. */
  readonly type: string;
  /** Of one image. */
  readonly outputShape: Shape;
  readonly parameters: number;
  readonly trainable: number;
  /** Floating-point operations for one image forward. */
  readonly flops: number;
  /** 0, or in how many merges the layer stands. */
  readonly depth: number;
}

/** What a model is made of, before anything runs. */
export interface Summary {
  readonly name: string;
  readonly inputShape: Shape;
  readonly rows: readonly SummaryRow[];
  readonly parameters: number;
  readonly trainable: number;
  /**
   * For one image forward: two a multiplication with its addition, in convolutions and dense layers; what is left out
   * (bias, activation, pooling, normalisation) is small beside them.
   */
  readonly flops: number;
}

/**
 * Work of training on one image, floating-point operations counted as in {@link Summary}: three times the forward pass, without
 * the first layer's input gradient, which nobody needs.
 */
export function trainingFlops({ rows, flops }: Summary): number {
  return 3 * flops - (rows.find((row) => row.flops > 0)?.flops ?? 0);
}

/** The shape that each layer gives one image, by layer name, in the order in which they run. */
export function inferShapes(model: ModelSpec, inputShape?: Shape): Readonly<Record<string, Shape>> {
  return Object.fromEntries(
    [...walkResolved(resolveLayers(model, inputShape))].map(({ item }) => [item.name, item.output]),
  );
}

/** Layers, shapes, parameters and work of a model. @throws FoveaError naming the layer that does not fit */
export function summarize(model: ModelSpec, inputShape?: Shape): Summary {
  const resolved = resolveLayers(model, inputShape);
  const rows = [...walkResolved(resolved)].map(({ item, depth }) => rowOf(item, depth));
  const total = (count: (row: SummaryRow) => number): number =>
    rows.reduce((sum, row) => sum + count(row), 0);
  return {
    name: model.name,
    inputShape: at(resolved, 0).input,
    rows,
    parameters: total((row) => row.parameters),
    trainable: total((row) => row.trainable),
    flops: total((row) => row.flops),
  };
}

const countOf = (specs: ResolvedLayer["parameters"]): number =>
  specs.reduce((sum, { shape }) => sum + sizeOf(shape), 0);

function rowOf({ name, layer, output, parameters, multiplyAdds }: ResolvedLayer, depth: number): SummaryRow {
  return {
    name,
    type: titleOf(layer),
    outputShape: output,
    parameters: countOf(parameters),
    trainable: countOf(parameters.filter(({ trainable }) => trainable)),
    flops: 2 * multiplyAdds,
    depth,
  };
}

/**
 * Parameters of a net that sees every pixel in each of `hidden` units, for comparison: weights and biases of both layers.
 * @example
 * denseParameterCount([200, 200, 3], 1024, 4); // → 122885124
 */
export function denseParameterCount(inputShape: Shape, hidden: number, classes: number): number {
  return sizeOf(inputShape) * hidden + hidden + hidden * classes + classes;
}

/** A row of the table: layer, output shape, parameters. */
type Cells = readonly [layer: string, shape: string, count: string];

/** A table as Keras prints it: layer (type), output shape, parameters; then the totals. */
export function renderSummary(summary: Summary): string {
  const { name, rows, parameters, trainable, flops, inputShape } = summary;
  const cells: readonly Cells[] = [
    ["Layer (type)", "Output shape", "Parameters"],
    ["input", batched(inputShape), "0"],
    ...rows.map((row): Cells => [
      `${"  ".repeat(row.depth)}${row.name} (${row.type})`,
      batched(row.outputShape),
      countText(row.parameters),
    ]),
  ];
  const widths = mapTuple([0, 1, 2], (column) => Math.max(...cells.map((row) => row[column].length)));
  const rule = (left: string, middle: string, right: string): string =>
    left + widths.map((width) => "─".repeat(width + 2)).join(middle) + right;
  const line = ([layer, shape, count]: Cells): string =>
    `│ ${layer.padEnd(widths[0])} │ ${shape.padEnd(widths[1])} │ ${count.padStart(widths[2])} │`;
  const [head, ...body] = cells.map(line);
  return [
    `Model: "${name}"`,
    rule("┌", "┬", "┐"),
    head,
    rule("├", "┼", "┤"),
    ...body,
    rule("└", "┴", "┘"),
    `Total parameters: ${countText(parameters)} (${bytesText(4 * parameters)})`,
    `Trainable: ${countText(trainable)}, not trainable: ${countText(parameters - trainable)}`,
    `Work for one image forward: ${countText(flops)} floating-point operations`,
  ].join("\n");
}

/** "(N, 200, 200, 32)": N is the number of images in a batch. */
const batched = (shape: Shape): string => `(${["N", ...shape].join(", ")})`;
