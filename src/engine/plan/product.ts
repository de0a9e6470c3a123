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

/** A product in blocks; a long sum over few outputs is cut in parts that are added afterwards. */
export function chooseProduct(site: Site, product: MatrixProduct): readonly (PackedProduct | Nest)[] {
  const { m, n, k, output, epilogue } = product;
  const blockM = Math.min(m, 256);
  const blockN = Math.min(Math.ceil(n / site.panel) * site.panel, 128);
  const blocks = Math.ceil(m / blockM) * Math.ceil(n / blockN);
  // A long sum over few outputs is cut in parts, so that there is work for every core, and sums stay short.
  const most = Math.min(32, Math.ceil(k / 512), Math.max(1, Math.floor((4 * MEGABYTE) / (m * n))));
  const splits = blocks >= 8 || k < 1024 ? 1 : evenParts(k, most);
  const parts = splits === 1 ? output : floats(site, splits, m, n);
  const tiles: PackedProduct = {
    ...product,
    kind: "product",
    packs: product.transposeB || m > FEW_ROWS,
    output: parts,
    splits,
    blockM,
    blockN,
    blockK: Math.min(k, 256),
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
