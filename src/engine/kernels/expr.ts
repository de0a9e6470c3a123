import type { Buffer } from "./buffer.ts";

/**
 * Where a loop nest reads or writes a buffer: element `offset + Σ strides[i] · loop[i]`.
 * The loops are the nest's axes, then its reduction loops, then its guards.
 */
export interface Access {
  readonly buffer: Buffer;
  readonly offset: number;
  readonly strides: readonly number[];
}

/** An affine function of the loops, `offset + Σ strides[i] · loop[i]`: a whole number. */
export interface AffineIndex {
  readonly offset: number;
  readonly strides: readonly number[];
}

/** exp may be 0 where it is less than float32's normal numbers, 2^-126: powers of two are made of bits. */
export type UnaryName = "negate" | "abs" | "sqrt" | "exp" | "log" | "floor";
/** greater and equal give 1 or 0. maximum and minimum are NaN where an argument is. */
export type BinaryName =
  | "add"
  | "subtract"
  | "multiply"
  | "divide"
  | "maximum"
  | "minimum"
  | "greater"
  | "equal";

/** What one point of a loop nest computes. Sharing an object means: compute it once. */
export type Expr =
  | { readonly kind: "load"; readonly access: Access }
  | { readonly kind: "constant"; readonly value: number }
  /** The value of an affine function of the loops, as a number; exact below 2^24. */
  | { readonly kind: "index"; readonly index: AffineIndex }
  /** Uniform in [0, 1) with 24 bits, from a seed (a whole number below 2^24), a salt and a position: no state. */
  | { readonly kind: "uniform"; readonly seed: Expr; readonly salt: number; readonly index: AffineIndex }
  | { readonly kind: "unary"; readonly name: UnaryName; readonly x: Expr }
  | { readonly kind: "binary"; readonly name: BinaryName; readonly a: Expr; readonly b: Expr }
  /** a·b + c, rounded once where the arithmetic is fused, else twice. */
  | { readonly kind: "multiplyAdd"; readonly a: Expr; readonly b: Expr; readonly c: Expr }
  | { readonly kind: "select"; readonly condition: Expr; readonly yes: Expr; readonly no: Expr }
  /** The result of the nest's reduction number `reduction`. */
  | { readonly kind: "reduction"; readonly reduction: number }
  /** Where the maximum of that reduction stood: the value of its `indexExpr`. */
  | { readonly kind: "argmax"; readonly reduction: number };

const unary =
  (name: UnaryName) =>
  (x: Expr): Expr => ({ kind: "unary", name, x });
const binary =
  (name: BinaryName) =>
  (a: Expr, b: Expr): Expr => ({ kind: "binary", name, a, b });

export const constantExpr = (value: number): Expr => ({ kind: "constant", value });
export const load = (access: Access): Expr => ({ kind: "load", access });
export const reduction = (index: number): Expr => ({ kind: "reduction", reduction: index });
export const argmaxExpr = (index: number): Expr => ({ kind: "argmax", reduction: index });
export const negateExpr: (x: Expr) => Expr = unary("negate");
export const abs: (x: Expr) => Expr = unary("abs");
export const sqrtExpr: (x: Expr) => Expr = unary("sqrt");
export const expExpr: (x: Expr) => Expr = unary("exp");
export const logExpr: (x: Expr) => Expr = unary("log");
export const plus: (a: Expr, b: Expr) => Expr = binary("add");
export const minus: (a: Expr, b: Expr) => Expr = binary("subtract");
export const times: (a: Expr, b: Expr) => Expr = binary("multiply");
export const over: (a: Expr, b: Expr) => Expr = binary("divide");
export const maximumExpr: (a: Expr, b: Expr) => Expr = binary("maximum");
export const minimumExpr: (a: Expr, b: Expr) => Expr = binary("minimum");
export const greater: (a: Expr, b: Expr) => Expr = binary("greater");
export const equalExpr: (a: Expr, b: Expr) => Expr = binary("equal");
export const multiplyAddExpr = (a: Expr, b: Expr, c: Expr): Expr => ({ kind: "multiplyAdd", a, b, c });
export const select = (condition: Expr, yes: Expr, no: Expr): Expr => ({
  kind: "select",
  condition,
  yes,
  no,
});

const isCondition = (expr: Expr): boolean =>
  expr.kind === "binary" && (expr.name === "greater" || expr.name === "equal");

/**
 * x times a slope. Where the slope is a condition, or a product of conditions, x is let through or becomes 0: quicker than a
 * product, and an infinite x does not become NaN where it is held back.
 */
