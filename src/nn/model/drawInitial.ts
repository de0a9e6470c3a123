import { type Random, type Shape, fault, showShape, sizeOf } from "../../base/index.ts";
import { type Initializer, type VarianceScaling, scalings } from "./initializers.ts";

/** Inputs that one output sums and outputs that one input reaches, as Keras counts them from a kernel's shape. */
function fansOf(shape: Shape): readonly [number, number] {
  if (shape.length < 2) return [sizeOf(shape), sizeOf(shape)];
  const window = sizeOf(shape.slice(0, -2));
  const [into = 1, out = 1] = shape.slice(-2);
  return [into * window, out * window];
}

/** Standard deviation of a standard normal that is cut off at ±2. */
const cutDeviation = 0.8796256610342398;

/** Initial values of a parameter, float32. `fanShape` is the shape that fans are counted from. @default shape */
export function drawInitial(
  initializer: Initializer,
  shape: Shape,
  random: Random,
  fanShape: Shape = shape,
): Float32Array {
  const data = new Float32Array(sizeOf(shape));
  if (initializer === "zeros") return data;
  if (initializer === "ones") return data.fill(1);
  if (typeof initializer === "string") {
    const [scale, mode, distribution] = scalings[initializer];
    return fillScaled(data, { type: "varianceScaling", scale, mode, distribution }, { random, fanShape });
  }
  switch (initializer.type) {
    case "constant":
      return data.fill(initializer.value);
    case "randomNormal":
      return fillBy(data, () => initializer.mean + initializer.stddev * random.normal());
    case "truncatedNormal":
      return fillBy(data, () => initializer.mean + initializer.stddev * cutNormal(random));
    case "randomUniform": {
      const width = initializer.maxval - initializer.minval;
      return fillBy(data, () => initializer.minval + width * random.next());
    }
    case "varianceScaling":
      return fillScaled(data, initializer, { random, fanShape });
    case "whitening":
      return drawInitial("heUniform", shape, random, fanShape);
    case "identity":
      return handOn(drawInitial(initializer.others, shape, random, fanShape), {
        shape,
        fanShape,
        gain: initializer.gain,
      });
    default:
      return initializer satisfies never;
  }
}

/**
 * Lets filter k of a kernel [..., C, K] be `gain` times channel k, in the middle of its window; in groups of filters, which fans are
 * counted from, those of each group. @throws where it is no kernel
 */
function handOn(kernel: Float32Array, { shape, fanShape, gain }: HandedOn): Float32Array {
  if (shape.length < 2) {
    throw fault("initializer identity", {
      expected: "a kernel [..., C, K]",
      received: showShape(shape),
      fix: "use it for kernels of dense layers and convolutions",
      exitCode: 2,
    });
  }
  const [channels = 1, filters = 1] = shape.slice(-2);
  const groups = (fanShape.at(-2) ?? 1) / channels;
  const middle = shape.slice(0, -2).reduce((place, side) => place * side + Math.floor(side / 2), 0);
  for (let first = 0; first < filters; first += filters / groups)
    for (let k = 0; k < Math.min(channels, filters / groups); k++) {
      for (let place = first + k; place < kernel.length; place += filters) kernel[place] = 0;
      kernel[(middle * channels + k) * filters + first + k] = gain;
    }
  return kernel;
}

interface HandedOn {
  readonly shape: Shape;
  readonly fanShape: Shape;
  readonly gain: number;
}

function fillBy(data: Float32Array, draw: () => number): Float32Array {
  for (let i = 0; i < data.length; i++) data[i] = draw();
  return data;
}

function fillScaled(
  data: Float32Array,
  { scale, mode, distribution }: VarianceScaling,
  { random, fanShape }: { readonly random: Random; readonly fanShape: Shape },
): Float32Array {
  const [into, out] = fansOf(fanShape);
  const variance = scale / { fanIn: into, fanOut: out, fanAvg: (into + out) / 2 }[mode];
  if (distribution === "uniform") {
    random.fillUniform(data, Math.sqrt(3 * variance));
    return data;
  }
  const deviation = Math.sqrt(variance);
  if (distribution === "untruncatedNormal") return fillBy(data, () => deviation * random.normal());
  const uncut = deviation / cutDeviation;
  return fillBy(data, () => uncut * cutNormal(random));
}

/** Standard normal, drawn again until it lies within ±2. */
function cutNormal(random: Random): number {
  for (;;) {
    const x = random.normal();
    if (x > -2 && x < 2) return x;
  }
}
