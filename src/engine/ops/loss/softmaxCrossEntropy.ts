import { fault, sameShape, showShape } from "../../../base/index.ts";
import { type Op, type Value, type ValueType, apply, applyOne, defineOp } from "../../graph/graph.ts";
import {
  type Access,
  type Expr,
  constant,
  equal,
  exp,
  load,
  log,
  minus,
  nest,
  over,
  plus,
  times,
  total,
} from "../../kernels/index.ts";

// N examples, C classes. Target t[n, c]: one-hot or any weights, or made from a class index; smoothed (Szegedy et al. 2016, §7).

interface Target {
  /** labels are class indices [N], else targets [N, C]. */
  readonly indices: boolean;
  readonly labelSmoothing: number;
}

/** Writes t[n, c] as the loss sees it. */
function targetAt(
  labels: Float64Array,
  { indices, labelSmoothing }: Target,
  classes: number,
): (n: number, c: number) => number {
  const given = (n: number, c: number): number =>
    indices ? Number(labels[n] === c) : labels[n * classes + c]!;
  return (n, c) => given(n, c) * (1 - labelSmoothing) + labelSmoothing / classes;
}

/** t[n, c] for loops n, c, whichever of the two is a reduction. */
function targetExpr(labels: Value, { indices, labelSmoothing }: Target, classes: number): Expr {
  const label = load({ buffer: labels, offset: 0, strides: indices ? [1, 0] : [classes, 1] });
  const given = indices ? equal(label, { kind: "index", index: { offset: 0, strides: [0, 1] } }) : label;
  if (labelSmoothing === 0) return given;
  return plus(times(given, constant(1 - labelSmoothing)), constant(labelSmoothing / classes));
}

/** One number an example, for loops n, c. */
const each = (buffer: Value): Access => ({ buffer, offset: 0, strides: [1, 0] });

/** loss[n] = -Σ t·log softmax(x); kept for the gradient: the greatest logit, Σ exp(x - greatest), and Σ t. */
const softmaxCrossEntropyOp: Op<Target> = defineOp<Target>({
  name: "softmaxCrossEntropy",
  infer: ([logits]) =>
    Array.from({ length: 4 }, (): ValueType => ({ shape: [logits!.shape[0]!], dtype: "f32" })),
  gradient: ({ inputs: [logits, labels], outputs: [, ...kept], attributes, gradients: [dy] }) => [
    dy && applyOne(gradientOp, [logits!, labels!, dy, ...kept], attributes),
    undefined,
  ],
  reference: ({ inputs: [logits, labels], attributes }) => {
    const [examples, classes] = logits!.shape as [number, number];
    const target = targetAt(labels!.data, attributes, classes);
    const [loss, peak, sum, weight] = Array.from(
      { length: 4 },
      () => new Float64Array(examples),
    ) as Four<Float64Array>;
    for (let n = 0; n < examples; n++) {
      const row = logits!.data.subarray(n * classes, (n + 1) * classes);
      peak[n] = Math.max(...row);
      for (const x of row) sum[n]! += Math.exp(x - peak[n]!);
      row.forEach((x, c) => {
        weight[n]! += target(n, c);
        loss[n]! -= target(n, c) * (x - peak[n]! - Math.log(sum[n]!));
      });
    }
    return [loss, peak, sum, weight];
  },
  lower: ({ inputs: [logits, labels], outputs, attributes }) => {
    const [examples, classes] = logits!.shape as [number, number];
    const [loss, peak, sum, weight] = outputs as Four<Value>;
    const x = load({ buffer: logits!, offset: 0, strides: [classes, 1] });
    const target = targetExpr(labels!, attributes, classes);
    const shifted = minus(x, load(each(peak)));
    return [
      nest({
        label: "greatest logit",
        axes: [examples],
        reduce: [classes],
        totals: [{ combine: "max", initial: -Infinity, term: x }],
        writes: [{ access: each(peak), value: total(0) }],
      }),
      nest({
        label: "softmaxCrossEntropy",
        axes: [examples],
        reduce: [classes],
        totals: [exp(shifted), target, times(target, shifted)].map((term) => ({
          combine: "sum",
          initial: 0,
          term,
        })),
        writes: [
          { access: each(loss), value: minus(times(total(1), log(total(0))), total(2)) },
          { access: each(sum), value: total(0) },
          { access: each(weight), value: total(1) },
        ],
      }),
    ];
  },
});

type Four<T> = [T, T, T, T];

/** dx = (softmax(x)·Σ t - t)·dy, from logits, labels, dy and what the loss kept. */
const gradientOp: Op<Target> = defineOp<Target>({
  name: "softmaxCrossEntropyGradient",
  infer: ([logits]) => [logits!],
  reference: ({ inputs: [logits, labels, dy, peak, sum, weight], attributes }) => {
    const classes = logits!.shape[1]!;
    const target = targetAt(labels!.data, attributes, classes);
    return [
      logits!.data.map((x, i) => {
        const n = Math.floor(i / classes);
        const probability = Math.exp(x - peak!.data[n]!) / sum!.data[n]!;
        return (probability * weight!.data[n]! - target(n, i % classes)) * dy!.data[n]!;
      }),
    ];
  },
  lower: ({ inputs: [logits, labels, ...perExample], outputs: [dx], attributes }) => {
    const [examples, classes] = logits!.shape as [number, number];
    const [dy, peak, sum, weight] = perExample.map((buffer) => load(each(buffer))) as Four<Expr>;
    const access = (buffer: Value): Access => ({ buffer, offset: 0, strides: [classes, 1] });
    const probability = over(exp(minus(load(access(logits!)), peak)), sum);
    const value = times(minus(times(probability, weight), targetExpr(labels!, attributes, classes)), dy);
    return [
      nest({
        label: "softmaxCrossEntropyGradient",
        axes: [examples, classes],
        writes: [{ access: access(dx!), value }],
      }),
    ];
  },
});

export interface SoftmaxCrossEntropyOptions {
  /** Share of every target that is spread over all classes, in [0, 1). @default 0 */
  readonly labelSmoothing?: number;
}

/**
 * Loss [N] of logits [N, C] against class indices [N] or targets [N, C]; no gradient flows to the labels.
 * An index that is no class counts as no target at all: without smoothing its loss and gradient are 0.
 */
export function softmaxCrossEntropy(
  logits: Value,
  labels: Value,
  { labelSmoothing = 0 }: SoftmaxCrossEntropyOptions = {},
): Value {
  const indices = labels.shape.length === 1;
  if (logits.shape.length !== 2) {
    throw fault("softmaxCrossEntropy: logits", {
      expected: "2 axes [N, C]",
      received: `shape ${showShape(logits.shape)}`,
    });
  }
  if (!sameShape(labels.shape, indices ? logits.shape.slice(0, 1) : logits.shape)) {
    throw fault("softmaxCrossEntropy: labels", {
      expected: `class indices [${logits.shape[0]}] or targets ${showShape(logits.shape)}`,
      received: `shape ${showShape(labels.shape)}`,
    });
  }
  return apply(softmaxCrossEntropyOp, [logits, labels], { indices, labelSmoothing })[0]!;
}
