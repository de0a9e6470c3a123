import {
  type Buffer,
  type ConvGeometry,
  type Expr,
  type Kernel,
  type Nest,
  constantExpr,
  elementwise,
  load,
  nest,
  reduction,
  whole,
} from "../../../src/engine/kernels/index.ts";
import { createGraph } from "../../../src/engine/index.ts";
import { cheapest } from "../../../src/engine/plan/index.ts";
import { type PlanState, initialState } from "../../../src/engine/plan/passes/pass.ts";
import type { PlanContext } from "../../../src/engine/plan/types.ts";

// Buffers, nests and states written by hand.

/** Buffer `id`, named by a letter: 0 is a, 1 is b. */
export const buffer = (id: number, shape: readonly number[], fields: Partial<Buffer> = {}): Buffer => ({
  id,
  role: "result",
  name: String.fromCodePoint(97 + id),
  shape,
  dtype: "f32",
  ...fields,
});

/** An elementwise kernel with one result. */
export const compute = (
  output: Buffer,
  inputs: readonly Buffer[],
  value: (...x: readonly Expr[]) => Expr = (x) => x ?? constantExpr(0),
): Nest => elementwise(`${output.name} from ${inputs.map(({ name }) => name).join()}`, output, inputs, value);

/** output [n] = sums over the first axis of from [m, n]. */
export const columnSums = (output: Buffer, from: Buffer, term: (x: Expr) => Expr = (x) => x): Nest => {
  const [m = 1, n = 1] = from.shape;
  return nest({
    label: `${output.name} sums ${from.name}`,
    axes: [n],
    reduce: [m],
    reductions: [
      { combine: "sum", initial: 0, term: term(load({ buffer: from, offset: 0, strides: [1, n] })) },
    ],
    writes: [{ access: whole(output, 1), value: reduction(0) }],
  });
};

interface StateFields {
  readonly liveOut?: readonly Buffer[];
  /** [view, what it is a view of] */
  readonly aliases?: readonly (readonly [Buffer, Buffer])[];
}

/** A plan on its way, with kernels and no graph. */
export function stateOf(
  kernels: readonly Kernel[],
  { liveOut = [], aliases = [] }: StateFields = {},
): PlanState {
  const sources = new Map(aliases);
  const program = { graph: createGraph(), outputs: {} };
  return {
    ...initialState(program, { panel: 8, choose: cheapest }),
    kernels,
    liveOut: new Set(liveOut),
    storageOf: (one) => sources.get(one) ?? one,
  };
}

export const labelsOf = (kernels: readonly Kernel[] | undefined): readonly string[] =>
  (kernels ?? []).map(({ label }) => label);

/** What algorithms are planned for; temporaries are buffers from 100 on. */
export function contextOf({
  panel = 8,
  constants = [],
}: { readonly panel?: 8 | 16; readonly constants?: readonly Buffer[] } = {}): PlanContext {
  let next = 100;
  return {
    panel,
    choose: cheapest,
    isConstant: (one) => constants.includes(one),
    temporary: (name, type) => ({ id: next++, role: "result", name, ...type }),
  };
}

/** A convolution of stride 1 that keeps the size of its map; 3x3 if nothing else is said. */
export function geometry(fields: Partial<ConvGeometry> = {}): ConvGeometry {
  const { height = 8, width = 8, filterHeight = 3, filterWidth = 3 } = fields;
  return {
    n: 2,
    height,
    width,
    channels: 4,
    filterHeight,
    filterWidth,
    outHeight: height,
    outWidth: width,
    filters: 8,
    strides: [1, 1],
    dilation: [1, 1],
    padTop: (filterHeight - 1) >> 1,
    padLeft: (filterWidth - 1) >> 1,
    ...fields,
  };
}
