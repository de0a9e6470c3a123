import type { Value } from "../graph/graph.ts";
import { type Nest, type PackedProduct, mapLeaves, total } from "../kernels/index.ts";
import { buffersOf } from "./buffers.ts";
import type { ChosenKernel } from "./choose.ts";
import type { FuseOptions } from "./fuse.ts";
import { affinesOf, simplify } from "./simplify.ts";

/**
 * Lets a product hand its numbers to the elementwise kernel that alone reads them, while they are still in registers: the
 * update of a dense layer's weights then needs no gradient in memory. The product moves down to its reader's place.
 */
export function finishProducts(kernels: readonly ChosenKernel[], options: FuseOptions): ChosenKernel[] {
  const list: (ChosenKernel | undefined)[] = [...kernels];
  const readers = readersOf(kernels, options.root);
  for (const [i, kernel] of kernels.entries()) {
    if (kernel.kind !== "product") continue;
    const output = options.root(kernel.output);
    const [place, ...others] = readers.get(output) ?? [];
    if (place === undefined || others.length > 0 || options.kept.has(output)) continue;
    const reader = list[place];
    const finish = reader?.kind === "nest" ? finishOf(kernel, reader, options.root) : undefined;
    if (!finish) continue;
    list[i] = undefined;
    list[place] = { ...kernel, label: `${kernel.label}, ${reader!.label}`, finish };
  }
  return list.filter((kernel) => kernel !== undefined);
}

function readersOf(
  kernels: readonly ChosenKernel[],
  root: FuseOptions["root"],
): ReadonlyMap<Value, readonly number[]> {
  const readers = new Map<Value, number[]>();
  for (const [i, kernel] of kernels.entries())
    for (const buffer of new Set(buffersOf(kernel).reads.map(root)))
      readers.set(buffer, [...(readers.get(buffer) ?? []), i]);
  return readers;
}

/** The reader's work over the product's flat elements, if it is of that kind. */
function finishOf(product: PackedProduct, reader: Nest, root: FuseOptions["root"]): PackedProduct["finish"] {
  const { m, n, k, splits, blockK, panel, epilogue } = product;
  // One pass over the depth and whole panels, so that a tile's sums are final when it ends.
  if (splits > 1 || k > blockK || n % panel > 0 || epilogue.bias || epilogue.relu) return undefined;
  const simple = simplify(reader);
  const flat =
    simple.axes.length === 1 &&
    simple.axes[0] === m * n &&
    simple.reduce.length === 0 &&
    simple.guards.length === 0;
  const plain = affinesOf(simple).every(
    (affine) =>
      "buffer" in affine && affine.offset === 0 && affine.strides[0]! <= 1 && affine.strides[0]! >= 0,
  );
  if (!flat || !plain || simple.totals.length > 0) return undefined;
  const output = root(product.output);
  return simple.writes.map(({ access, value }) => ({
    access,
    value: mapLeaves(value, (leaf) =>
      leaf.kind === "load" && root(leaf.access.buffer) === output ? total(0) : leaf,
    ),
  }));
}
