import type {
  ConvGeometry,
  Convolution,
  Depthwise,
  LoweredOp,
  MatrixProduct,
} from "../../../src/engine/kernels/index.ts";
import { type Memory, type Numbers, type Rounding, points, runNest, type separateMemory } from "./nest.ts";

// Products and convolutions by their definitions, with the work that they do on the way out.

/** One product of a convolution: flat indices into x [N, H, W, C], w [R, S, C, K] and y [N, H', W', K]. */
export interface Tap {
  readonly x: number;
  readonly w: number;
  readonly y: number;
  readonly n: number;
}

/** Every product of a convolution. */
export function* tapsOf(g: ConvGeometry): Generator<Tap, void> {
  for (let n = 0; n < g.n; n++)
    for (let oy = 0; oy < g.outHeight; oy++)
      for (let ox = 0; ox < g.outWidth; ox++)
        for (let r = 0; r < g.filterHeight; r++)
          for (let s = 0; s < g.filterWidth; s++) {
            const iy = oy * g.strides[0] + r * g.dilation[0] - g.padTop;
            const ix = ox * g.strides[1] + s * g.dilation[1] - g.padLeft;
            if (iy < 0 || iy >= g.height) continue;
            if (ix < 0 || ix >= g.width) continue;
            const x = ((n * g.height + iy) * g.width + ix) * g.channels;
            const y = ((n * g.outHeight + oy) * g.outWidth + ox) * g.filters;
            const w = (r * g.filterWidth + s) * g.channels * g.filters;
            for (let c = 0; c < g.channels; c++)
              for (let k = 0; k < g.filters; k++) yield { x: x + c, w: w + c * g.filters + k, y: y + k, n };
          }
}

interface Epilogue {
  readonly bias?: Convolution["epilogue"]["bias"];
  readonly pool?: Convolution["epilogue"]["pool"];
  readonly relu?: boolean;
  readonly min?: number;
  readonly max?: number;
}

interface MapSize {
  readonly n: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Sums [n, height, width, channels] with bias, 2x2 pooling, relu or clipping, into the output and the positions. */
export function finish(
  sums: Numbers,
  { bias, pool, relu, min = -Infinity, max = Infinity }: Epilogue,
  { size, output, memory }: { size: MapSize; output: Convolution["output"]; memory: Memory },
): void {
  const { n, height, width, channels } = size;
  const biases = bias && memory(bias);
  const biased = Float64Array.from(sums, (x, i) => x + (biases ? biases[i % channels]! : 0));
  const activated = (x: number): number => Math.min(Math.max(relu ? Math.max(x, 0) : x, min), max);
  const target = memory(output);
  if (!pool) return target.set(biased.map(activated));
  const positions = memory(pool.positions);
  let next = 0;
  for (const [image, y, x, c] of points([
    n,
    Math.floor(height / 2),
    Math.floor(width / 2),
    channels,
  ]) as Generator<[number, number, number, number]>) {
    const window = [0, 1, 2, 3].map(
      (p) => biased[((image * height + 2 * y + (p >> 1)) * width + 2 * x + (p & 1)) * channels + c]!,
    );
    const largest = Math.max(...window);
    positions[next] = window.findIndex((x) => Object.is(x + 0, largest + 0));
    target[next++] = activated(largest);
  }
}

/** dy [n, H', W', K] from the pooled gradient and the places of its numbers in their windows. */
export function unpooled(
  { n, outHeight, outWidth, filters }: ConvGeometry,
  gradient: Numbers,
  positions: Numbers,
): Float64Array {
  const dy = new Float64Array(n * outHeight * outWidth * filters);
  const [rows, columns] = [Math.floor(outHeight / 2), Math.floor(outWidth / 2)];
  let next = 0;
  for (const [image, y, x, k] of points([n, rows, columns, filters]) as Generator<
    [number, number, number, number]
  >) {
    const p = positions[next]!;
    dy[((image * outHeight + 2 * y + (p >> 1)) * outWidth + 2 * x + (p & 1)) * filters + k] =
      gradient[next++]!;
  }
  return dy;
}

export function runMatrix(
  { a, b, output, m, n, k, transposeA, transposeB, epilogue }: MatrixProduct,
  memory: Memory,
): void {
  const [left, right] = [memory(a), memory(b)];
  const sums = new Float64Array(m * n);
  for (const [i, j] of points([m, n]) as Generator<[number, number]>)
    for (let l = 0; l < k; l++)
      sums[i * n + j]! +=
        left[transposeA ? l * m + i : i * k + l]! * right[transposeB ? j * k + l : l * n + j]!;
  finish(sums, epilogue, { size: { n: 1, height: 1, width: m, channels: n }, output, memory });
}

function runConvolution(
  { geometry: g, direction, inputs, output, epilogue, unpool }: Convolution,
  memory: Memory,
): void {
  const first = memory(inputs[0]);
  const second = unpool ? unpooled(g, memory(unpool.gradient), memory(unpool.positions)) : memory(inputs[1]);
  if (direction === "forward") {
    const sums = new Float64Array(g.n * g.outHeight * g.outWidth * g.filters);
    for (const { x, w, y } of tapsOf(g)) sums[y]! += first[x]! * second[w]!;
    const size = { n: g.n, height: g.outHeight, width: g.outWidth, channels: g.filters };
    return finish(sums, epilogue, { size, output, memory });
  }
  if (direction === "inputGradient") {
    const sums = new Float64Array(g.n * g.height * g.width * g.channels);
    for (const { x, w, y } of tapsOf(g)) sums[x]! += first[y]! * second[w]!;
    return finish(sums, epilogue, { size: g, output, memory });
  }
  const out = memory(output).fill(0);
  for (const { x, w, y } of tapsOf(g)) out[w]! += first[x]! * second[y]!;
}

const runDepthwise = ({ nests }: Depthwise, memory: Memory, round: Rounding): void => {
  for (const nest of nests) runNest(nest, memory, round);
};

/** Runs one lowered op; `round` is for its loop nests alone. */
export function runOp(
  op: LoweredOp,
  memory: ReturnType<typeof separateMemory>,
  round: Rounding = (x) => x,
): void {
  switch (op.kind) {
    case "nest":
      return runNest(op, memory, round);
    case "matrix":
      return runMatrix(op, memory);
    case "convolution":
      return runConvolution(op, memory);
    case "depthwise":
      return runDepthwise(op, memory, round);
    case "alias":
      return memory.set(op.output, memory(op.input));
    default:
      return op satisfies never;
  }
}
