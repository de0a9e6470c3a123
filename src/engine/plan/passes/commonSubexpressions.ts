import type { Affine, Expr, Nest } from "../../kernels/index.ts";

/** The same nest in which equal parts of its expressions are one object, so that a backend computes them once. */
export function shareParts(nest: Nest): Nest {
  const sharing = new Sharing();
  return {
    ...nest,
    totals: nest.totals.map((total) => ({
      ...total,
      term: sharing.part(total.term),
      ...(total.at && { at: sharing.part(total.at) }),
    })),
    writes: nest.writes.map((write) => ({ ...write, value: sharing.part(write.value) })),
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

/** Every distinct expression met so far, under a description that names its parts by number. */
class Sharing {
  private readonly known = new Map<string, Expr>();
  private readonly numbers = new Map<Expr, number>();
  private readonly seen = new Map<Expr, Expr>();

  part(expr: Expr): Expr {
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
        return { ...expr, x: this.part(expr.x) };
      case "binary":
        return { ...expr, a: this.part(expr.a), b: this.part(expr.b) };
      case "select":
        return {
          ...expr,
          condition: this.part(expr.condition),
          yes: this.part(expr.yes),
          no: this.part(expr.no),
        };
      case "uniform":
        return { ...expr, seed: this.part(expr.seed) };
      case "load":
      case "constant":
      case "index":
      case "total":
      case "position":
        return expr;
      default:
        return expr satisfies never;
    }
  }

  /** The parts of `expr` are shared already. */
  private describe(expr: Expr): string {
    const place = ({ offset, strides }: Affine): string => `${offset}:${strides.join()}`;
    const number = (part: Expr): number => this.numbers.get(part)!;
    switch (expr.kind) {
      case "load":
        return `load ${expr.access.buffer.id} ${place(expr.access)}`;
      case "constant":
        // Zero and minus zero are two numbers.
        return `constant ${Object.is(expr.value, -0) ? "-0" : expr.value}`;
      case "index":
        return `index ${place(expr.index)}`;
      case "uniform":
        return `uniform ${number(expr.seed)} ${expr.salt} ${place(expr.index)}`;
      case "unary":
        return `${expr.name} ${number(expr.x)}`;
      case "binary":
        return `${expr.name} ${number(expr.a)} ${number(expr.b)}`;
      case "select":
        return `select ${number(expr.condition)} ${number(expr.yes)} ${number(expr.no)}`;
      case "total":
      case "position":
        return `${expr.kind} ${expr.total}`;
      default:
        return expr satisfies never;
    }
  }
}
