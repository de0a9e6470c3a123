import {
  type Value,
  absoluteValue,
  add,
  affine,
  binaryCrossEntropy,
  clip,
  divide,
  elu,
  exp,
  flushSubnormals,
  gelu,
  geluTanh,
  hardShrink,
  hardSigmoid,
  hardSwish,
  leakyRelu,
  log,
  maximum,
  minimum,
  mish,
  multiply,
  negate,
  relu,
  relu6,
  selu,
  sigmoid,
  silu,
  softShrink,
  softplus,
  softsign,
  sqrt,
  squareplus,
  subtract,
  tanh,
  tanhShrink,
  threshold,
} from "../../../src/engine/index.ts";
import {
  type CaseBuilder,
  type Draw,
  type OpCase,
  anyShape,
  awayFrom,
  between,
  normal,
  opCase,
} from "./draw.ts";

const unary = (name: string, apply: (x: Value) => Value, draw: Draw = awayFrom()): OpCase =>
  opCase(name, (b) => apply(b.differentiable("x", anyShape(b.random), draw)));

/** Two shapes that broadcast: axes of either become 1 or fall away in front. */
function broadcastPair(b: CaseBuilder): [number[], number[]] {
  const shape = anyShape(b.random);
  const shrink = (): number[] => shape.map((extent) => (b.random.next() < 0.3 ? 1 : extent));
  const [first, second] = [shrink(), shrink()];
  return b.random.next() < 0.3 ? [first, second.slice(b.random.integer(second.length))] : [first, second];
}

const binary = (
  name: string,
  apply: (a: Value, b: Value) => Value,
  drawA: Draw = normal,
  drawB: Draw = drawA,
): OpCase =>
  opCase(name, (b) => {
    const [first, second] = broadcastPair(b);
    return apply(b.differentiable("a", first, drawA), b.differentiable("b", second, drawB));
  });

/** Multiples of 0.1, and multiples of 0.1 plus 0.05: never equal. */
const tenths: Draw = (random) => random.integer(40) / 10 - 2;
const betweenTenths: Draw = (random) => tenths(random) + 0.05;

export const elementwiseCases: readonly OpCase[] = [
  unary("relu", relu, awayFrom(0)),
  unary("leakyRelu", (x) => leakyRelu(x, 0.3), awayFrom(0)),
  unary("elu", (x) => elu(x, 1.5), awayFrom(0)),
  unary("selu", selu, awayFrom(0)),
  unary("sigmoid", sigmoid),
  unary("tanh", tanh),
  unary("softplus", softplus),
  unary("gelu", gelu),
  unary("geluTanh", geluTanh),
  unary("silu", silu),
  unary("mish", mish),
  unary("hardSigmoid", hardSigmoid, awayFrom(-3, 3)),
  unary("hardSwish", hardSwish, awayFrom(-3, 3)),
  unary("absoluteValue", absoluteValue, awayFrom(0)),
  unary("softsign", softsign),
  unary("squareplus", squareplus),
  unary("softShrink", softShrink, awayFrom(-0.5, 0.5)),
  unary("hardShrink", hardShrink, awayFrom(-0.5, 0.5)),
  unary("tanhShrink", tanhShrink),
  unary("threshold", (x) => threshold(x, 0.5, -1), awayFrom(0.5)),
  unary("exp", exp),
  unary("log", log, between(0.3, 4)),
  unary("sqrt", sqrt, between(0.3, 4)),
  unary("flushSubnormals", flushSubnormals),
  unary("negate", negate),
  unary("clip", (x) => clip(x, -1, 2), awayFrom(-1, 2)),
  unary("relu6", relu6, awayFrom(0, 6)),
  unary("affine", (x) => affine(x, -1.5, 0.25)),
  binary("add", add),
  binary("subtract", subtract),
  binary("multiply", multiply),
  binary("divide", divide, normal, between(0.5, 3)),
  binary("maximum", maximum, tenths, betweenTenths),
  binary("minimum", minimum, tenths, betweenTenths),
  binary("binaryCrossEntropy", binaryCrossEntropy, awayFrom(), between(0, 1)),
];
