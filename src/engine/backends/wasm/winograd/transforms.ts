import { at } from "../../../../base/index.ts";
import { type I32Local, type V128, f32x4 } from "../../../../simd/index.ts";
import type { WinogradSize } from "../../../kernels/index.ts";
import type { KernelFunction } from "../kernel.ts";
import { multiplyAdd } from "../kernel.ts";

type Matrix = readonly (readonly number[])[];

/** The matrices of one tile size, each for one axis: a line of pixels, taps or products to another domain. */
export interface Transforms {
  /** Bᵀ: pixels to positions. */
  readonly input: Matrix;
  /** G: three taps to positions. */
  readonly filter: Matrix;
  /** Aᵀ: positions to outputs. */
  readonly output: Matrix;
  /** A: an output's gradient to positions. */
  readonly gradient: Matrix;
  /** Gᵀ: positions to three taps. */
  readonly filterGradient: Matrix;
}

const transposed = <T>(matrix: readonly (readonly T[])[]): (readonly T[])[] =>
  at(matrix, 0).map((_, j) => matrix.map((row) => at(row, j)));

const transformsOf = (matrices: Pick<Transforms, "input" | "filter" | "output">): Transforms => ({
  ...matrices,
  gradient: transposed(matrices.output),
  filterGradient: transposed(matrices.filter),
});

/**
 * Winograd's minimal filtering F(2x2, 3x3) and F(4x4, 3x3): Lavin & Gray 2016, arXiv:1509.09308. Interpolation points 0, ±1,
 * for 4 also ±2, and infinity.
 */
export const winogradTransforms: Readonly<Record<WinogradSize, Transforms>> = {
  2: transformsOf({
    input: [
      [1, 0, -1, 0],
      [0, 1, 1, 0],
      [0, -1, 1, 0],
      [0, -1, 0, 1],
    ],
    filter: [
      [1, 0, 0],
      [1 / 2, 1 / 2, 1 / 2],
      [1 / 2, -1 / 2, 1 / 2],
      [0, 0, 1],
    ],
    output: [
      [1, 1, 1, 0],
      [0, 1, -1, 1],
    ],
  }),
  4: transformsOf({
    input: [
      [4, 0, -5, 0, 1, 0],
      [0, -4, -4, 1, 1, 0],
      [0, 4, -4, -1, 1, 0],
      [0, -2, -1, 2, 1, 0],
      [0, 2, -1, -2, 1, 0],
      [0, 4, 0, -5, 0, 1],
    ],
    filter: [
      [1 / 4, 0, 0],
      [-1 / 6, -1 / 6, -1 / 6],
      [-1 / 6, 1 / 6, -1 / 6],
      [1 / 24, 1 / 12, 1 / 6],
      [1 / 24, -1 / 12, 1 / 6],
      [0, 0, 1],
    ],
    output: [
      [1, 1, 1, 1, 1, 0],
      [0, 1, -1, 2, -2, 0],
      [0, 1, 1, 4, 4, 0],
      [0, 1, -1, 8, -8, 1],
    ],
  }),
};

type Toolbox = Pick<KernelFunction, "f" | "arithmetic">;

const { add, sub, mul } = f32x4;

/** sum + a·factor */
function plus({ arithmetic }: Toolbox, sum: V128, { code, factor }: Scaled): V128 {
  if (factor === 1) return add(sum, code);
  return factor === -1 ? sub(sum, code) : multiplyAdd(arithmetic, code, f32x4.const(factor), sum);
}

/** A vector that is still to be multiplied. */
interface Scaled {
  readonly code: V128;
  readonly factor: number;
}

const scaled = ({ code, factor }: Scaled): V128 => (factor === 1 ? code : mul(code, factor));

/** Σ of the terms, the first of factor 1 leading so that most often nothing is left to multiply. */
function sumOf(t: Toolbox, terms: readonly Scaled[]): Scaled {
  const lead = terms.find(({ factor }) => factor === 1) ?? at(terms, 0);
  const code = terms
    .filter((term) => term !== lead)
    .reduce((sum, term) => plus(t, sum, { ...term, factor: term.factor / lead.factor }), lead.code);
  return { code, factor: lead.factor };
}

