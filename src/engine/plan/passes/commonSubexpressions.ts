import type { AffineIndex, Expr, Nest } from "../../kernels/index.ts";
import { mapTerms } from "../rewriteNest.ts";
import { type Pass, kernelPass } from "./pass.ts";

/** Makes equal parts of a nest's expressions one object where rematerialisation has put them twice: a backend computes each object once. */
export const commonSubexpressionElimination: Pass = kernelPass(
  "common subexpression elimination",
  (kernels, { repetitive }) => ({
    kernels: kernels.map((kernel) =>
      kernel.kind === "nest" && repetitive.has(kernel) ? commonSubexpressions(kernel) : kernel,
    ),
    repetitive: new Set(),
  }),
);

/** The same nest in which equal parts of its expressions are one object. */
export function commonSubexpressions(nest: Nest): Nest {
  const found = new Expressions();
  const shared = (expr: Expr): Expr => found.shared(expr);
  return {
    ...nest,
    reductions: mapTerms(nest.reductions, shared),
    writes: nest.writes.map((write) => ({ ...write, value: shared(write.value) })),
  };
}

/** A comparison of a clamped number with a bound it cannot be clamped past is one of the number itself: max(v, 0) > 0 is v > 0. */
function unclamped(expr: Expr): Expr {
  if (expr.kind !== "binary" || expr.name !== "greater") return expr;
  const { a, b } = expr;
  if (b.kind === "constant") {
    // Above b: what a maximum or minimum changes to stays on the same side.
    const inner = withinClamp(a, (bound, name) => (name === "maximum" ? bound <= b.value : bound > b.value));
    return inner ? unclamped({ ...expr, a: inner }) : expr;
  }
  if (a.kind !== "constant") return expr;
  const inner = withinClamp(b, (bound, name) => (name === "maximum" ? bound < a.value : bound >= a.value));
  return inner ? unclamped({ ...expr, b: inner }) : expr;
}

/** What a maximum or minimum with a constant is taken of, if `harmless` says that the constant does not matter. */
function withinClamp(
  expr: Expr,
  harmless: (bound: number, name: "maximum" | "minimum") => boolean,
): Expr | undefined {
  if (expr.kind !== "binary" || (expr.name !== "maximum" && expr.name !== "minimum")) return undefined;
  return expr.b.kind === "constant" && harmless(expr.b.value, expr.name) ? expr.a : undefined;
}

/** Value numbering: every distinct expression met so far, under a description that names its parts by number. */
class Expressions {
  private readonly known = new Map<string, Expr>();
  private readonly numbers = new Map<Expr, number>();
  private readonly seen = new Map<Expr, Expr>();

  shared(expr: Expr): Expr {
    const before = this.seen.get(expr);
    if (before) return before;
    const made = unclamped(this.rebuilt(expr));
    const key = this.describe(made);
    const one = this.known.get(key) ?? made;
    this.known.set(key, one);
    if (!this.numbers.has(one)) this.numbers.set(one, this.numbers.size);
    this.seen.set(expr, one);
    return one;
  }

  private rebuilt(expr: Expr): Expr {
    switch (expr.kind) {
      case "unary":
        return { ...expr, x: this.shared(expr.x) };
      case "binary":
        return { ...expr, a: this.shared(expr.a), b: this.shared(expr.b) };
      case "multiplyAdd":
        return { ...expr, a: this.shared(expr.a), b: this.shared(expr.b), c: this.shared(expr.c) };
      case "select":
        return {
          ...expr,
          condition: this.shared(expr.condition),
          yes: this.shared(expr.yes),
          no: this.shared(expr.no),
        };
      case "uniform":
        return { ...expr, seed: this.shared(expr.seed) };
      case "load":
      case "constant":
      case "index":
      case "reduction":
      case "argmax":
        return expr;
      default:
        return expr satisfies never;
    }
  }

  /** The parts of `expr` have their numbers already. */
  private describe(expr: Expr): string {
    const index = ({ offset, strides }: AffineIndex): string => `${offset}:${strides.join()}`;
    const number = (part: Expr): number => this.numbers.get(part) ?? -1;
    switch (expr.kind) {
      case "load":
        return `load ${expr.access.buffer.id} ${index(expr.access)}`;
      case "constant":
        // Zero and minus zero are two numbers.
        return `constant ${Object.is(expr.value, -0) ? "-0" : expr.value}`;
      case "index":
        return `index ${index(expr.index)}`;
      case "uniform":
        return `uniform ${number(expr.seed)} ${expr.salt} ${index(expr.index)}`;
      case "unary":
        return `${expr.name} ${number(expr.x)}`;
      case "binary":
        return `${expr.name} ${number(expr.a)} ${number(expr.b)}`;
      case "multiplyAdd":
        return `multiplyAdd ${number(expr.a)} ${number(expr.b)} ${number(expr.c)}`;
      case "select":
        return `select ${number(expr.condition)} ${number(expr.yes)} ${number(expr.no)}`;
      case "reduction":
      case "argmax":
        return `${expr.kind} ${expr.reduction}`;
      default:
        return expr satisfies never;
    }
  }
}
