import {
  addAt,
  float64At,
  fault,
  mapTuple,
  sameShape,
  showShape,
  checkOptions,
} from "../../../base/index.ts";
import { type Op, type Value, apply, applyOne, defineOp } from "../../graph/graph.ts";
import {
  type ArrayType,
  type Buffer,
  type Access,
  type Expr,
  constantExpr,
  equalExpr,
  expExpr,
  load,
  logExpr,
  minus,
  nest,
  over,
  plus,
  times,
  reduction,
  select,
} from "../../kernels/index.ts";

// N examples, C classes. Target t[n, c]: one-hot or any weights, or made from a class index; smoothed (Szegedy et al. 2016, §7).

interface Target {
  /** labels are class indices [N], else targets [N, C]. */
  readonly indices: boolean;
  readonly labelSmoothing: number;
  readonly examples: number;
  readonly classes: number;
}

/** Writes t[n, c] as the loss sees it. */
function targetAt(
  labels: Float64Array,
  { indices, labelSmoothing, classes }: Target,
): (n: number, c: number) => number {
  const given = (n: number, c: number): number =>
    indices ? Number(labels[n] === c) : (labels[n * classes + c] ?? 0);
  return (n, c) => given(n, c) * (1 - labelSmoothing) + labelSmoothing / classes;
}

/** t[n, c] for loops n, c, whichever of the two is a reduction. */
function targetExpr(labels: Buffer, { indices, labelSmoothing, classes }: Target): Expr {
  const label = load({ buffer: labels, offset: 0, strides: indices ? [1, 0] : [classes, 1] });
  const given = indices ? equalExpr(label, { kind: "index", index: { offset: 0, strides: [0, 1] } }) : label;
  if (labelSmoothing === 0) return given;
  return plus(times(given, constantExpr(1 - labelSmoothing)), constantExpr(labelSmoothing / classes));
}

/** One number an example, for loops n, c. */
const each = (buffer: Buffer): Access => ({ buffer, offset: 0, strides: [1, 0] });

/** x, and 0 where its weight is 0, be x infinite or NaN: a class or an example without weight has no say. */
const unlessZero = (weight: Expr, x: Expr): Expr => select(weight, x, constantExpr(0));

/** loss[n] = -Σ t·log softmax(x); kept for the gradient: the max logit, Σ exp(x - max), and Σ t. */
const softmaxCrossEntropyOp: Op<Target, 2, 4> = defineOp<Target, 2, 4>({
  name: "softmaxCrossEntropy",
  infer: (_, { examples }) => {
    const each: ArrayType = { shape: [examples], dtype: "f32" };
    return [each, each, each, each];
  },
  gradient: ({ inputs: [logits, labels], outputs: [, ...kept], attributes, gradients: [dy] }) => [
    dy && applyOne(gradientOp, [logits, labels, dy, ...kept], attributes),
    undefined,
  ],
  reference: ({ inputs: [logits, labels], attributes }) => {
    const { examples, classes } = attributes;
    const target = targetAt(labels.data, attributes);
    const perExample = (): Float64Array => new Float64Array(examples);
    const [loss, peak, sum, weight] = [perExample(), perExample(), perExample(), perExample()];
    for (let n = 0; n < examples; n++) {
      const row = logits.data.subarray(n * classes, (n + 1) * classes);
      const max = Math.max(...row);
      const total = row.reduce((found, x) => found + Math.exp(x - max), 0);
      row.forEach((x, c) => {
        const t = target(n, c);
        addAt(weight, n, t);
        if (t !== 0) addAt(loss, n, -t * (x - max - Math.log(total)));
      });
      [peak[n], sum[n]] = [max, total];
    }
    return [loss, peak, sum, weight];
  },
  lower: ({ inputs: [logits, labels], outputs, attributes }) => {
    const { examples, classes } = attributes;
    const [loss, peak, sum, weight] = outputs;
    const x = load({ buffer: logits, offset: 0, strides: [classes, 1] });
    const target = targetExpr(labels, attributes);
    const shifted = minus(x, load(each(peak)));
    return [
      nest({
        label: "max logit",
        axes: [examples],
        reduce: [classes],
        reductions: [{ combine: "max", initial: -Infinity, byLanes: true, term: x }],
        writes: [{ access: each(peak), value: reduction(0) }],
      }),
      nest({
        label: "softmaxCrossEntropy",
        axes: [examples],
        reduce: [classes],
        reductions: [expExpr(shifted), target, unlessZero(target, times(target, shifted))].map((term) => ({
          combine: "sum",
          initial: 0,
          byLanes: true,
          term,
        })),
        writes: [
          {
            access: each(loss),
            value: unlessZero(reduction(1), minus(times(reduction(1), logExpr(reduction(0))), reduction(2))),
          },
          { access: each(sum), value: reduction(0) },
          { access: each(weight), value: reduction(1) },
        ],
      }),
    ];
  },
});

