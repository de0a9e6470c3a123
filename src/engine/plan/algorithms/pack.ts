import { type Buffer, type ConvGeometry, type Nest, load, nest, reduction } from "../../kernels/index.ts";
import type { PlanContext } from "../types.ts";

interface Packing {
  readonly label: string;
  readonly from: Buffer;
  readonly to: Buffer;
  /** Number of outputs; element o of a panel is read at `o · stride`. */
  readonly outputs: number;
  readonly stride: number;
  /** Extents and strides of the depth's loops, outermost first. */
  readonly rows: readonly (readonly [number, number])[];
  readonly offset?: number;
}

/** Regroups filters, or the columns of a matrix, into panels, with zeros beyond the last output. */
export function pack(
  context: PlanContext,
  { label, from, to, outputs, stride, rows, offset = 0 }: Packing,
): Nest {
  const panels = Math.ceil(outputs / context.panel);
  const depth = rows.reduce((product, [extent]) => product * extent, 1);
  const inner = rows.map((_, i) =>
    rows.slice(i + 1).reduce<number>((product, [extent]) => product * extent, context.panel),
  );
  const whole = outputs % context.panel === 0;
  // Loops: panel, depth…, output in panel | one pass whose guard is the output's number.
  const still = rows.map(() => 0);
  const strides = rows.map(([, step]) => step);
  const read = whole
    ? load({ buffer: from, offset, strides: [context.panel * stride, ...strides, stride] })
    : load({ buffer: from, offset, strides: [0, ...strides, 0, 0, stride] });
  const write = {
    buffer: to,
    offset: 0,
    strides: [depth * context.panel, ...inner, 1, ...(whole ? [] : [0, 0])],
  };
  const axes = [panels, ...rows.map(([extent]) => extent), context.panel];
  if (whole) return nest({ label, axes, writes: [{ access: write, value: read }] });
  return nest({
    label,
    axes,
    reduce: [1],
    guards: [{ strides: [context.panel, ...still, 1, 0], offset: 0, divisor: 1, limit: outputs }],
    reductions: [{ combine: "last", initial: 0, term: read }],
    writes: [{ access: write, value: reduction(0) }],
  });
}

/** Filters [R, S, C, K] of a convolution for its input gradient: taps from the last to the first, K deep, in panels of C. */
export function packFlipped(
  context: PlanContext,
  { from, to }: Pick<Packing, "from" | "to">,
  g: ConvGeometry,
): Nest {
  const [tap, row] = [g.channels * g.filters, g.filterWidth * g.channels * g.filters];
  return pack(context, {
    label: "pack filters",
    from,
    to,
    outputs: g.channels,
    rows: [
      [g.filterHeight, -row],
      [g.filterWidth, -tap],
      [g.filters, 1],
    ],
    stride: g.filters,
    offset: (g.filterHeight - 1) * row + (g.filterWidth - 1) * tap,
  });
}
