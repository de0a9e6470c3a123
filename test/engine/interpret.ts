import { sizeOf } from "../../src/base/index.ts";
import type { Program } from "../../src/engine/index.ts";
import {
  type Access,
  type AffineIndex,
  type BinaryName,
  type Buffer,
  type Convolution,
  type Expr,
  type LoweredOp,
  type MatrixProduct,
  type Nest,
  type UnaryName,
  uniformAt,
} from "../../src/engine/kernels/index.ts";
import { bufferTable } from "../../src/engine/plan/bufferTable.ts";
import { neededNodes } from "../../src/engine/program.ts";

// Runs what ops lower to, one number at a time: what the neutral language means, as code.

export type Buffers = Map<Buffer, Float64Array>;

/** What becomes of every number that is computed: nothing (float64), or Math.fround (float32). */
export type Rounding = (x: number) => number;

function bufferOf(buffers: Buffers, value: Buffer): Float64Array {
  const known = buffers.get(value);
  if (known) return known;
  // What nobody has written must not be read: NaN shows it.
  const made = new Float64Array(sizeOf(value.shape)).fill(Number.NaN);
  buffers.set(value, made);
  return made;
}

const at = ({ offset, strides }: AffineIndex, loops: readonly number[]): number =>
  strides.reduce((sum, stride, i) => sum + (stride === 0 ? 0 : stride * loops[i]!), offset);

function element(buffers: Buffers, access: Access, loops: readonly number[]): [Float64Array, number] {
  const data = bufferOf(buffers, access.buffer);
  const index = at(access, loops);
  if (!(index >= 0 && index < data.length))
    throw new Error(`${access.buffer.name}: element ${index} of ${data.length}`);
  return [data, index];
}

const unaryRules: Record<UnaryName, (x: number) => number> = {
  negate: (x) => -x,
  abs: Math.abs,
  sqrt: Math.sqrt,
  exp: Math.exp,
  log: Math.log,
  floor: Math.floor,
};

const binaryRules: Record<BinaryName, (a: number, b: number) => number> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
  maximum: (a, b) => (a < b ? b : a),
  minimum: (a, b) => (b < a ? b : a),
  greater: (a, b) => Number(a > b),
  equal: (a, b) => Number(a === b),
};

/** What an expression may read at one point of a nest. */
interface Point {
  readonly buffers: Buffers;
  readonly loops: readonly number[];
  readonly reductions: readonly number[];
  readonly argmaxes: readonly number[];
  readonly round: Rounding;
}

function valueOf(expr: Expr, point: Point): number {
  const inner = (part: Expr): number => valueOf(part, point);
  switch (expr.kind) {
    case "load": {
      const [data, index] = element(point.buffers, expr.access, point.loops);
      return data[index]!;
    }
    case "constant":
      return point.round(expr.value);
    case "index":
      return at(expr.index, point.loops);
    case "uniform":
      return uniformAt(inner(expr.seed), expr.salt, at(expr.index, point.loops));
    case "unary":
      return point.round(unaryRules[expr.name](inner(expr.x)));
    case "binary":
      return point.round(binaryRules[expr.name](inner(expr.a), inner(expr.b)));
    case "select":
      return inner(expr.condition) === 0 ? inner(expr.no) : inner(expr.yes);
    case "reduction":
      return point.reductions[expr.reduction]!;
    case "argmax":
      return point.argmaxes[expr.reduction]!;
    default:
      return expr satisfies never;
  }
}

/** All points of a box, outermost loop slowest. */
function* points(extents: readonly number[]): Generator<number[]> {
  const size = sizeOf(extents);
  for (let flat = 0; flat < size; flat++) {
    let rest = flat;
    const point = extents.map(() => 0);
    for (let i = extents.length - 1; i >= 0; i--) {
      point[i] = rest % extents[i]!;
      rest = Math.floor(rest / extents[i]!);
    }
    yield point;
  }
}

/** The loops with the guards' numbers behind them; undefined where a guard skips the point. */
function guarded(nest: Nest, loops: readonly number[]): readonly number[] | undefined {
  const found = [...loops];
  for (const guard of nest.guards) {
    const index = at(guard, loops) / guard.divisor;
    if (!Number.isInteger(index) || index < 0 || index >= guard.limit) return undefined;
    found.push(index);
  }
  return found;
}

