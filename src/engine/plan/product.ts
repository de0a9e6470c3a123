import type { Value } from "../graph/graph.ts";
import {
  type Expr,
  type MatrixProduct,
  type Nest,
  type PackedProduct,
  constant,
  load,
  maximum,
  nest,
  plus,
  total,
} from "../kernels/index.ts";
import { MEGABYTE, type Site, evenParts, floats } from "./site.ts";

/** Rows of A up to which every number of B is used by one register tile alone. */
const FEW_ROWS = 4;

/** Depth up to which a register tile is finished in one pass. */
const ONE_PASS = 256;

/**
 * A few rows times a wide transposed B: with the operands changed over, B is read as it lies and only the few rows are
 * regrouped; the tiles turn as they are stored.
 */
function changedOver(site: Site, product: MatrixProduct): PackedProduct | undefined {
  const { m, n, k, transposeA, transposeB, epilogue, a, b } = product;
  const suits =
    transposeB && !transposeA && m <= 32 && n >= 8 * m && k <= ONE_PASS && !epilogue.bias && !epilogue.relu;
  if (!suits) return undefined;
  return {
    ...product,
    kind: "product",
    a: b,
    b: a,
    m: n,
    n: m,
    transposeB: true,
    turned: true,
    packs: true,
    splits: 1,
    blockM: Math.min(n, 256),
    blockN: Math.ceil(m / site.panel) * site.panel,
    blockK: k,
    panel: site.panel,
  };
}

/** A product in blocks; a long sum over few outputs is cut in parts that are added afterwards. */
export function chooseProduct(site: Site, product: MatrixProduct): readonly (PackedProduct | Nest)[] {
  const turned = changedOver(site, product);
  if (turned) return [turned];
  const { m, n, k, output, epilogue } = product;
  const blockM = Math.min(m, 256);
  const blockN = Math.min(Math.ceil(n / site.panel) * site.panel, 64);
  const blocks = Math.ceil(m / blockM) * Math.ceil(n / blockN);
  // A long sum over few outputs is cut in parts, so that there is work for every core, and sums stay short.
  const most = Math.min(32, Math.ceil(k / 512), Math.max(1, Math.floor((4 * MEGABYTE) / (m * n))));
  const splits = blocks >= 8 || k < 1024 ? 1 : evenParts(k, most);
  const parts = splits === 1 ? output : floats(site, splits, m, n);
  const tiles: PackedProduct = {
    ...product,
    kind: "product",
    turned: false,
    packs: product.transposeB || m > FEW_ROWS,
    output: parts,
    splits,
    blockM,
    blockN,
    blockK: Math.min(k, ONE_PASS),
    panel: site.panel,
    epilogue: splits === 1 ? epilogue : {},
  };
  return splits === 1
    ? [tiles]
    : [tiles, sumParts(parts, output, { count: splits, size: m * n, width: n, epilogue })];
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
