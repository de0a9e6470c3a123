import type { Value } from "../../graph/graph.ts";
import {
  type Expr,
  type MatrixProduct,
  type Nest,
  type PackedProduct,
  constant,
  load,
  maximum,
  nest,
  packedSize,
  plus,
  times,
  total,
} from "../../kernels/index.ts";
import { pack } from "./pack.ts";
import { MEGABYTE, type Site, evenParts, floats } from "../site.ts";

/** Rows of A up to which every number of B is used by one register tile alone. */
const FEW_ROWS = 4;

/** Rows of A from which so many tasks share B's panels that a kernel of its own packs them, though not once for many runs. */
const MANY_ROWS = 768;

/** Depth that is worked through at a time: what a task packs in its scratch stays small, B in memory is read in long runs. */
const BLOCK_K = { scratch: 256, memory: 1024 };

/** A product in blocks; a long sum over few outputs is cut in parts that are added afterwards. */
export function chooseProduct(site: Site, product: MatrixProduct): readonly (PackedProduct | Nest)[] {
  const { m, n, k, output, epilogue } = product;
  const single = singleRow(site, product);
  if (single) return single;
  const blockM = Math.min(m, 256);
  const blockN = Math.min(Math.ceil(n / site.panel) * site.panel, 128);
  const blocks = Math.ceil(m / blockM) * Math.ceil(n / blockN);
  // A long sum over few outputs is cut in parts, so that there is work for every core, and sums stay short.
  const most = Math.min(32, Math.ceil(k / 512), Math.max(1, Math.floor((4 * MEGABYTE) / (m * n))));
  const splits = blocks >= 8 || k < 1024 ? 1 : evenParts(k, most);
  const parts = splits === 1 ? output : floats(site, splits, m, n);
  const { packs, panels } = panelsOf(site, product);
  const packsInScratch = product.transposeA || panels.packing === "task";
  const tiles: PackedProduct = {
    ...product,
    kind: "product",
    ...panels,
    output: parts,
    splits,
    blockM,
    blockN,
    blockK: Math.min(k, BLOCK_K[packsInScratch ? "scratch" : "memory"]),
    panel: site.panel,
    epilogue: splits === 1 ? epilogue : {},
  };
  return splits === 1
    ? [...packs, tiles]
    : [...packs, tiles, sumParts(parts, output, { count: splits, size: m * n, width: n, epilogue })];
}

/** B in panels: as every task makes them, or as a kernel before leaves them for all. */
function panelsOf(
  site: Site,
  { b, m, n, k, transposeB }: MatrixProduct,
): { packs: readonly Nest[]; panels: Pick<PackedProduct, "b" | "packing"> } {
  if (!site.settled(b) && m < MANY_ROWS)
    return { packs: [], panels: { b, packing: transposeB || m > FEW_ROWS ? "task" : "none" } };
  const packed = floats(site, packedSize(n, k, site.panel));
  const [row, stride] = transposeB ? [1, k] : [n, 1];
  const packs = pack(site, {
    label: "pack matrix",
    from: b,
    to: packed,
    outputs: n,
    rows: [[k, row]],
    stride,
  });
  return { packs: [packs], panels: { b: packed, packing: "before" } };
}

/** How many parts one row's sum is cut in, at least and at most. */
const PARTS = { fewest: 8, most: 32 };

/** One row times a matrix is bound by reading the matrix, so that is read once, in the order of memory. */
function singleRow(site: Site, product: MatrixProduct): readonly Nest[] | undefined {
  const { m, n, k, a, b, output, epilogue, transposeB } = product;
  if (m > 1 || transposeB || n % 4 > 0) return undefined;
  const counts = Array.from({ length: PARTS.most - PARTS.fewest + 1 }, (_, i) => PARTS.most - i);
  const count = counts.find((parts) => k % parts === 0 && k / parts >= 64);
  if (count === undefined) return undefined;
  const parts = floats(site, count, n);
  const term = times(
    load({ buffer: a, offset: 0, strides: [k / count, 0, 1] }),
    load({ buffer: b, offset: 0, strides: [(k / count) * n, 1, n] }),
  );
  const sums = nest({
    label: `${product.label} of one row`,
    axes: [count, n],
    reduce: [k / count],
    totals: [{ combine: "sum", initial: 0, term }],
    writes: [{ access: { buffer: parts, offset: 0, strides: [n, 1, 0] }, value: total(0) }],
  });
  return [sums, sumParts(parts, output, { count, size: n, width: n, epilogue })];
}

/** output[i] = Σ_part parts[part][i], then + bias and relu along the last axis of `width`. */
export function sumParts(
  parts: Value,
  output: Value,
  {
    count,
    size,
    epilogue,
    width = size,
  }: { count: number; size: number; epilogue: MatrixProduct["epilogue"]; width?: number },
): Nest {
  const sum = total(0);
  const bias = epilogue.bias && load({ buffer: epilogue.bias, offset: 0, strides: [0, 1, 0] });
  const biased: Expr = bias ? plus(sum, bias) : sum;
  return nest({
    label: "sum of parts",
    axes: [size / width, width],
    reduce: [count],
    totals: [
      { combine: "sum", initial: 0, term: load({ buffer: parts, offset: 0, strides: [width, 1, size] }) },
    ],
    writes: [
      {
        access: { buffer: output, offset: 0, strides: [width, 1, 0] },
        value: epilogue.relu ? maximum(biased, constant(0)) : biased,
      },
    ],
  });
}
