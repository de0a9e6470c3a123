import type { LowerCall } from "../../graph/graph.ts";
import {
  type Access,
  type ArrayType,
  type Buffer,
  type Expr,
  type LoweredOp,
  type Reduction,
  constantExpr,
  load,
  minus,
  nest,
  plus,
  reduction,
  times,
} from "../../kernels/index.ts";
import { sumRows } from "../reduction/sumRows.ts";
import { type RowsAndChannels, inverseRoot } from "./layerNests.ts";

// Loop nests of group normalisation: x is [N, M, C], the channels of each example in G groups of S. First what each example's channels
// sum to, [N, C], then what its groups do, [N, G]; so that all that touches x walks whole rows of channels.

export interface RowsAndGroups extends RowsAndChannels {
  readonly rows: number;
  readonly groups: number;
}

const sum = (term: Expr): Reduction => ({ combine: "sum", initial: 0, term });

/** What loops over [N, G, S] or [N, G | S] read and write: arrays [N, C], [N, G] and [C]. */
function accesses({ channels, groups }: RowsAndGroups): {
  readonly perChannel: (buffer: Buffer) => Access;
  readonly perGroup: (buffer: Buffer) => Access;
  readonly ofChannel: (buffer: Buffer) => Access;
} {
  const size = channels / groups;
  const at =
    (strides: readonly number[]) =>
    (buffer: Buffer): Access => ({ buffer, offset: 0, strides });
  return { perChannel: at([channels, size, 1]), perGroup: at([groups, 1, 0]), ofChannel: at([0, size, 1]) };
}

/** What loops over [N, M, C] read and write: arrays [N, M, C], [N, C] and [C]. */
function elementAccesses({ rows, channels }: RowsAndGroups): {
  readonly each: (buffer: Buffer) => Access;
  readonly ofExample: (buffer: Buffer) => Expr;
  readonly ofChannel: (buffer: Buffer) => Expr;
} {
  const reader =
    (strides: readonly number[]) =>
    (buffer: Buffer): Expr =>
      load({ buffer, offset: 0, strides });
  return {
    each: (buffer) => ({ buffer, offset: 0, strides: [rows * channels, channels, 1] }),
    ofExample: reader([channels, 0, 1]),
    ofChannel: reader([0, 0, 1]),
  };
}

/** Mean and variance of each example's channels in one pass, those of its groups from them, and a pass that writes. */
export function lowerGroupNorm(
  { inputs: [x, gamma, beta], outputs: [y, mean, inverse], temporary }: LowerCall<unknown, 3, 3>,
  sizes: RowsAndGroups & { readonly epsilon: number },
): readonly LoweredOp[] {
  const { examples, rows, channels, groups, epsilon } = sizes;
  const size = channels / groups;
  const share = constantExpr(1 / rows);
  const type: ArrayType = { shape: [examples, channels], dtype: "f32" };
  const [means, variances] = [temporary("means", type), temporary("variances", type)];
  const [centre, scale] = [temporary("centre", type), temporary("scale", type)];
  const { perChannel, perGroup, ofChannel } = accesses(sizes);
  const element = elementAccesses(sizes);
  const inChannel = (buffer: Buffer): Expr => load(perChannel(buffer));
  const inGroup = (buffer: Buffer): Expr => load(perGroup(buffer));
  const away = minus(inChannel(means), inGroup(mean));
  const overGroups = { axes: [examples, groups], reduce: [size] };
  return [
    ...sumRows(
      {
        label: "channel means, variances",
        outer: examples,
        rows,
        inner: channels,
        outputs: [means, variances],
        // Around the channel's first number, so that little cancels in the variance, however far from 0 the channel lies.
        terms: (full, _, { first }) => {
          const centred = minus(full(x), first(x));
          return [centred, times(centred, centred)];
        },
        results: ([total, squares], _, { first }) => {
          const shift = times(total, share);
          return [plus(first(x), shift), minus(times(squares, share), times(shift, shift))];
        },
      },
      temporary,
    ),
    nest({
      label: "mean",
      ...overGroups,
      reductions: [sum(inChannel(means))],
      writes: [{ access: perGroup(mean), value: times(reduction(0), constantExpr(1 / size)) }],
    }),
    nest({
      label: "deviation",
      ...overGroups,
      reductions: [sum(plus(inChannel(variances), times(away, away)))],
      writes: [
        {
          access: perGroup(inverse),
          value: inverseRoot(times(reduction(0), constantExpr(1 / size)), epsilon),
        },
      ],
    }),
    nest({
      label: "centre, scale",
      axes: [examples, groups, size],
      writes: [
        { access: perChannel(centre), value: inGroup(mean) },
        { access: perChannel(scale), value: times(load(ofChannel(gamma)), inGroup(inverse)) },
      ],
    }),
    nest({
      label: "groupNorm",
      axes: [examples, rows, channels],
      writes: [
        {
          access: element.each(y),
          value: plus(
            times(minus(load(element.each(x)), element.ofExample(centre)), element.ofExample(scale)),
            element.ofChannel(beta),
          ),
        },
      ],
    }),
  ];
}