/** dx = (softmax(x)·Σ t - t)·dy, from logits, labels, dy and what the loss kept. */
const gradientOp: Op<Target, 6> = defineOp<Target, 6>({
  name: "softmaxCrossEntropyGradient",
  infer: ([logits]) => [logits],
  reference: ({ inputs: [logits, labels, dy, peak, sum, weight], attributes }) => {
    const { classes } = attributes;
    const target = targetAt(labels.data, attributes);
    return [
      logits.data.map((x, i) => {
        const n = Math.floor(i / classes);
        const probability = Math.exp(x - float64At(peak.data, n)) / float64At(sum.data, n);
        const w = float64At(weight.data, n);
        return w === 0 ? 0 : (probability * w - target(n, i % classes)) * float64At(dy.data, n);
      }),
    ];
  },
  lower: ({ inputs: [logits, labels, ...perExample], outputs: [dx], attributes }) => {
    const { examples, classes } = attributes;
    const [dy, peak, sum, weight] = mapTuple(perExample, (buffer) => load(each(buffer)));
    const access = (buffer: Buffer): Access => ({ buffer, offset: 0, strides: [classes, 1] });
    const probability = over(expExpr(minus(load(access(logits)), peak)), sum);
    const value = unlessZero(
      weight,
      times(minus(times(probability, weight), targetExpr(labels, attributes)), dy),
    );
    return [
      nest({
        label: "softmaxCrossEntropyGradient",
        axes: [examples, classes],
        writes: [{ access: access(dx), value }],
      }),
    ];
  },
});

/**
 * How {@link softmaxCrossEntropy} reads its targets.
 * @example
 * const options: SoftmaxCrossEntropyOptions = { labelSmoothing: 0.1 };
 */
export interface SoftmaxCrossEntropyOptions {
  /** Share of every target that is spread over all classes, in [0, 1). @default 0 */
  readonly labelSmoothing?: number;
}

/**
 * Loss [N] of logits [N, C] against class indices [N] or targets [N, C]; no gradient flows to the labels.
 * An index that is no class counts as no target at all: without smoothing its loss and gradient are 0, whatever the logits.
 * A logit of -Infinity masks its class: it adds nothing where its target is 0.
 * @example
 * const y = softmaxCrossEntropy(x, input(graph, "labels", [2])); // [2]
 */
export function softmaxCrossEntropy(
  logits: Value,
  labels: Value,
  options: SoftmaxCrossEntropyOptions = {},
): Value {
  checkOptions("softmaxCrossEntropy", options, { labelSmoothing: true });
  const { labelSmoothing = 0 } = options;
  if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
    throw fault("softmaxCrossEntropy: labelSmoothing", {
      expected: "a number in [0, 1)",
      received: `${labelSmoothing}`,
    });
  }
  const indices = labels.shape.length === 1;
  const [examples, classes] = logits.shape;
  if (logits.shape.length !== 2 || examples === undefined || classes === undefined) {
    throw fault("softmaxCrossEntropy: logits", {
      expected: "2 axes [N, C]",
      received: `shape ${showShape(logits.shape)}`,
    });
  }
  if (!sameShape(labels.shape, indices ? [examples] : logits.shape)) {
    throw fault("softmaxCrossEntropy: labels", {
      expected: `class indices [${examples}] or targets ${showShape(logits.shape)}`,
      received: `shape ${showShape(labels.shape)}`,
    });
  }
  const [loss] = apply(softmaxCrossEntropyOp, [logits, labels], {
    indices,
    labelSmoothing,
    examples,
    classes,
  });
  return loss;
}
