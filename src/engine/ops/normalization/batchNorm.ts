import {
  addAt,
  type Shape,
  at,
  float64At,
  fault,
  mapTuple,
  sameShape,
  showShape,
  sizeOf,
  checkOptions,
} from "../../../base/index.ts";
import { type Op, type Value, apply, defineOp } from "../../graph/graph.ts";
import {
  type ArrayType,
  type Expr,
  constantExpr,
  elementwise,
  minus,
  over,
  plus,
  sqrtExpr,
  times,
} from "../../kernels/index.ts";
import { sumRows } from "../reduction/sumRows.ts";

// x is seen as M rows of C channels; every channel is brought to mean 0 and variance 1 over its rows (Ioffe & Szegedy 2015).

interface Epsilon {
  readonly epsilon: number;
}

/** M rows and C channels of an array [.., C]. */
function rowsOf({ shape }: { readonly shape: Shape }): { rows: number; channels: number } {
  return { rows: sizeOf(shape.slice(0, -1)), channels: at(shape, shape.length - 1) };
}

const deviation = (variance: Expr, epsilon: number): Expr => sqrtExpr(plus(variance, constantExpr(epsilon)));

/** y = gamma·(x - mean)/√(variance + epsilon) + beta; mean and variance (biased) over the rows of x. */
const batchNormOp: Op<Epsilon, 3, 3> = defineOp<Epsilon, 3, 3>({
  name: "batchNorm",
  infer: ([x, gamma]) => [x, gamma, gamma],
  gradient: ({
    inputs: [x, gamma],
    outputs: [, mean, variance],
    attributes,
    gradients: [dy, dmean, dvariance],
  }) => {
    if (dmean || dvariance) {
      throw fault("batchNorm", {
        expected: "a loss of y",
        received: "a loss of mean or variance, which are only reported",
      });
    }
    if (!dy) return [undefined, undefined, undefined];
    return apply(batchNormGradientOp, [dy, x, mean, variance, gamma], attributes);
  },
  reference: ({ inputs: [x, gamma, beta], attributes: { epsilon } }) => {
    const { rows, channels } = rowsOf(x);
    const mean = new Float64Array(channels);
    const variance = new Float64Array(channels);
    x.data.forEach((v, i) => addAt(mean, i % channels, v / rows));
    x.data.forEach((v, i) => addAt(variance, i % channels, (v - float64At(mean, i % channels)) ** 2 / rows));
    const y = x.data.map((v, i) => {
      const c = i % channels;
      return (
        ((v - float64At(mean, c)) / Math.sqrt(float64At(variance, c) + epsilon)) * float64At(gamma.data, c) +
        float64At(beta.data, c)
      );
    });
    return [y, mean, variance];
  },
  lower: ({ inputs, outputs, attributes: { epsilon }, temporary }) => {
    const [x, gamma, beta] = inputs;
    const [y, mean, variance] = outputs;
    const { rows, channels } = rowsOf(x);
    const shape = { outer: 1, rows, inner: channels };
    const results = ([sum]: readonly [Expr]): readonly [Expr] => [times(sum, constantExpr(1 / rows))];
    const scale = temporary("scale", { shape: [channels], dtype: "f32" });
    return [
      ...sumRows(
        { label: "mean", ...shape, outputs: [mean], results, terms: (full) => [full(x)] },
        temporary,
      ),
      ...sumRows(
        {
          label: "variance",
          ...shape,
          outputs: [variance],
          results,
          terms: (full, column) => {
            const centred = minus(full(x), column(mean));
            return [times(centred, centred)];
          },
        },
        temporary,
      ),
      elementwise("scale", scale, [gamma, variance], (g, v) => over(g, deviation(v, epsilon))),
      elementwise("batchNorm", y, [x, mean, scale, beta], (v, m, s, b) => plus(times(minus(v, m), s), b)),
    ];
  },
});

/**
 * dx, dgamma and dbeta. With h = (x - mean)/deviation: dbeta = Σ dy, dgamma = Σ dy·h,
 * dx = gamma/deviation·(dy - dbeta/M - h·dgamma/M).
 */
