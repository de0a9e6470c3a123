import type { Random } from "../../../src/base/index.ts";
import {
  type Access,
  type AffineIndex,
  type BinaryName,
  type Buffer,
  type Expr,
  type Guard,
  type Nest,
  type Reduction,
  type UnaryName,
  nest,
} from "../../../src/engine/kernels/index.ts";
import { oneOf } from "../cases/draw.ts";
import { bufferHere } from "./runHere.ts";

/** A loop nest with numbers for what it reads. */
export interface RandomNest {
  readonly nest: Nest;
  readonly given: ReadonlyMap<Buffer, readonly number[]>;
}

const unaryNames: readonly [UnaryName, ...UnaryName[]] = ["negate", "abs", "sqrt", "floor"];
const binaryNames: readonly [BinaryName, ...BinaryName[]] = [
  "add",
  "subtract",
  "multiply",
  "divide",
  "maximum",
  "minimum",
  "greater",
  "equal",
];

/** Draws expressions over some loops: their extents, and how many of them an index may count. */
class ExprDrawer {
  readonly given = new Map<Buffer, readonly number[]>();
  private readonly known: Expr[] = [];
  private readonly random: Random;
  private readonly extents: readonly number[];
  /** The loop whose neighbours lie side by side in every array, if there is one. */
  private readonly side: number | undefined;

  constructor(random: Random, extents: readonly number[], side?: number) {
    this.random = random;
    this.extents = extents;
    this.side = side;
  }

  /** Some expression of at most `depth` levels; now and then one that was drawn before, so that parts are shared. */
  expr(depth: number, leaves: readonly Expr[] = []): Expr {
    const { random } = this;
    const again = this.known[random.integer(this.known.length * 4 + 1)];
    if (again) return again;
    const made = depth === 0 ? this.leaf(leaves) : this.inner(() => this.expr(depth - 1, leaves));
    this.known.push(made);
    return made;
  }

  private inner(part: () => Expr): Expr {
    const { random } = this;
    switch (oneOf(random, "unary", "binary", "binary", "select", "multiplyAdd")) {
      case "unary":
        return { kind: "unary", name: oneOf(random, ...unaryNames), x: part() };
      case "binary":
        return { kind: "binary", name: oneOf(random, ...binaryNames), a: part(), b: part() };
      case "multiplyAdd":
        return { kind: "multiplyAdd", a: part(), b: part(), c: part() };
      default: {
        const value = oneOf(random, 0, -0, 1.5);
        const no: Expr = random.next() < 0.5 ? { kind: "constant", value } : part();
        return { kind: "select", condition: part(), yes: part(), no };
      }
    }
  }

  private leaf(leaves: readonly Expr[]): Expr {
    const { random } = this;
    const given = leaves[random.integer(leaves.length * 2 + 1)];
    if (given) return given;
    switch (oneOf(random, "load", "load", "load", "constant", "index", "uniform")) {
      case "constant":
        return { kind: "constant", value: oneOf(random, -0, 0, 0.1, -3, 2.5) };
      case "index":
        return { kind: "index", index: this.index() };
      case "uniform": {
        const seed: Expr = { kind: "constant", value: random.integer(2 ** 24) };
        return { kind: "uniform", seed, salt: random.integer(2 ** 31), index: this.index() };
      }
      default:
        return { kind: "load", access: this.access() };
    }
  }

  private index(): AffineIndex {
    const strides = this.extents.map(() => this.random.integer(4) - 1);
    return { offset: this.random.integer(9) - 4, strides };
  }

  /** An array of its own, read by some of the loops in some order, the last one most often by neighbours. */
  private access(): Access {
    const { random, extents } = this;
    const drawn = random.shuffle([...extents.keys()]).filter(() => random.next() < 0.8);
    const loops = this.side === undefined ? drawn : [this.side, ...drawn.filter((i) => i !== this.side)];
    const strides = extents.map(() => 0);
    let size = 1;
    for (const loop of loops) {
      strides[loop] = size;
      size *= extents[loop] ?? 1;
    }
    const offset = random.integer(3);
    const dtype = oneOf(random, "f32", "f32", "u8");
    const buffer = bufferHere([size + offset], { dtype });
    this.given.set(
      buffer,
      Array.from({ length: size + offset }, () =>
        dtype === "u8" ? random.integer(256) : Math.fround(oneOf(random, 0, 1, 3) * random.normal()),
      ),
    );
    return { buffer, offset, strides };
  }
}

