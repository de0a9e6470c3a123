import type { LowerCall, Value } from "../../graph/graph.ts";
import { type Access, type Expr, type Nest, load, nest, total } from "../../kernels/index.ts";

// One float32 accumulator loses a digit for every ten thousand terms or so. Long sums are therefore cut into chunks whose
// number follows from the sizes alone, never from the threads; the chunks are also what a backend can share out.

/** More rows than this are summed in two stages. */
export const longestSum = 256;

/** Arrays seen as [outer, rows, inner], whose rows are summed into [outer, inner]. */
export interface RowSums {
  readonly label: string;
  readonly outer: number;
  readonly rows: number;
  readonly inner: number;
  /** One sum each; of outer × inner elements. */
  readonly outputs: readonly Value[];
  /** What each output sums. `full` reads an array [outer, rows, inner], `column` an array [inner]. */
  readonly terms: (full: (buffer: Value) => Expr, column: (buffer: Value) => Expr) => readonly Expr[];
  /** What is written, from the sums and from arrays [outer, inner] read by `at`. @default the sums */
  readonly results?: (sums: readonly Expr[], at: (buffer: Value) => Expr) => readonly Expr[];
}

/** The nests that compute {@link RowSums}: one for few rows, else one for the chunks and one over them. */
export function sumRows(sums: RowSums, temporary: LowerCall<unknown>["temporary"]): Nest[] {
  const { rows, outer, inner } = sums;
  if (rows <= longestSum) return [foldRows(sums, sums.outputs, { chunks: 1, size: rows })];
  const cut = cutRows(rows);
  const partial = sums.outputs.map(() => temporary({ shape: [outer, cut.chunks, inner], dtype: "f32" }));
  const plain: RowSums = { ...sums, results: (found) => found };
  const last: RowSums = { ...sums, rows: cut.chunks, terms: (full) => partial.map(full) };
  return [foldRows(plain, partial, cut), foldRows(last, sums.outputs, { chunks: 1, size: cut.chunks })];
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

/** Loops: outer, chunk, inner | row within the chunk | the row, guarded where the last chunk is shorter. */
function foldRows(sums: RowSums, outputs: readonly Value[], { chunks, size }: Cut): Nest {
  const { label, outer, rows, inner, terms, results = (found) => found } = sums;
  const ragged = chunks * size !== rows;
  const still = ragged ? [0, 0] : [0];
  const within = ragged ? [rows * inner, 0, 1, 0, inner] : [rows * inner, size * inner, 1, inner];
  const full = (buffer: Value): Expr => load({ buffer, offset: 0, strides: within });
  const column = (buffer: Value): Expr => load({ buffer, offset: 0, strides: [0, 0, 1, ...still] });
  const at = (buffer: Value): Access => ({
    buffer,
    offset: 0,
    strides: [chunks * inner, inner, 1, ...still],
  });
  const found = terms(full, column);
  const values = results(
    found.map((_, i) => total(i)),
    (buffer) => load(at(buffer)),
  );
  return nest({
    label,
    axes: [outer, chunks, inner],
    reduce: [size],
    guards: ragged ? [{ offset: 0, strides: [0, size, 0, 1], divisor: 1, limit: rows }] : [],
    totals: found.map((term) => ({ combine: "sum", initial: 0, term })),
    writes: outputs.map((buffer, i) => ({ access: at(buffer), value: values[i]! })),
  });
}
