import { type Shape, addAt, float64At, sizeOf } from "../../../base/index.ts";
import { type Op, type Value, applyOne, defineOp } from "../../graph/graph.ts";
import {
  type Buffer,
  type Expr,
  type Nest,
  constantExpr,
  load,
  multiplyAddExpr,
  nest,
  times,
} from "../../kernels/index.ts";
import { axes4, checkWhole } from "../window.ts";

// Blending and its gradient share a file. Both are sums over the same pairs of an old pixel and a new one, with the same weights.

interface Enlargement {
  /** Sizes of the smaller images. */
  readonly shape: readonly [number, number, number, number];
  /** How many times as high and as wide the larger ones are. */
  readonly factors: readonly [number, number];
}

/** A pixel that takes part in a sum, by its number along an axis. */
interface Tap {
  readonly pixel: number;
  readonly weight: number;
}

/** Of what new pixel number `made` is blended along an axis of `extent` old ones, each of which becomes `times`. */
function blendOf(made: number, extent: number, times: number): readonly Tap[] {
  const pixel = Math.floor(made / times);
  // How far the new centre stands behind the old one, in old pixels.
  const shift = ((made % times) + 0.5) / times - 0.5;
  const neighbour = pixel + Math.sign(shift);
  // Beyond the outermost centres their numbers go on.
  if (neighbour === pixel || neighbour < 0 || neighbour >= extent) return [{ pixel, weight: 1 }];
  const weight = Math.abs(shift);
  return [
    { pixel, weight: 1 - weight },
    { pixel: neighbour, weight },
  ];
}

/** What old pixel number `pixel` takes part in: {@link blendOf} the other way round. */
function sharesOf(pixel: number, extent: number, times: number): readonly Tap[] {
  const from = Math.max(0, (pixel - 1) * times);
  const to = Math.min(extent * times, (pixel + 2) * times);
  return Array.from({ length: to - from }, (_, i) => from + i).flatMap((made) =>
    blendOf(made, extent, times).flatMap((tap) => (tap.pixel === pixel ? [{ ...tap, pixel: made }] : [])),
  );
}

const enlarged = ({ shape: [n, height, width, channels], factors }: Enlargement): Shape => [
  n,
  height * factors[0],
  width * factors[1],
  channels,
];

/** Calls `visit` with the flat indices of each old number and each new one that is blended of it. */
function forEachPair(
  { shape: [n, height, width, channels], factors: [vertical, horizontal] }: Enlargement,
  visit: (old: number, made: number, weight: number) => void,
): void {
  const [rows, columns] = [height * vertical, width * horizontal];
  for (let i = 0; i < n * rows * columns; i++) {
    const [image, row, column] = [
      Math.floor(i / (rows * columns)),
      Math.floor(i / columns) % rows,
      i % columns,
    ];
    for (const above of blendOf(row, height, vertical))
      for (const beside of blendOf(column, width, horizontal)) {
        const old = (image * height + above.pixel) * width + beside.pixel;
        for (let c = 0; c < channels; c++)
          visit(old * channels + c, i * channels + c, above.weight * beside.weight);
      }
  }
}

/** Old pixels along an axis that differ in their place alone, and what becomes of the first of them. */
interface Band {
  readonly first: number;
  readonly count: number;
  /** What is written: where, and of what. */
  readonly results: readonly { readonly pixel: number; readonly taps: readonly Tap[] }[];
}

type Direction = "forward" | "gradient";

/** The first pixel, those between, the last. */
function bandsAlong(extent: number, times: number, direction: Direction): readonly Band[] {
  const starts = [...new Set([0, Math.min(1, extent - 1), extent - 1])];
  return starts.map((first, i) => ({
    first,
    count: (starts[i + 1] ?? extent) - first,
    results:
      direction === "gradient"
        ? [{ pixel: first, taps: sharesOf(first, extent, times) }]
        : Array.from({ length: times }, (_, phase) => {
            const pixel = first * times + phase;
            return { pixel, taps: blendOf(pixel, extent, times) };
          }),
  }));
}

/** Σ weight · value; what two sums begin with is computed once. */
class WeightedSums {
  private readonly products = new Map<Expr, Map<number, Expr>>();

  of(taps: readonly Tap[], valueAt: (pixel: number) => Expr): Expr {
    const [first, ...rest] = taps.map(({ pixel, weight }) => ({ value: valueAt(pixel), weight }));
    return rest.reduce(
      (sum, { value, weight }) => multiplyAddExpr(value, constantExpr(weight), sum),
      first ? this.product(first.value, first.weight) : constantExpr(0),
    );
  }

  private product(value: Expr, weight: number): Expr {
    if (weight === 1) return value;
    const known = this.products.get(value) ?? new Map<number, Expr>();
    const made = known.get(weight) ?? times(value, constantExpr(weight));
    this.products.set(value, known.set(weight, made));
    return made;
  }
}

