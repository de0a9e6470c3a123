import {
  type Value,
  add,
  affine,
  divide,
  equal,
  logSoftmax,
  multiply,
  negate,
  oneHot,
  reduceSum,
  reshape,
  softmaxCrossEntropy,
  sqrt,
  subtract,
  transpose,
} from "../../src/engine/index.ts";
import type { Call, Rule } from "./call.ts";

/** [N, C, …] as rows [.., C]. */
function rowsOf(x: Value): Value {
  const rank = x.shape.length;
  const last = transpose(x, [0, ...Array.from({ length: rank - 2 }, (_, i) => i + 2), 1]);
  const classes = x.shape[1]!;
  return reshape(last, [last.shape.reduce((a, b) => a * b, 1) / classes, classes]);
}

const flat = (x: Value): Value => reshape(x, [x.shape.reduce((a, b) => a * b, 1)]);

/** One row of targets a label: its class's weight at its class, or nothing where the label is to be ignored. */
function targetsOf(call: Call, classes: number): Value {
  const labels = flat(call.value(1));
  const rows = oneHot(labels, classes);
  const weights = call.optional(2);
  const weighted = weights ? multiply(rows, weights) : rows;
  const ignored = call.number("ignore_index", -1_000_000);
  const keep = affine(equal(labels, affine(labels, 0, ignored)), -1, 1);
  return multiply(weighted, reshape(keep, [labels.shape[0]!, 1]));
}

/** Losses of rows as ONNX reduces them: the mean is over the weights of the labels. */
function reduced(call: Call, losses: Value, targets: Value): Value {
  const reduction = call.text("reduction", "mean");
  if (reduction === "none") return reshape(losses, call.value(1).shape);
  const sum = reduceSum(losses);
  return reduction === "sum" ? sum : divide(sum, reduceSum(targets));
}

const negativeLogLikelihood: Rule = (call) => {
  const rows = rowsOf(call.value(0));
  const targets = targetsOf(call, rows.shape[1]!);
  return [reduced(call, negate(reduceSum(multiply(rows, targets), { axes: [1] })), targets)];
};

const crossEntropy: Rule = (call) => {
  const logits = call.value(0);
  const rows = rowsOf(logits);
  const targets = targetsOf(call, rows.shape[1]!);
  const plain = !call.optional(2) && call.number("ignore_index", -1) === -1;
  const losses = softmaxCrossEntropy(rows, plain ? flat(call.value(1)) : targets);
  return [reduced(call, losses, targets), logSoftmax(logits, 1)];
};

/** One parameter with its gradient and the moments kept for it; gives the new parameter and the new moments. */
type Update = (parameter: Value, gradient: Value, moments: readonly Value[]) => readonly Value[];

/** Nodes list rate, step, then all parameters, all gradients, and each kind of moment of all. */
const optimizer =
  (moments: number, makeUpdate: (call: Call, rate: number, step: number) => Update): Rule =>
  (call) => {
    const count = (call.count - 2) / (2 + moments);
    const update = makeUpdate(call, call.constant(0)![0]!, call.constant(1)![0]!);
    const decay = call.number("norm_coefficient", 0);
    const results = Array.from({ length: count }, (_, i) => {
      const at = (kind: number): Value => call.value(2 + kind * count + i);
      const kept = Array.from({ length: moments }, (_unused, kind) => at(2 + kind));
      return update(at(0), add(at(1), affine(at(0), decay)), kept);
    });
    return Array.from({ length: 1 + moments }, (_, kind) => results.map((found) => found[kind]!)).flat();
  };

/** share·moment + rest·x */
const blend = (moment: Value, share: number, x: Value, rest: number = 1 - share): Value =>
  add(affine(moment, share), affine(x, rest));

const momentum = optimizer(1, (call, rate, step) => {
  const [alpha, beta] = [call.number("alpha", 0), step > 0 ? call.number("beta", 1) : 1];
  const nesterov = call.text("mode", "standard") === "nesterov";
  return (x, g, [v]) => {
    const velocity = blend(v!, alpha, g, beta);
    const move = nesterov ? add(g, affine(velocity, alpha)) : velocity;
    return [subtract(x, affine(move, rate)), velocity];
  };
});

const adam = optimizer(2, (call, rate, step) => {
  const [alpha, beta, epsilon] = [
    call.number("alpha", 0.9),
    call.number("beta", 0.999),
    call.number("epsilon", 1e-8),
  ];
  const corrected = step > 0 ? (rate * Math.sqrt(1 - beta ** step)) / (1 - alpha ** step) : rate;
  return (x, g, [v, h]) => {
    const [mean, square] = [blend(v!, alpha, g), blend(h!, beta, multiply(g, g))];
    const move = divide(mean, affine(sqrt(square), 1, epsilon));
    return [subtract(x, affine(move, corrected)), mean, square];
  };
});

const adagrad = optimizer(1, (call, rate, step) => {
  const [epsilon, decayed] = [
    call.number("epsilon", 1e-6),
    rate / (1 + step * call.number("decay_factor", 0)),
  ];
  return (x, g, [h]) => {
    const square = add(h!, multiply(g, g));
    return [subtract(x, affine(divide(g, affine(sqrt(square), 1, epsilon)), decayed)), square];
  };
});

/** Rules for losses and for one step of an optimiser. */
export const trainingRules: Readonly<Record<string, Rule>> = {
  NegativeLogLikelihoodLoss: negativeLogLikelihood,
  SoftmaxCrossEntropyLoss: crossEntropy,
  Momentum: momentum,
  Adam: adam,
  Adagrad: adagrad,
};