/** What the gradient of one example's channels needs: arrays [N, C] and, of its groups, [N, G]. */
interface Between {
  readonly centre: Buffer;
  readonly sums: Buffer;
  readonly products: Buffer;
  readonly scale: Buffer;
  readonly shift: Buffer;
  readonly slope: Buffer;
  readonly groupShift: Buffer;
  readonly groupSlope: Buffer;
}

function between(
  { temporary }: LowerCall<unknown, 5, 3>,
  { examples, channels, groups }: RowsAndGroups,
): Between {
  const perChannel = (name: string): Buffer => temporary(name, { shape: [examples, channels], dtype: "f32" });
  const perGroup = (name: string): Buffer => temporary(name, { shape: [examples, groups], dtype: "f32" });
  return {
    centre: perChannel("centre"),
    sums: perChannel("sums"),
    products: perChannel("products"),
    scale: perChannel("scale"),
    shift: perChannel("shift"),
    slope: perChannel("slope"),
    groupShift: perGroup("shift"),
    groupSlope: perGroup("slope"),
  };
}

/** Two sums over each example's channels, from which the groups' and the parameters' follow, and a pass for dx. */
export function lowerGroupNormGradient(
  call: LowerCall<unknown, 5, 3>,
  sizes: RowsAndGroups,
): readonly LoweredOp[] {
  const {
    inputs: [dy, x, mean],
    outputs: [dx],
    temporary,
  } = call;
  const { examples, rows, channels, groups } = sizes;
  const { perChannel, perGroup } = accesses(sizes);
  const element = elementAccesses(sizes);
  const made = between(call, sizes);
  const { centre, scale, shift, slope } = made;
  return [
    nest({
      label: "centre",
      axes: [examples, groups, channels / groups],
      writes: [{ access: perChannel(centre), value: load(perGroup(mean)) }],
    }),
    ...sumRows(
      {
        label: "gradient sums",
        outer: examples,
        rows,
        inner: channels,
        outputs: [made.sums, made.products],
        terms: (full, _, { perSum }) => [full(dy), times(full(dy), minus(full(x), perSum(centre)))],
      },
      temporary,
    ),
    ...sumsOfGroups(call, sizes, made),
    nest({
      label: "groupNormGradient",
      axes: [examples, rows, channels],
      writes: [
        {
          access: element.each(dx),
          value: minus(
            minus(times(load(element.each(dy)), element.ofExample(scale)), element.ofExample(shift)),
            times(minus(load(element.each(x)), element.ofExample(centre)), element.ofExample(slope)),
          ),
        },
      ],
    }),
  ];
}

/** dgamma and dbeta, and dx = scale·dy - shift - slope·(x - centre) of every channel, from the sums over channels. */
function sumsOfGroups(
  { inputs: [, , , inverse, gamma], outputs: [, dgamma, dbeta] }: LowerCall<unknown, 5, 3>,
  sizes: RowsAndGroups,
  { sums, products, scale, shift, slope, groupShift, groupSlope }: Between,
): readonly LoweredOp[] {
  const { examples, rows, channels, groups } = sizes;
  const size = channels / groups;
  const share = constantExpr(1 / (rows * size));
  const { perChannel, perGroup, ofChannel } = accesses(sizes);
  const inGroup = (buffer: Buffer): Expr => load(perGroup(buffer));
  const scaled = (buffer: Buffer): Expr => times(load(perChannel(buffer)), load(ofChannel(gamma)));
  const r = inGroup(inverse);
  const alongExamples = (buffer: Buffer): Expr => load({ buffer, offset: 0, strides: [size, 1, channels] });
  const inverses = load({ buffer: inverse, offset: 0, strides: [1, 0, groups] });
  return [
    nest({
      label: "dgamma, dbeta",
      axes: [groups, size],
      reduce: [examples],
      reductions: [sum(times(alongExamples(products), inverses)), sum(alongExamples(sums))],
      writes: [dgamma, dbeta].map((buffer, i) => ({
        access: { buffer, offset: 0, strides: [size, 1, 0] },
        value: reduction(i),
      })),
    }),
    nest({
      label: "group sums",
      axes: [examples, groups],
      reduce: [size],
      reductions: [sum(scaled(sums)), sum(scaled(products))],
      writes: [
        { access: perGroup(groupShift), value: times(times(reduction(0), share), r) },
        { access: perGroup(groupSlope), value: times(times(times(reduction(1), share), times(r, r)), r) },
      ],
    }),
    nest({
      label: "scale, shift, slope",
      axes: [examples, groups, size],
      writes: [
        { access: perChannel(scale), value: times(load(ofChannel(gamma)), r) },
        { access: perChannel(shift), value: inGroup(groupShift) },
        { access: perChannel(slope), value: inGroup(groupSlope) },
      ],
    }),
  ];
}