export function scaled(x: Expr, slope: Expr): Expr {
  if (isCondition(slope)) return select(slope, x, constantExpr(0));
  if (slope.kind === "binary" && slope.name === "multiply" && isCondition(slope.a) && isCondition(slope.b))
    return scaled(scaled(x, slope.a), slope.b);
  return times(x, slope);
}

/** Rebuilds an expression with its leaves replaced; shared parts stay shared. */
export function mapLeaves(
  expr: Expr,
  replace: (leaf: Expr) => Expr,
  seen: Map<Expr, Expr> = new Map(),
): Expr {
  const known = seen.get(expr);
  if (known) return known;
  const walk = (x: Expr): Expr => mapLeaves(x, replace, seen);
  const made = ((): Expr => {
    switch (expr.kind) {
      case "unary":
        return { ...expr, x: walk(expr.x) };
      case "binary":
        return { ...expr, a: walk(expr.a), b: walk(expr.b) };
      case "multiplyAdd":
        return { ...expr, a: walk(expr.a), b: walk(expr.b), c: walk(expr.c) };
      case "select":
        return { ...expr, condition: walk(expr.condition), yes: walk(expr.yes), no: walk(expr.no) };
      case "uniform":
        return replace({ ...expr, seed: walk(expr.seed) });
      case "load":
      case "constant":
      case "index":
      case "reduction":
      case "argmax":
        return replace(expr);
      default:
        return expr satisfies never;
    }
  })();
  seen.set(expr, made);
  return made;
}

/** What an expression is made of: its operands, in order. */
export function partsOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case "unary":
      return [expr.x];
    case "uniform":
      return [expr.seed];
    case "binary":
      return [expr.a, expr.b];
    case "multiplyAdd":
      return [expr.a, expr.b, expr.c];
    case "select":
      return [expr.condition, expr.yes, expr.no];
    case "load":
    case "constant":
    case "index":
    case "reduction":
    case "argmax":
      return [];
    default:
      return expr satisfies never;
  }
}

/** Calls `visit` once for every distinct part, inner parts first. */
export function visitExpr(expr: Expr, visit: (part: Expr) => void, seen: Set<Expr> = new Set()): void {
  if (seen.has(expr)) return;
  seen.add(expr);
  for (const part of partsOf(expr)) visitExpr(part, visit, seen);
  visit(expr);
}

/** Whether an expression has an exponential or a logarithm in it, which take some dozens of operations each. */
export function holdsFunction(expr: Expr): boolean {
  let found = false;
  visitExpr(
    expr,
    (part) => (found ||= part.kind === "unary" && (part.name === "exp" || part.name === "log")),
  );
  return found;
}

/** Bounds that every value of an expression keeps, but for a NaN. */
export interface ExprBounds {
  readonly low: number;
  readonly high: number;
}

const anywhere: ExprBounds = { low: -Infinity, high: Infinity };

/** What is known of an expression's values from its outermost parts alone. */
export function exprBounds(expr: Expr): ExprBounds {
  if (expr.kind === "constant") return { low: expr.value, high: expr.value };
  if (expr.kind === "unary") return unaryBounds(expr.name, exprBounds(expr.x));
  if (expr.kind !== "binary") return anywhere;
  const { name, a, b } = expr;
  const [first, second] = [exprBounds(a), exprBounds(b)];
  switch (name) {
    case "minimum":
      return { low: Math.min(first.low, second.low), high: Math.min(first.high, second.high) };
    case "maximum":
      return { low: Math.max(first.low, second.low), high: Math.max(first.high, second.high) };
    case "multiply":
      return a === b ? squareBounds(first) : productBounds(first, second);
    default:
      return anywhere;
  }
}

function productBounds(a: ExprBounds, b: ExprBounds): ExprBounds {
  // An infinite bound times 0 is 0: what it bounds is finite, or the product is a NaN.
  const product = (x: number, y: number): number => (x === 0 || y === 0 ? 0 : x * y);
  const ends = [a.low, a.high].flatMap((x) => [product(x, b.low), product(x, b.high)]);
  return { low: Math.min(...ends), high: Math.max(...ends) };
}

function squareBounds(x: ExprBounds): ExprBounds {
  const { low, high } = productBounds(x, x);
  return { low: Math.max(low, 0), high };
}

function unaryBounds(name: UnaryName, { low, high }: ExprBounds): ExprBounds {
  if (name === "negate") return { low: -high, high: -low };
  if (name === "abs") return { low: Math.max(0, low, -high), high: Math.max(-low, high) };
  return name === "exp" ? { low: 0, high: Infinity } : anywhere;
}
