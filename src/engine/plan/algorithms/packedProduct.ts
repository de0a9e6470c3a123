import {
  type Buffer,
  type Expr,
  type MatrixProduct,
  type Nest,
  type PackedProduct,
  constantExpr,
  load,
  maximumExpr,
  nest,
  packedSize,
  plus,
  times,
  reduction,
} from "../../kernels/index.ts";
import { pack } from "./pack.ts";
import type { PlanContext } from "../types.ts";
import { evenParts, floats } from "./sizing.ts";

/** Rows of A up to which every number of B is used by one register tile alone: a tile has four rows. */
const FEW_ROWS = 4;

/** Rows of A from which so many tasks share B's panels that a kernel of its own packs them, though not once for many runs;
 * chosen, not measured (docs/performance/lab-notes.md, What was tried, has what packing once gained). */
const MANY_ROWS = 768;

/** Depth that is worked through at a time: what a task packs in its scratch stays small, B in memory is read in long runs;
 * chosen, not measured. */
const BLOCK_K = { scratch: 256, memory: 1024 };

/** Rows and columns of a block: a panel of B stays in the nearest cache while its rows pass (docs/performance/lab-notes.md); sizes chosen. */
const BLOCK = { rows: 256, columns: 128 };

/**
 * When a sum is cut into partial sums: fewer blocks than these leave cores idle, shorter sums are not worth it; then how long a part
 * is at least, and how many parts and numbers they may be in all. Chosen, not measured.
 */
const SPLIT = { blocks: 8, from: 1024, part: 512, max: 32, numbers: 4 << 20 };

/** A product in blocks; a long sum over few outputs is cut into partial sums that are added afterwards. */
export function packedProduct(
  context: PlanContext,
  product: MatrixProduct,
): readonly (PackedProduct | Nest)[] {
  const { m, n, k, output, epilogue } = product;
  const single = singleRow(context, product);
  if (single) return single;
  const blockM = Math.min(m, BLOCK.rows);
  const blockN = Math.min(Math.ceil(n / context.panel) * context.panel, BLOCK.columns);
  const blocks = Math.ceil(m / blockM) * Math.ceil(n / blockN);
  // A long sum over few outputs is cut, so that there is work for every core, and sums stay short.
  const maxSplits = Math.min(
    SPLIT.max,
    Math.ceil(k / SPLIT.part),
    Math.max(1, Math.floor(SPLIT.numbers / (m * n))),
  );
  const splits = blocks >= SPLIT.blocks || k < SPLIT.from ? 1 : evenParts(k, maxSplits);
  const partials = splits === 1 ? output : floats(context, "partial sums", splits, m, n);
  const { packs, panels } = panelsOf(context, product);
  const packsInScratch = product.transposeA || panels.packing === "task";
  const tiles: PackedProduct = {
    ...product,
    kind: "product",
    ...panels,
    output: partials,
    splits,
    blockM,
    blockN,
    blockK: Math.min(k, BLOCK_K[packsInScratch ? "scratch" : "memory"]),
    panel: context.panel,
    epilogue: splits === 1 ? epilogue : {},
  };
  return splits === 1
    ? [...packs, tiles]
    : [...packs, tiles, reducePartials(partials, output, { count: splits, size: m * n, width: n, epilogue })];
}

/** B in panels: as every task makes them, or as a kernel before leaves them for all. */
function panelsOf(
  context: PlanContext,
  { b, m, n, k, transposeB }: MatrixProduct,
): { packs: readonly Nest[]; panels: Pick<PackedProduct, "b" | "packing"> } {
  if (!context.isConstant(b) && m < MANY_ROWS)
    return { packs: [], panels: { b, packing: transposeB || m > FEW_ROWS ? "task" : "none" } };
  const packed = floats(context, "packed matrix", packedSize(n, k, context.panel));
  const [row, stride] = transposeB ? [1, k] : [n, 1];
  const packs = pack(context, {
    label: "pack matrix",
    from: b,
    to: packed,
    outputs: n,
    rows: [[k, row]],
    stride,
  });
  return { packs: [packs], panels: { b: packed, packing: "before" } };
}

/** How many partial sums one row's sum is cut into, and how long one is at least; chosen, not measured. */
const PARTIALS = { min: 8, max: 32, length: 64 };

/** One row times a matrix is bound by reading the matrix, so that is read once, in the order of memory (docs/performance/lab-notes.md). */
function singleRow(context: PlanContext, product: MatrixProduct): readonly Nest[] | undefined {
  const { m, n, k, a, b, output, epilogue, transposeB } = product;
  if (m > 1 || transposeB || n % 4 > 0) return undefined;
  const counts = Array.from({ length: PARTIALS.max - PARTIALS.min + 1 }, (_, i) => PARTIALS.max - i);
  const count = counts.find((n) => k % n === 0 && k / n >= PARTIALS.length);
  if (count === undefined) return undefined;
  const partials = floats(context, "partial sums", count, n);
  const term = times(
    load({ buffer: a, offset: 0, strides: [k / count, 0, 1] }),
    load({ buffer: b, offset: 0, strides: [(k / count) * n, 1, n] }),
  );
  const sums = nest({
    label: `${product.label} of one row`,
    axes: [count, n],
    reduce: [k / count],
    reductions: [{ combine: "sum", initial: 0, term }],
    writes: [{ access: { buffer: partials, offset: 0, strides: [n, 1, 0] }, value: reduction(0) }],
  });
  return [sums, reducePartials(partials, output, { count, size: n, width: n, epilogue })];
}

/** output[i] = Σ_p partials[p][i], then + bias and relu along the last axis of `width`. */
export function reducePartials(
  partials: Buffer,
  output: Buffer,
  {
    count,
    size,
    epilogue,
    width = size,
  }: { count: number; size: number; epilogue: MatrixProduct["epilogue"]; width?: number },
): Nest {
  const sum = reduction(0);
  const bias = epilogue.bias && load({ buffer: epilogue.bias, offset: 0, strides: [0, 1, 0] });
  const biased: Expr = bias ? plus(sum, bias) : sum;
  return nest({
    label: "reduce partial sums",
    axes: [size / width, width],
    reduce: [count],
    reductions: [
      { combine: "sum", initial: 0, term: load({ buffer: partials, offset: 0, strides: [width, 1, size] }) },
    ],
    writes: [
      {
        access: { buffer: output, offset: 0, strides: [width, 1, 0] },
        value: epilogue.relu ? maximumExpr(biased, constantExpr(0)) : biased,
      },
    ],
  });
}
