// Winograd's minimal filtering F(4x4, 3x3): Lavin & Gray 2016, arXiv:1509.09308. Interpolation points 0, ±1, ±2 and infinity.
import type { Code, FunctionBuilder } from "../assembler.ts";
import { f32x4, v128 } from "../instructions.ts";
import { type Arithmetic, multiplyAdd } from "../tile.ts";

/** Outputs and inputs of a tile along one axis, and the positions of the transformed domain. */
export const OUT = 4;
export const IN = 6;

/** Turns the vectors of one row or column into those of another domain. Its arguments are cheap to repeat. */
export type Line = (t: Toolbox, x: readonly Code[]) => Code[];

export interface Toolbox {
  readonly f: FunctionBuilder;
  readonly arithmetic: Arithmetic;
}

const c = v128.splatConst;
const { add, sub, mul } = f32x4;
const keep = ({ f }: Toolbox, code: Code): Code => f.get(f.keep("v128", code));
/** sum + a·factor */
const plus = ({ arithmetic }: Toolbox, sum: Code, a: Code, factor: number): Code =>
  multiplyAdd(arithmetic, a, c(factor), sum);

/** Bᵀ: six pixels. */
export const inputLine: Line = (t, x) => {
  const [x0, x1, x2, x3, x4, x5] = x as [Code, Code, Code, Code, Code, Code];
  const [even, odd] = [keep(t, plus(t, x4, x2, -4)), keep(t, plus(t, x3, x1, -4))];
  const far = keep(t, sub(x4, x2));
  const half = keep(t, sub(x3, x1));
  const double = keep(t, add(half, half));
  return [
    plus(t, plus(t, x4, x2, -5), x0, 4),
    add(even, odd),
    sub(even, odd),
    add(far, double),
    sub(far, double),
    plus(t, plus(t, x5, x3, -5), x1, 4),
  ];
};

/** Aᵀ: six positions to four pixels. */
export const outputLine: Line = (t, x) => {
  const [x0, x1, x2, x3, x4, x5] = x as [Code, Code, Code, Code, Code, Code];
  const [p, q] = [keep(t, add(x1, x2)), keep(t, sub(x1, x2))];
  const [r, s] = [keep(t, add(x3, x4)), keep(t, sub(x3, x4))];
  return [add(add(x0, p), r), plus(t, q, s, 2), plus(t, p, r, 4), add(plus(t, q, s, 8), x5)];
};

/** A: four pixels of an output's gradient to six positions. */
export const gradientLine: Line = (t, x) => {
  const [x0, x1, x2, x3] = x as [Code, Code, Code, Code];
  const [even, odd] = [keep(t, add(x0, x2)), keep(t, add(x1, x3))];
  const [even4, odd8] = [keep(t, plus(t, x0, x2, 4)), keep(t, plus(t, add(x1, x1), x3, 8))];
  return [x0, add(even, odd), sub(even, odd), add(even4, odd8), sub(even4, odd8), x3];
};

/** G: three taps to six positions. */
export const filterLine: Line = (t, x) => {
  const [x0, x1, x2] = x as [Code, Code, Code];
  const [outer, inner] = [keep(t, mul(add(x0, x2), c(-1 / 6))), keep(t, mul(x1, c(-1 / 6)))];
  const [far, near] = [keep(t, plus(t, mul(x0, c(1 / 24)), x2, 1 / 6)), keep(t, mul(x1, c(1 / 12)))];
  return [mul(x0, c(1 / 4)), add(outer, inner), sub(outer, inner), add(far, near), sub(far, near), x2];
};

/** Gᵀ: six positions to three taps. */
export const filterGradientLine: Line = (t, x) => {
  const [x0, x1, x2, x3, x4, x5] = x as [Code, Code, Code, Code, Code, Code];
  const near = keep(t, mul(add(x1, x2), c(-1 / 6)));
  const far = keep(t, add(x3, x4));
  return [
    plus(t, plus(t, near, x0, 1 / 4), far, 1 / 24),
    plus(t, mul(sub(x1, x2), c(-1 / 6)), sub(x3, x4), 1 / 12),
    add(plus(t, near, far, 1 / 6), x5),
  ];
};

/** A transform along both axes: every column, then every row. `size` is the extent it reads along each axis. */
export function transform2d(
  t: Toolbox,
  line: Line,
  size: number,
  read: (row: number, column: number) => Code,
): Code[][] {
  const columns = Array.from({ length: size }, (_, j) => {
    const values = Array.from({ length: size }, (_, i) => keep(t, read(i, j)));
    return line(t, values).map((value) => keep(t, value));
  });
  const rows = columns[0]!.length;
  return Array.from({ length: rows }, (_, i) =>
    line(
      t,
      columns.map((column) => column[i]!),
    ),
  );
}

/** {@link transform2d} of several vectors side by side; their operations alternate, so that V8 can pack them two by two. */
export function transformSideBySide(
  t: Toolbox,
  { line, size, vectors }: { readonly line: Line; readonly size: number; readonly vectors: number },
  read: (row: number, column: number, vector: number) => Code,
): Code[][] {
  const results = Array.from({ length: vectors }, (_, u) =>
    transform2d(t, line, size, (i, j) => read(i, j, u)).flat(),
  );
  return results[0]!.map((_, p) => results.map((values) => values[p]!));
}

/** Vectors of channels to transform at a time: two where V8 packs them and the channels allow it. */
export const vectorsAtOnce = (panel: number, channels: number): number =>
  panel === 16 && channels % 8 === 0 ? 2 : 1;