const axisExtents = [1, 2, 3, 4, 5, 7, 8, 9, 12, 17] as const;
const reduceExtents = [1, 2, 3, 9] as const;
/** Of a reduction loop that is walked by vectors: all tails, and too few terms for it. */
const laneExtents = [15, 16, 17, 19, 20, 22, 24, 29, 40] as const;

/** Up to `most` extents. */
const extentsOf = (random: Random, most: number, extents: readonly [number, ...number[]]): number[] =>
  Array.from({ length: random.integer(most + 1) }, () => oneOf(random, ...extents));

/** (axis + step · reduction loop - before) / divisor, as padding, strides and dilation make them. */
function drawGuard(random: Random, axes: readonly number[], reduce: readonly number[]): Guard {
  const strides = [...axes, ...reduce].map(() => 0);
  strides[random.integer(axes.length)] = 1 + random.integer(2);
  strides[axes.length + random.integer(reduce.length)] = 1 + random.integer(2);
  return {
    strides,
    offset: -random.integer(3),
    divisor: 1 + random.integer(2),
    limit: 1 + random.integer(6),
  };
}

function drawReduction(random: Random, terms: ExprDrawer, byLanes: boolean): Reduction {
  const term = terms.expr(2);
  const combine = oneOf(random, "sum", "sum", "max", "last");
  if (combine === "max" && random.next() < 0.6)
    return { combine, initial: oneOf(random, -Infinity, 0), byLanes, term, indexExpr: terms.expr(0) };
  return { combine, initial: oneOf(random, 0, -Infinity, 1.5), byLanes, term };
}

/** A write of `value` to a whole array, whose axes stand in some order. */
function drawWrite(random: Random, axes: readonly number[], value: Expr): Nest["writes"][number] {
  const order = random.next() < 0.7 ? [...axes.keys()].toReversed() : random.shuffle([...axes.keys()]);
  const strides = axes.map(() => 0);
  let size = 1;
  for (const axis of order) {
    strides[axis] = size;
    size *= axes[axis] ?? 1;
  }
  // Bytes hold whole numbers from 0 to 255; a condition is one.
  const isSmall = value.kind === "binary" && (value.name === "greater" || value.name === "equal");
  return {
    access: { buffer: bufferHere([size], { dtype: isSmall ? "u8" : "f32" }), offset: 0, strides },
    value,
  };
}

/** A nest of up to three axes and two reduction loops, guarded or not, with one or two results. */
export function randomNest(random: Random): RandomNest {
  const axes = extentsOf(random, 3, axisExtents);
  const hasLanes = random.next() < 0.4;
  const reduce = hasLanes
    ? [...extentsOf(random, 1, reduceExtents), oneOf(random, ...laneExtents)]
    : extentsOf(random, 2, reduceExtents);
  const isGuarded = axes.length > 0 && reduce.length > 0 && random.next() < 0.4;
  const guards = isGuarded ? [drawGuard(random, axes, reduce)] : [];
  const loops = [...axes, ...reduce, ...guards.map(({ limit }) => limit)];
  const terms = new ExprDrawer(random, loops, hasLanes ? axes.length + reduce.length - 1 : undefined);
  const reductions = reduce.length > 0 ? [0, 1].map(() => drawReduction(random, terms, hasLanes)) : [];
  const results = reductions.flatMap(({ indexExpr }, i): Expr[] => [
    { kind: "reduction", reduction: i },
    ...(indexExpr ? [{ kind: "argmax", reduction: i } as const] : []),
  ]);
  const values = new ExprDrawer(random, axes);
  const writes = [2, 1].map((depth) => drawWrite(random, axes, values.expr(depth, results)));
  return {
    nest: nest({ label: "drawn", axes, reduce, guards, reductions, writes }),
    given: new Map([...terms.given, ...values.given]),
  };
}
