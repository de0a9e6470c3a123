import { sizeOf } from "../../../src/base/index.ts";
import {
  type Access,
  type AffineIndex,
  type BinaryName,
  type Buffer,
  type Expr,
  type Nest,
  type Reduction,
  type UnaryName,
  uniformAt,
} from "../../../src/engine/kernels/index.ts";

// Runs loop nests one number at a time: what the neutral language means, as code.

/** The numbers of an array, wherever they stand. */
export type Numbers = Float64Array | Float32Array | Uint8Array;

/** The numbers of a buffer. */
export type Memory = (buffer: Buffer) => Numbers;

/** What becomes of every number that is computed: nothing (float64), or Math.fround (float32). */
export type Rounding = (x: number) => number;

/** Memory in which every buffer has an array of its own; what nobody has written is NaN, so that reading it shows. */
export function separateMemory(): Memory & { readonly set: (buffer: Buffer, numbers: Numbers) => void } {
  const arrays = new Map<Buffer, Numbers>();
  const memory = (buffer: Buffer): Numbers => {
    const made = arrays.get(buffer) ?? new Float64Array(sizeOf(buffer.shape)).fill(Number.NaN);
    arrays.set(buffer, made);
    return made;
  };
  return Object.assign(memory, {
    set: (buffer: Buffer, numbers: Numbers) => void arrays.set(buffer, numbers),
  });
}

const at = ({ offset, strides }: AffineIndex, loops: readonly number[]): number =>
  strides.reduce((sum, stride, i) => sum + (stride === 0 ? 0 : stride * loops[i]!), offset);

function element(memory: Memory, access: Access, loops: readonly number[]): [Numbers, number] {
  const data = memory(access.buffer);
  const index = at(access, loops);
  if (!(index >= 0 && index < data.length))
    throw new Error(`${access.buffer.name}: element ${index} of ${data.length}`);
  return [data, index];
}

const unaryRules: Record<UnaryName, (x: number) => number> = {
  negate: (x) => -x,
  abs: Math.abs,
  sqrt: Math.sqrt,
  // As the loops may: nothing below half of the least normal number of float32.
  exp: (x) => (x < -126.5 * Math.LN2 ? 0 : Math.exp(x)),
  log: Math.log,
  floor: Math.floor,
};

const binaryRules: Record<BinaryName, (a: number, b: number) => number> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
  maximum: (a, b) => (a < b || Number.isNaN(b) ? b : a),
  minimum: (a, b) => (b < a || Number.isNaN(b) ? b : a),
  greater: (a, b) => Number(a > b),
  equal: (a, b) => Number(a === b),
};

/** What an expression may read at one point of a nest. */
interface Point {
  readonly memory: Memory;
  readonly loops: readonly number[];
  readonly reductions: readonly number[];
  readonly argmaxes: readonly number[];
  readonly round: Rounding;
}

function valueOf(expr: Expr, point: Point): number {
  const inner = (part: Expr): number => valueOf(part, point);
  switch (expr.kind) {
    case "load": {
      const [data, index] = element(point.memory, expr.access, point.loops);
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
    case "multiplyAdd":
      return point.round(point.round(inner(expr.a) * inner(expr.b)) + inner(expr.c));
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
export function* points(extents: readonly number[]): Generator<number[]> {
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

/** What a reduction holds: its value, and where its maximum stood. */
interface Held {
  readonly value: number;
  readonly argmax: number;
}

const outranks = (value: number, held: number): boolean =>
  value > held || (Number.isNaN(value) && !Number.isNaN(held));

/** A reduction after one more term. */
function taken(held: Held, { combine, term, indexExpr }: Reduction, point: Point): Held {
  const value = valueOf(term, point);
  if (combine === "sum") return { ...held, value: point.round(held.value + value) };
  if (combine === "max" && !outranks(value, held.value)) return held;
  return { value, argmax: indexExpr ? valueOf(indexExpr, point) : 0 };
}

/** Two partial results in one: of equal maxima the one that stood first. */
function folded(a: Held, b: Held, { combine, indexExpr }: Reduction, round: Rounding): Held {
  if (combine === "sum") return { ...a, value: round(a.value + b.value) };
  const equal = a.value === b.value || (Number.isNaN(a.value) && Number.isNaN(b.value));
  return outranks(b.value, a.value) || (equal && indexExpr && b.argmax < a.argmax) ? b : a;
}

/** Partial results folded by halves. */
function foldedByHalves(held: readonly Held[], reduction: Reduction, round: Rounding): Held {
  const half = held.length / 2;
  if (half < 1) return held[0]!;
  const pairs = held.slice(0, half).map((one, i) => folded(one, held[half + i]!, reduction, round));
  return foldedByHalves(pairs, reduction, round);
}

/**
 * The reductions at one point of the axes. Term number i of a run of the innermost loop goes to partial result i mod `partials`;
 * where there are several, sums start from 0 and take their initial value at the end.
 */
function reduced(nest: Nest, axes: readonly number[], partials: number, at: Omit<Point, "loops">): Held[] {
  const isLate = ({ combine }: Reduction): boolean => combine === "sum" && partials > 1;
  const held = nest.reductions.map((one) =>
    Array.from({ length: partials }, (): Held => ({ value: isLate(one) ? 0 : one.initial, argmax: 0 })),
  );
  let position = 0;
  for (const reduce of points(nest.reduce)) {
    if (reduce.at(-1) === 0) position = 0;
    const loops = guarded(nest, [...axes, ...reduce]);
    if (!loops) continue;
    const slot = position++ % partials;
    for (const [i, one] of nest.reductions.entries())
      held[i]![slot] = taken(held[i]![slot]!, one, { ...at, loops });
  }
  return nest.reductions.map((one, i) => {
    const found = foldedByHalves(held[i]!, one, at.round);
    return isLate(one) ? { ...found, value: at.round(found.value + one.initial) } : found;
  });
}

/** Runs a nest, point by point; `partials` is how many partial results a reduction has. */
export function runNest(nest: Nest, memory: Memory, round: Rounding = (x) => x, partials = 1): void {
  for (const axes of points(nest.axes)) {
    const found = reduced(nest, axes, partials, { memory, reductions: [], argmaxes: [], round });
    const [reductions, argmaxes] = [found.map(({ value }) => value), found.map(({ argmax }) => argmax)];
    const values = nest.writes.map(({ value }) =>
      valueOf(value, { memory, loops: axes, reductions, argmaxes, round }),
    );
    nest.writes.forEach(({ access }, i) => {
      const [data, index] = element(memory, access, axes);
      data[index] = values[i]!;
    });
  }
}