const termsOf = (row: readonly number[], x: readonly V128[]): Scaled[] =>
  row.flatMap((factor, j) => (factor === 0 ? [] : [{ code: at(x, j), factor }]));

const areMirrored = (a: readonly number[], b: readonly number[]): boolean =>
  a.every((value, i) => Math.abs(value) === Math.abs(at(b, i))) && a.some((value, i) => value !== b[i]);

/** Numbers of neighbouring lines that differ in some signs alone, as those of the points p and -p do. */
const mirroredPairs = (lines: Matrix): readonly number[] =>
  lines.flatMap((line, i) => (i + 1 < lines.length && areMirrored(line, at(lines, i + 1)) ? [i] : []));

/** matrix · x, where each of x is cheap to repeat. Mirrored lines share their work. */
function multiplied(t: Toolbox, matrix: Matrix, x: readonly V128[]): V128[] {
  const columns = transposed(matrix);
  const vectors = [...x];
  for (const j of mirroredPairs(columns)) {
    const [a, b] = [at(vectors, j), at(vectors, j + 1)];
    [vectors[j], vectors[j + 1]] = [t.f.keep(add(a, b)), t.f.keep(sub(a, b))];
    const [first, second] = [at(columns, j), at(columns, j + 1)];
    columns[j] = first.map((value, i) => (value === second[i] ? value : 0));
    columns[j + 1] = first.map((value, i) => (value === second[i] ? 0 : value));
  }
  const rows = transposed(columns);
  const results = rows.map((row) => (): V128 => scaled(sumOf(t, termsOf(row, vectors))));
  for (const i of mirroredPairs(rows)) {
    const [row, mirror] = [at(rows, i), at(rows, i + 1)];
    const even = row.map((value, j) => (value === mirror[j] ? value : 0));
    const odd = row.map((value, j) => (value === mirror[j] ? 0 : value));
    const same = t.f.keep(scaled(sumOf(t, termsOf(even, vectors))));
    const { code, factor } = sumOf(t, termsOf(odd, vectors));
    const other = t.f.keep(code);
    results[i] = () => plus(t, same, { code: other, factor });
    results[i + 1] = () => plus(t, same, { code: other, factor: -factor });
  }
  return results.map((result) => result());
}

/** A transform along both axes: every column, then every row. `read` gives the vectors of the square that it transforms. */
export function transform2d(
  t: Toolbox,
  matrix: Matrix,
  read: (row: number, column: number) => V128,
): V128[][] {
  const size = at(matrix, 0).length;
  const columns = Array.from({ length: size }, (_, j) => {
    const values = Array.from({ length: size }, (__, i) => t.f.keep(read(i, j)));
    return multiplied(t, matrix, values).map((value) => t.f.keep(value));
  });
  return transposed(columns).map((row) => multiplied(t, matrix, row));
}

/** {@link transform2d} of several vectors side by side: [position][vector]. Their operations alternate, so that V8 can pack them two by two. */
export function transformSideBySide(
  t: Toolbox,
  { matrix, vectors }: { readonly matrix: Matrix; readonly vectors: number },
  read: (row: number, column: number, vector: number) => V128,
): (readonly V128[])[] {
  const results = Array.from({ length: vectors }, (_, u) =>
    transform2d(t, matrix, (i, j) => read(i, j, u)).flat(),
  );
  return transposed(results);
}

interface TransformTarget {
  readonly matrix: Matrix;
  readonly vectors: number;
  /** Address of the first position's vectors, and bytes from position to position. */
  readonly target: I32Local;
  readonly stride: number;
}

/** {@link transformSideBySide}, stored. */
export function emitTransform(
  t: Toolbox,
  { target, stride, ...transform }: TransformTarget,
  read: (row: number, column: number, vector: number) => V128,
): void {
  for (const [p, vectors] of transformSideBySide(t, transform, read).entries())
    t.f.storeAll(target, vectors, p * stride);
}

/** Vectors of channels to transform at a time: two where V8 packs them and the channels allow it. */
export const vectorsAtOnce = (panel: number, channels: number): number =>
  panel === 16 && channels % 8 === 0 ? 2 : 1;
