import type { LowerCall } from "../../graph/graph.ts";
import {
  type Access,
  type ArrayType,
  type Buffer,
  type Expr,
  type LoweredOp,
  constantExpr,
  load,
  minus,
  nest,
  over,
  plus,
  sqrtExpr,
  times,
} from "../../kernels/index.ts";
import { sumRows } from "../reduction/sumRows.ts";

// Loop nests of layer normalisation: x is [N, C], every row of C numbers brought to mean 0 and variance 1.

export interface RowsAndChannels {
  readonly examples: number;
  readonly channels: number;
}

/** 1/√(variance + epsilon) */
export const inverseRoot = (variance: Expr, epsilon: number): Expr =>
  over(constantExpr(1), sqrtExpr(plus(variance, constantExpr(epsilon))));

/** Where an element-by-element pass over [N, C] finds an array [N, C], [N] or [C]. */
function accesses(channels: number): {
  readonly each: (buffer: Buffer) => Access;
  readonly ofRow: (buffer: Buffer) => Expr;
  readonly ofChannel: (buffer: Buffer) => Expr;
} {
  const reader =
    (strides: readonly number[]) =>
    (buffer: Buffer): Expr =>
      load({ buffer, offset: 0, strides });
  return {
    each: (buffer) => ({ buffer, offset: 0, strides: [channels, 1] }),
    ofRow: reader([1, 0]),
    ofChannel: reader([0, 1]),
  };
}

/** One pass for mean and 1/deviation of each row, one that writes. */
export function lowerLayerNorm(
  { inputs: [x, gamma, beta], outputs: [y, mean, inverse], temporary }: LowerCall<unknown, 3, 3>,
  { examples, channels, epsilon }: RowsAndChannels & { readonly epsilon: number },
): readonly LoweredOp[] {
  const share = constantExpr(1 / channels);
  const { each, ofRow, ofChannel } = accesses(channels);
  const h = times(minus(load(each(x)), ofRow(mean)), ofRow(inverse));
  return [
    ...sumRows(
      {
        label: "mean, deviation",
        outer: examples,
        rows: channels,
        inner: 1,
        byLanes: true,
        outputs: [mean, inverse],
        // Around the row's first number, so that little cancels in the variance, however far from 0 the row lies.
        terms: (full, _, { first }) => {
          const centred = minus(full(x), first(x));
          return [centred, times(centred, centred)];
        },
        results: ([sum, squares], _, { first }) => {
          const shift = times(sum, share);
          const variance = minus(times(squares, share), times(shift, shift));
          return [plus(first(x), shift), inverseRoot(variance, epsilon)];
        },
      },
      temporary,
    ),
    nest({
      label: "layerNorm",
      axes: [examples, channels],
      writes: [{ access: each(y), value: plus(times(h, ofChannel(gamma)), ofChannel(beta)) }],
    }),
  ];
}

/** Two sums along each row, then dx; two sums along each channel. */
export function lowerLayerNormGradient(
  { inputs, outputs: [dx, dgamma, dbeta], temporary }: LowerCall<unknown, 5, 3>,
  { examples, channels }: RowsAndChannels,
): readonly LoweredOp[] {
  const [dy, x, mean, inverse, gamma] = inputs;
  const share = constantExpr(1 / channels);
  const perRow: ArrayType = { shape: [examples], dtype: "f32" };
  const [shift, slope] = [temporary("shift", perRow), temporary("slope", perRow)];
  const { each, ofRow, ofChannel } = accesses(channels);
  const [d, v] = [load(each(dy)), load(each(x))];
  const rest = minus(
    minus(times(d, ofChannel(gamma)), ofRow(shift)),
    times(minus(v, ofRow(mean)), ofRow(slope)),
  );
  return [
    ...sumRows(
      {
        label: "gradient sums",
        outer: examples,
        rows: channels,
        inner: 1,
        byLanes: true,
        outputs: [shift, slope],
        terms: (full, _, { row, perSum }) => {
          const scaled = times(full(dy), row(gamma));
          return [scaled, times(scaled, minus(full(x), perSum(mean)))];
        },
        results: ([sum, product], perSum) => {
          const r = perSum(inverse);
          return [times(sum, share), times(times(product, share), times(r, r))];
        },
      },
      temporary,
    ),
    nest({
      label: "layerNormGradient",
      axes: [examples, channels],
      writes: [{ access: each(dx), value: times(ofRow(inverse), rest) }],
    }),
    ...sumRows(
      {
        label: "dgamma, dbeta",
        outer: 1,
        rows: examples,
        inner: channels,
        outputs: [dgamma, dbeta],
        terms: (full, _, { row }) => [
          times(full(dy), times(minus(full(x), row(mean)), row(inverse))),
          full(dy),
        ],
      },
      temporary,
    ),
  ];
}