const batchNormGradientOp: Op<Epsilon, 5, 3> = defineOp<Epsilon, 5, 3>({
  name: "batchNormGradient",
  infer: ([dy, , mean]) => [dy, mean, mean],
  reference: ({ inputs, attributes: { epsilon } }) => {
    const [dy, x, mean, variance, gamma] = mapTuple(inputs, ({ data }) => data);
    const { rows, channels } = rowsOf(inputs[0]);
    const inverse = variance.map((v) => 1 / Math.sqrt(v + epsilon));
    const h = x.map((v, i) => (v - float64At(mean, i % channels)) * float64At(inverse, i % channels));
    const dgamma = new Float64Array(channels);
    const dbeta = new Float64Array(channels);
    dy.forEach((d, i) => {
      addAt(dbeta, i % channels, d);
      addAt(dgamma, i % channels, d * float64At(h, i));
    });
    const dx = dy.map((d, i) => {
      const c = i % channels;
      const [sum, product] = [float64At(dbeta, c), float64At(h, i) * float64At(dgamma, c)];
      return float64At(gamma, c) * float64At(inverse, c) * (d - sum / rows - product / rows);
    });
    return [dx, dgamma, dbeta];
  },
  lower: ({ inputs, outputs, attributes: { epsilon }, temporary }) => {
    const [dy, x, mean, variance, gamma] = inputs;
    const [dx, dgamma, dbeta] = outputs;
    const { rows, channels } = rowsOf(x);
    const share = constantExpr(1 / rows);
    const perChannel: ArrayType = { shape: [channels], dtype: "f32" };
    const [scale, slope] = [temporary("scale", perChannel), temporary("slope", perChannel)];
    return [
      ...sumRows(
        {
          label: "dgamma, dbeta",
          outer: 1,
          rows,
          inner: channels,
          outputs: [dgamma, dbeta],
          terms: (full, column) => [times(full(dy), minus(full(x), column(mean))), full(dy)],
          results: ([dot, sum], perSum) => [over(dot, deviation(perSum(variance), epsilon)), sum],
        },
        temporary,
      ),
      elementwise("scale", scale, [gamma, variance], (g, v) => over(g, deviation(v, epsilon))),
      elementwise("slope", slope, [dgamma, variance], (d, v) => times(over(d, deviation(v, epsilon)), share)),
      elementwise("batchNormGradient", dx, [dy, x, mean, scale, slope, dbeta], (...loads) => {
        const [d, v, m, s, k, b] = loads;
        return times(s, minus(minus(d, times(b, share)), times(minus(v, m), k)));
      }),
    ];
  },
});

/** @throws unless gamma, beta, … are [C] for x [.., C] */
export function checkChannels(who: string, x: Value, rest: Readonly<Record<string, Value>>): void {
  if (x.shape.length < 2)
    throw fault(`${who}: x`, { expected: "at least 2 axes [.., C]", received: showShape(x.shape) });
  for (const [name, value] of Object.entries(rest)) {
    if (!sameShape(value.shape, x.shape.slice(-1))) {
      throw fault(`${who}: ${name}`, {
        expected: `shape ${showShape(x.shape.slice(-1))}, one a channel`,
        received: showShape(value.shape),
      });
    }
  }
}

/**
 * Scale, shift and epsilon of {@link batchNorm}.
 * @example
 * const options: BatchNormOptions = { gamma: parameter(graph, "gamma", [3]), beta: parameter(graph, "beta", [3]) };
 */
export interface BatchNormOptions {
  /** Scale of each channel, [C]. */
  readonly gamma: Value;
  /** Shift of each channel, [C], added after the scale. */
  readonly beta: Value;
  /** Added to the variance. @default 1e-3 (Keras; PyTorch has 1e-5) */
  readonly epsilon?: number;
}

/**
 * The training form of batch normalisation of x [.., C]: y, and the mean and (biased) variance [C] of this batch.
 * Gradients flow through y to x, gamma and beta.
 * @example
 * const gamma = parameter(graph, "gamma", [3]);
 * const beta = parameter(graph, "beta", [3]);
 * const [y, mean, variance] = batchNorm(images, { gamma, beta });
 */
export function batchNorm(
  x: Value,
  options: BatchNormOptions,
): readonly [y: Value, mean: Value, variance: Value] {
  checkOptions("batchNorm", options, { gamma: true, beta: true, epsilon: true });
  const { gamma, beta, epsilon = 1e-3 } = options;
  checkChannels("batchNorm", x, { gamma, beta });
  return apply(batchNormOp, [x, gamma, beta], { epsilon });
}