/** Runs one loop nest over the buffers. */
export function runNest(nest: Nest, buffers: Buffers, round: Rounding): void {
  for (const axes of points(nest.axes)) {
    const reductions = nest.reductions.map(({ initial }) => initial);
    const argmaxes = nest.reductions.map(() => 0);
    for (const reduce of points(nest.reduce)) {
      const loops = guarded(nest, [...axes, ...reduce]);
      if (!loops) continue;
      const point: Point = { buffers, loops, reductions: [], argmaxes: [], round };
      nest.reductions.forEach(({ combine, term, indexExpr }, i) => {
        const value = valueOf(term, point);
        if (combine === "sum") reductions[i] = round(reductions[i]! + value);
        else if (combine === "last") reductions[i] = value;
        else if (value > reductions[i]!) {
          reductions[i] = value;
          if (indexExpr) argmaxes[i] = valueOf(indexExpr, point);
        }
      });
    }
    const values = nest.writes.map(({ value }) =>
      valueOf(value, { buffers, loops: axes, reductions, argmaxes, round }),
    );
    nest.writes.forEach(({ access }, i) => {
      const [data, index] = element(buffers, access, axes);
      data[index] = values[i]!;
    });
  }
}

function runMatrix({ a, b, output, m, n, k, transposeA, transposeB }: MatrixProduct, buffers: Buffers): void {
  const [left, right, out] = [a, b, output].map((value) => bufferOf(buffers, value)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (const [i, j] of points([m, n]) as Generator<[number, number]>) {
    let sum = 0;
    for (let l = 0; l < k; l++)
      sum += left[transposeA ? l * m + i : i * k + l]! * right[transposeB ? j * k + l : l * n + j]!;
    out[i * n + j] = sum;
  }
}

function runConvolution({ geometry: g, direction, inputs, output }: Convolution, buffers: Buffers): void {
  const [first, second] = inputs.map((value) => bufferOf(buffers, value)) as [Float64Array, Float64Array];
  const out = bufferOf(buffers, output).fill(0);
  const loops = [g.n, g.outHeight, g.outWidth, g.filterHeight, g.filterWidth, g.channels, g.filters];
  for (const [n, oy, ox, r, s, c, k] of points(loops) as Generator<
    [number, number, number, number, number, number, number]
  >) {
    const iy = oy * g.strides[0] + r * g.dilation[0] - g.padTop;
    const ix = ox * g.strides[1] + s * g.dilation[1] - g.padLeft;
    if (iy < 0 || iy >= g.height || ix < 0 || ix >= g.width) continue;
    const x = ((n * g.height + iy) * g.width + ix) * g.channels + c;
    const y = ((n * g.outHeight + oy) * g.outWidth + ox) * g.filters + k;
    const w = ((r * g.filterWidth + s) * g.channels + c) * g.filters + k;
    if (direction === "forward") out[y]! += first[x]! * second[w]!;
    else if (direction === "inputGradient") out[x]! += first[y]! * second[w]!;
    else out[w]! += first[x]! * second[y]!;
  }
}

function runOp(op: LoweredOp, buffers: Buffers, round: Rounding): void {
  switch (op.kind) {
    case "nest":
      return runNest(op, buffers, round);
    case "matrix":
      return runMatrix(op, buffers);
    case "convolution":
      return runConvolution(op, buffers);
    case "depthwise":
      for (const nest of op.nests) runNest(nest, buffers, round);
      return undefined;
    case "alias":
      buffers.set(op.output, bufferOf(buffers, op.input));
      return undefined;
    default:
      return op satisfies never;
  }
}

/**
 * Runs a program by what its ops lower to; `inputs` holds the numbers of inputs and parameters by name.
 * `round` is for the loop nests; products and convolutions stay float64.
 */
export function interpret(
  program: Program,
  inputs: Readonly<Record<string, ArrayLike<number>>>,
  round: Rounding = (x) => x,
): Readonly<Record<string, Float64Array>> {
  const { graph } = program;
  const buffers: Buffers = new Map();
  const table = bufferTable(graph);
  for (const value of graph.values) {
    if (value.role !== "result") buffers.set(table.of(value), Float64Array.from(inputs[value.name]!));
  }
  for (const { op, attributes, ...node } of neededNodes(program)) {
    const [ins, outs] = [node.inputs.map(table.of), node.outputs.map(table.of)];
    const { temporary } = table;
    for (const lowered of op.lower({ inputs: ins, outputs: outs, attributes, temporary }))
      runOp(lowered, buffers, round);
  }
  return Object.fromEntries(
    Object.entries(program.outputs).map(([name, value]) => [name, bufferOf(buffers, table.of(value))]),
  );
}
