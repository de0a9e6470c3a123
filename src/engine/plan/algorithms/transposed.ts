import {
  type ConvGeometry,
  type Convolution,
  type Nest,
  type TransposedConvolution,
  packedSize,
  phasesOf,
  reachOf,
} from "../../kernels/index.ts";
import { labelOf } from "../describeKernel.ts";
import type { PlanContext } from "../types.ts";
import { packFlipped } from "./pack.ts";
import { TASK, floats } from "./sizing.ts";

/** Rows of every phase that a task computes: enough work to be worth a task, few enough that its source rows stay in cache. */
function rowsPerTask(g: ConvGeometry): number {
  const { down, across } = phasesOf(g);
  const [rows, columns] = [reachOf(down), reachOf(across)];
  const perRow = g.outWidth * g.filters * g.channels * g.filterHeight * g.filterWidth;
  const rowBytes = 4 * g.filters * (columns.count + columns.last - columns.first);
  const byWork = Math.ceil(TASK.products / perRow);
  const byCache = Math.max(1, Math.floor(TASK.sourceBytes / rowBytes));
  return Math.min(byWork, byCache, rows.count);
}

/** dx of a convolution with strides, phase by phase, without products by zero. */
export function transposedConvolution(
  context: PlanContext,
  { geometry: g, inputs: [source, filters], output, epilogue }: Convolution,
): readonly (Nest | TransposedConvolution)[] {
  const depth = g.filterHeight * g.filterWidth * g.filters;
  const packed = floats(context, "packed filters", packedSize(g.channels, depth, context.panel));
  return [
    packFlipped(context, { from: filters, to: packed }, g),
    {
      kind: "transposed",
      label: labelOf("conv2d input gradient", epilogue),
      source,
      packed,
      output,
      geometry: g,
      epilogue,
      panel: context.panel,
      rows: rowsPerTask(g),
    },
  ];
}
