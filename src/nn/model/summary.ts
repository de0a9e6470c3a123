import { type Shape, at, bytesText, countText, sizeOf } from "../../base/index.ts";
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
  /** Names of the layers whose outputs it takes, "input" for the images; absent where that is the layer before it. */
  readonly inputs?: readonly string[];
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

/** Shape that a model gives for one example. @throws FoveaError naming the layer that does not fit */
export const outputShapeOf = (model: ModelSpec, inputShape?: Shape): Shape => {
  const resolved = resolveLayers(model, inputShape);
  return at(resolved, resolved.length - 1).output;
};

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
    ...(layer.inputs && { inputs: layer.inputs }),
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

/** A row of the table: layer, output shape, parameters; for graphs the layers that it takes. */
type Cells = readonly string[];

/** A table as Keras prints it: layer (type), output shape, parameters, of graphs connections too; then the totals. */
export function renderSummary(summary: Summary): string {
  const { name, parameters, trainable, flops } = summary;
  const [head, ...body] = tableLines(cellsOf(summary));
  const { top, middle, bottom } = rulesFor(head ?? "");
  return [
    `Model: "${name}"`,
    top,
    head,
    middle,
    ...body,
    bottom,
    `Total parameters: ${countText(parameters)} (${bytesText(4 * parameters)})`,
    `Trainable: ${countText(trainable)}, not trainable: ${countText(parameters - trainable)}`,
    `Work for one image forward: ${countText(flops)} floating-point operations`,
  ].join("\n");
}

function cellsOf({ rows, inputShape }: Summary): readonly Cells[] {
  const isGraph = rows.some(({ inputs }) => inputs);
  const ended = (cells: Cells, end: string): Cells => (isGraph ? [...cells, end] : cells);
  return [
    ended(["Layer (type)", "Output shape", "Parameters"], "Connected to"),
    ended(["input", batched(inputShape), "0"], ""),
    ...rows.map((row) =>
      ended(
        [
          `${"  ".repeat(row.depth)}${row.name} (${row.type})`,
          batched(row.outputShape),
          countText(row.parameters),
        ],
        row.inputs?.join(", ") ?? "",
      ),
    ),
  ];
}

/** Column of the numbers, which stand on the right. */
const numbers = 2;

function tableLines(cells: readonly Cells[]): readonly string[] {
  const widths = at(cells, 0).map((_, column) => Math.max(...cells.map((row) => at(row, column).length)));
  const padded = (cell: string, i: number): string =>
    i === numbers ? cell.padStart(at(widths, i)) : cell.padEnd(at(widths, i));
  return cells.map((row) => `│ ${row.map(padded).join(" │ ")} │`);
}

/** The lines around a table whose first row is `head`. */
function rulesFor(head: string): Readonly<Record<"top" | "middle" | "bottom", string>> {
  const rule = (ends: readonly [string, string, string]): string => {
    const [left, middle, right] = ends;
    const inner = head.slice(1, -1).replaceAll(/[^│]/g, "─").replaceAll("│", middle);
    return left + inner + right;
  };
  return { top: rule(["┌", "┬", "┐"]), middle: rule(["├", "┼", "┤"]), bottom: rule(["└", "┴", "┘"]) };
}

/** "(N, 200, 200, 32)": N is the number of images in a batch. */
const batched = (shape: Shape): string => `(${["N", ...shape].join(", ")})`;
