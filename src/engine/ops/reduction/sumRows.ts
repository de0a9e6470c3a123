import {
  type Access,
  type Buffer,
  type Expr,
  type MakeTemporary,
  type Nest,
  load,
  nest,
  reduction,
} from "../../kernels/index.ts";

// One float32 accumulator loses a digit for every ten thousand terms or so. Long sums are therefore cut into chunks whose
// number follows from the sizes alone, never from the threads; the chunks are also what a backend can share out.

/** More rows than this are summed in two stages. */
export const longestSum = 256;

/** The same for rows that are neighbours: vectors add them to eight partial sums. */
const longestLanes = 1024;

/** One of them for each buffer of a tuple. */
type Each<B extends readonly Buffer[], T> = { readonly [K in keyof B]: T };

/** Arrays seen as [outer, rows, inner], whose rows are summed into [outer, inner]. */
export interface RowSums<B extends readonly Buffer[]> {
  readonly label: string;
  readonly outer: number;
  readonly rows: number;
  readonly inner: number;
  /** Whether rows may be added side by side; see kernels/nest.ts. @default false */
  readonly byLanes?: boolean;
  /** One sum each; of outer × inner elements. */
  readonly outputs: B;
  /** What each output sums. `full` reads an array [outer, rows, inner], `column` an array [inner]. */
  terms(full: Read, column: Read, other: OtherReads): Each<B, Expr>;
  /** What is written, from the sums and from arrays [outer, inner] read by `perSum`. @default the sums */
  results?(sums: Each<B, Expr>, perSum: Read, other: Pick<OtherReads, "first">): Each<B, Expr>;
}

type Read = (buffer: Buffer) => Expr;

/** More ways to read an array for a sum. */
interface OtherReads {
  /** An array [rows]. */
  readonly row: Read;
  /** An array [outer, inner]. */
  readonly perSum: Read;
  /** The first row of an array [outer, rows, inner]. */
  readonly first: Read;
}

/** The nests that compute {@link RowSums}: one for few rows, else one for the chunks and one over them. */
export function sumRows<const B extends readonly Buffer[]>(
  sums: RowSums<B>,
  temporary: MakeTemporary,
): Nest[] {
  const { rows, outer, inner } = sums;
  const all: RowSums<readonly Buffer[]> = sums;
  if (rows <= (sums.byLanes ? longestLanes : longestSum))
    return [foldRows(all, { chunks: 1, size: rows }, rows)];
  const cut = cutRows(rows);
  const partials = all.outputs.map(() =>
    temporary("partial sums", { shape: [outer, cut.chunks, inner], dtype: "f32" }),
  );
  const first = { ...all, outputs: partials, results: (found: readonly Expr[]) => found };
  const last = { ...all, rows: cut.chunks, terms: (full: Read) => partials.map(full) };
  return [foldRows(first, cut, rows), foldRows(last, { chunks: 1, size: cut.chunks }, rows)];
}

interface Cut {
  readonly chunks: number;
  readonly size: number;
}

/** Chunks of about √rows: a whole number of them where a divisor lies near, else the last is shorter. */
function cutRows(rows: number): Cut {
  const root = Math.ceil(Math.sqrt(rows));
  for (let size = root; size <= 4 * root; size++) if (rows % size === 0) return { chunks: rows / size, size };
  return { chunks: Math.ceil(rows / root), size: root };
}

/**
 * Loops: outer, chunk, inner | row within the chunk | the row, guarded where the last chunk is shorter. `whole` rows are summed in all,
 * which are more than `sums.rows` where those are sums already.
 */
function foldRows(sums: RowSums<readonly Buffer[]>, { chunks, size }: Cut, whole: number): Nest {
  const { label, outer, rows, inner, outputs, byLanes = false } = sums;
  const ragged = chunks * size !== rows;
  const still = ragged ? [0, 0] : [0];
  const within = ragged ? [rows * inner, 0, 1, 0, inner] : [rows * inner, size * inner, 1, inner];
  const reader =
    (strides: readonly number[]): Read =>
    (buffer) =>
      load({ buffer, offset: 0, strides });
  const first = reader([whole * inner, 0, 1, ...still]);
  const resultAt = (buffer: Buffer): Access => ({
    buffer,
    offset: 0,
    strides: [chunks * inner, inner, 1, ...still],
  });
  const found = sums.terms(reader(within), reader([0, 0, 1, ...still]), {
    row: reader(ragged ? [0, 0, 0, 0, 1] : [0, size, 0, 1]),
    perSum: reader([inner, 0, 1, ...still]),
    first,
  });
  const folded = found.map((_, i) => reduction(i));
  const values = sums.results?.(folded, (buffer) => load(resultAt(buffer)), { first }) ?? folded;
  return nest({
    label,
    axes: [outer, chunks, inner],
    reduce: [size],
    guards: ragged ? [{ offset: 0, strides: [0, size, 0, 1], divisor: 1, limit: rows }] : [],
    reductions: found.map((term) => ({ combine: "sum", initial: 0, byLanes, term })),
    writes: values.flatMap((value, i) => {
      const buffer = outputs[i];
      return buffer ? [{ access: resultAt(buffer), value }] : [];
    }),
  });
}
