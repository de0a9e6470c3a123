import { type Random, type Shape, fault, isObject, sizeOf, showValue } from "../../base/index.ts";
import { readFields } from "./fields.ts";

/** Draws from a normal distribution. */
export interface RandomNormal {
  readonly type: "randomNormal";
  /** Mean of the draws. @default 0 */
  readonly mean: number;
  /** Standard deviation of the draws. @default 0.05 */
  readonly stddev: number;
}

/** Every element is `value`. */
export interface Constant {
  readonly type: "constant";
  /** The number. */
  readonly value: number;
}

const names = ["glorotUniform", "glorotNormal", "heUniform", "heNormal", "zeros", "ones"] as const;
type InitializerName = "glorotUniform" | "glorotNormal" | "heUniform" | "heNormal" | "zeros" | "ones";

/**
 * How a parameter starts, with Keras's distributions (Glorot & Bengio 2010; He et al. 2015).
 * @example
 * const initializer: Initializer = "heNormal";
 */
export type Initializer = InitializerName | RandomNormal | Constant;

/**
 * Initializer: normal distribution (Keras: RandomNormal). @default mean 0, stddev 0.05
 * @example
 * const layer = dense({ units: 2, kernelInitializer: randomNormal({ stddev: 0.02 }) });
 */
export const randomNormal = (options: Partial<Omit<RandomNormal, "type">> = {}): RandomNormal =>
  readFields("randomNormal", options, (f) => ({
    type: "randomNormal",
    mean: f.number("mean", 0),
    stddev: f.number("stddev", 0.05),
  }));

/**
 * Initializer: every element is `value` (Keras: Constant).
 * @example
 * const layer = dense({ units: 2, biasInitializer: constant(0.1) });
 */
export const constant = (value: number): Constant =>
  readFields("constant", { value }, (f) => ({ type: "constant", value: f.number("value") }));

/** Checks an initialiser that may come from a file. */
export function parseInitializer(who: string, value: unknown): Initializer {
  const name = names.find((known) => known === value);
  if (name) return name;
  if (isObject(value) && value["type"] === "randomNormal") return randomNormal(value);
  if (isObject(value) && value["type"] === "constant")
    return readFields(who, value, (f) => constant(f.number("value")));
  throw fault(who, {
    expected: `one of ${names.join(", ")}, randomNormal({…}) or constant(…)`,
    received: showValue(value),
    exitCode: 2,
  });
}

/** Inputs that one output sums and outputs that one input reaches, as Keras counts them from a kernel's shape. */
function fansOf(shape: Shape): readonly [number, number] {
  if (shape.length < 2) return [sizeOf(shape), sizeOf(shape)];
  const window = sizeOf(shape.slice(0, -2));
  const [into = 1, out = 1] = shape.slice(-2);
  return [into * window, out * window];
}

/** Standard deviation of a standard normal that is cut off at ±2. */
const truncatedDeviation = 0.8796256610342398;

/** Initial values of a parameter, float32. `fanShape` is the shape that fans are counted from. @default shape */
export function drawInitial(
  initializer: Initializer,
  shape: Shape,
  random: Random,
  fanShape: Shape = shape,
): Float32Array {
  const [into, out] = fansOf(fanShape);
  const fill = (draw: () => number): Float32Array => {
    const data = new Float32Array(sizeOf(shape));
    for (let i = 0; i < data.length; i++) data[i] = draw();
    return data;
  };
  const uniform = (variance: number): Float32Array => {
    const limit = Math.sqrt(3 * variance);
    const data = new Float32Array(sizeOf(shape));
    random.fillUniform(data, limit);
    return data;
  };
  const truncated = (variance: number): Float32Array => {
    const deviation = Math.sqrt(variance) / truncatedDeviation;
    return fill(() => deviation * truncatedNormal(random));
  };
  if (typeof initializer === "object") {
    const { type } = initializer;
    if (type === "constant") return fill(() => initializer.value);
    return fill(() => initializer.mean + initializer.stddev * random.normal());
  }
  switch (initializer) {
    case "glorotUniform":
      return uniform(2 / (into + out));
    case "glorotNormal":
      return truncated(2 / (into + out));
    case "heUniform":
      return uniform(2 / into);
    case "heNormal":
      return truncated(2 / into);
    case "zeros":
      return fill(() => 0);
    case "ones":
      return fill(() => 1);
    default:
      return initializer satisfies never;
  }
}

/** Standard normal, drawn again until it lies within ±2. */
function truncatedNormal(random: Random): number {
  for (;;) {
    const x = random.normal();
    if (x > -2 && x < 2) return x;
  }
}