/** One nest for the inner pixels and one for each edge and corner, where neighbours are missing. */
function blendNests(
  [from, to]: readonly [Buffer, Buffer],
  { shape: [n, height, width, channels], factors: [vertical, horizontal] }: Enlargement,
  direction: Direction,
): Nest[] {
  const old = { rows: height, columns: width, down: 1, right: 1 };
  const made = { rows: height * vertical, columns: width * horizontal, down: vertical, right: horizontal };
  const [source, target] = direction === "forward" ? [old, made] : [made, old];
  const strides = ({ rows, columns, down, right }: typeof old): readonly number[] => [
    rows * columns * channels,
    down * columns * channels,
    right * channels,
    1,
  ];
  const offset = (row: number, column: number, { columns }: typeof old): number =>
    (row * columns + column) * channels;
  const nestOf = (rows: Band, columns: Band): Nest => {
    const sums = new WeightedSums();
    const read = memo((row, column) =>
      load({ buffer: from, offset: offset(row, column, source), strides: strides(source) }),
    );
    return nest({
      label: direction === "forward" ? "upsampleBilinear2d" : "upsampleBilinear2dGradient",
      axes: [n, rows.count, columns.count, channels],
      writes: rows.results.flatMap((row) => {
        const columnAt = memo((_, column) => sums.of(row.taps, (above) => read(above, column)));
        return columns.results.map((column) => ({
          access: { buffer: to, offset: offset(row.pixel, column.pixel, target), strides: strides(target) },
          value: sums.of(column.taps, (beside) => columnAt(0, beside)),
        }));
      }),
    });
  };
  return bandsAlong(height, vertical, direction).flatMap((rows) =>
    bandsAlong(width, horizontal, direction).map((columns) => nestOf(rows, columns)),
  );
}

/** One object for each pair of numbers, so that it is computed once. */
function memo(make: (row: number, column: number) => Expr): (row: number, column: number) => Expr {
  const known = new Map<string, Expr>();
  return (row, column) => {
    const key = `${row} ${column}`;
    const found = known.get(key) ?? make(row, column);
    known.set(key, found);
    return found;
  };
}

/** y = x blended between the centres of its pixels; dx = Σ weight · dy. */
const upsampleBilinear2dOp: Op<Enlargement, 1> = defineOp<Enlargement, 1>({
  name: "upsampleBilinear2d",
  infer: (_, enlargement) => [{ shape: enlarged(enlargement), dtype: "f32" }],
  gradient: ({ attributes, gradients: [dy] }) => [applyOne(upsampleBilinear2dGradientOp, [dy], attributes)],
  reference: ({ inputs: [x], attributes: enlargement }) => {
    const y = new Float64Array(sizeOf(enlarged(enlargement)));
    forEachPair(enlargement, (old, made, weight) => addAt(y, made, weight * float64At(x.data, old)));
    return [y];
  },
  lower: ({ inputs: [x], outputs: [y], attributes }) => blendNests([x, y], attributes, "forward"),
});

const upsampleBilinear2dGradientOp: Op<Enlargement, 1> = defineOp<Enlargement, 1>({
  name: "upsampleBilinear2dGradient",
  infer: (_, { shape }) => [{ shape, dtype: "f32" }],
  // Linear: its gradient is the blending again.
  gradient: ({ attributes, gradients: [ddx] }) => [applyOne(upsampleBilinear2dOp, [ddx], attributes)],
  reference: ({ inputs: [dy], attributes: enlargement }) => {
    const dx = new Float64Array(sizeOf(enlargement.shape));
    forEachPair(enlargement, (old, made, weight) => addAt(dx, old, weight * float64At(dy.data, made)));
    return [dx];
  },
  lower: ({ inputs: [dy], outputs: [dx], attributes }) => blendNests([dy, dx], attributes, "gradient"),
});

/** Larger factors go one axis after the other, so that the code of a nest stays short: it writes them all. Chosen, not measured. */
const MAX_WRITES = 16;

/**
 * Images x [N, H, W, C] enlarged to [N, H · vertical, W · horizontal, C] by blending the nearest centres of pixels, which are squares
 * (PyTorch: interpolate, mode "bilinear", align_corners=False; TensorFlow: resize, "bilinear"). Factors are whole numbers from 1.
 * @example
 * const y = upsampleBilinear2d(images, [2, 3]); // [1, 16, 24, 3]
 */
export function upsampleBilinear2d(x: Value, factors: readonly [number, number]): Value {
  const shape = axes4("upsampleBilinear2d: x", "[N, H, W, C]", x);
  checkWhole("upsampleBilinear2d: factors", factors, 1);
  const [vertical, horizontal] = factors;
  if (vertical > 1 && horizontal > 1 && vertical * horizontal > MAX_WRITES)
    return upsampleBilinear2d(upsampleBilinear2d(x, [vertical, 1]), [1, horizontal]);
  if (vertical * horizontal === 1) return x;
  return applyOne(upsampleBilinear2dOp, [x], { shape, factors });
}
