import type {
  Convolution,
  DepthwiseRows,
  DepthwiseSums,
  DirectConvolution,
  DirectFilterGradient,
  Kernel,
  PackedProduct,
  TransposedConvolution,
  WinogradConvolution,
  WinogradFilterGradient,
  WinogradFilterSums,
  WinogradFilters,
} from "../../../src/engine/kernels/index.ts";
import { positionStride } from "../../../src/engine/kernels/index.ts";
import { type Memory, type Numbers, runNest } from "./nest.ts";
import { finish, tapsOf, unpooled } from "./op.ts";

// What the kernels of a plan mean, by the definitions of what they compute and the layouts that src/engine/kernels documents.
// Nothing is transformed into Winograd's domain: the first nine of its positions hold the nine taps instead.

/** Runs one kernel, one number at a time. */
export function runKernel(kernel: Kernel, memory: Memory): void {
  switch (kernel.kind) {
    case "nest":
      return runNest(kernel, memory);
    case "direct":
      return runDirect(kernel, memory);
    case "directFilter":
      return runDirectFilter(kernel, memory);
    case "product":
      return runProduct(kernel, memory);
    case "transposed":
      return runTransposed(kernel, memory);
    case "depthwiseRows":
      return runDepthwiseRows(kernel, memory);
    case "depthwiseSums":
      return runDepthwiseSums(kernel, memory);
    case "winogradFilters":
      return runWinogradFilters(kernel, memory);
    case "winograd":
      return runWinograd(kernel, memory);
    case "winogradFilterSums":
      return runWinogradFilterSums(kernel, memory);
    case "winogradFilterGradient":
      return runWinogradFilterGradient(kernel, memory);
    default:
      return kernel satisfies never;
  }
}

/** Element (depth, output) of what is packed in panels: [ceil(outputs / panel)][depth][panel]. */
const inPanels = (depth: number, output: number, { of, panel }: { of: number; panel: number }): number =>
  (Math.floor(output / panel) * of + depth) * panel + (output % panel);

const mapSize = (g: Convolution["geometry"]) => ({
  n: g.n,
  height: g.outHeight,
  width: g.outWidth,
  channels: g.filters,
});

const sumsOf = (g: Convolution["geometry"]): Float64Array =>
  new Float64Array(g.n * g.outHeight * g.outWidth * g.filters);

function runDirect(
  { geometry: g, source, packed, output, epilogue, panel }: DirectConvolution,
  memory: Memory,
): void {
  const [from, filters, sums] = [memory(source), memory(packed), sumsOf(g)];
  const depth = g.filterHeight * g.filterWidth * g.channels;
  for (const { x, w, y } of tapsOf(g)) {
    const place = inPanels(Math.floor(w / g.filters), w % g.filters, { of: depth, panel });
    sums[y]! += from[x]! * filters[place]!;
  }
  finish(sums, epilogue, { size: mapSize(g), output, memory });
}

function runTransposed(
  { geometry: g, source, packed, output, epilogue, panel }: TransposedConvolution,
  memory: Memory,
): void {
  const [from, filters] = [memory(source), memory(packed)];
  const size = { n: g.n, height: g.height, width: g.width, channels: g.channels };
  const sums = new Float64Array(g.n * g.height * g.width * g.channels);
  const taps = g.filterHeight * g.filterWidth;
  for (const { x, w, y } of tapsOf(g)) {
    const [tap, c, k] = [
      Math.floor(w / (g.channels * g.filters)),
      Math.floor(w / g.filters) % g.channels,
      w % g.filters,
    ];
    const place = inPanels((taps - 1 - tap) * g.filters + k, c, { of: taps * g.filters, panel });
    sums[x]! += from[y]! * filters[place]!;
  }
  finish(sums, epilogue, { size, output, memory });
}

function runDirectFilter(
  { geometry: g, source, gradient, positions, partials, chunks }: DirectFilterGradient,
  memory: Memory,
): void {
  const from = memory(source);
  const dy = positions ? unpooled(g, memory(gradient), memory(positions)) : memory(gradient);
  const into = memory(partials).fill(0);
  const size = g.filterHeight * g.filterWidth * g.channels * g.filters;
  for (const { x, w, y, n } of tapsOf(g))
    into[Math.floor(n / Math.ceil(g.n / chunks)) * size + w]! += from[x]! * dy[y]!;
}

function runProduct(product: PackedProduct, memory: Memory): void {
  const { a, output, m, n, k, splits, transposeA, epilogue } = product;
  const [left, right] = [memory(a), plainColumns(product, memory)];
  const sums = new Float64Array(splits * m * n);
  const part = Math.ceil(k / splits);
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++)
      for (let l = 0; l < k; l++)
        sums[(Math.floor(l / part) * m + i) * n + j]! +=
          left[transposeA ? l * m + i : i * k + l]! * right[l * n + j]!;
  if (splits > 1) memory(output).set(sums);
  else finish(sums, epilogue, { size: { n: 1, height: 1, width: m, channels: n }, output, memory });
}

/** B [k, n] as it is, turned, or taken out of its panels. */
function plainColumns({ b, k, n, panel, packing, transposeB }: PackedProduct, memory: Memory): Numbers {
  const from = memory(b);
  if (packing === "before")
    return Float64Array.from(
      { length: k * n },
      (_, i) => from[inPanels(Math.floor(i / n), i % n, { of: k, panel })]!,
    );
  return transposeB
    ? Float64Array.from({ length: k * n }, (_, i) => from[(i % n) * k + Math.floor(i / n)]!)
    : from;
}

/** A depthwise convolution's taps: those of an ordinary one in which a channel meets only itself. */
function* depthwiseTaps(g: Convolution["geometry"]) {
  const { channels, filters } = g;
  for (const tap of tapsOf({ ...g, channels: 1, filters: 1 }))
    for (let c = 0; c < channels; c++)
      yield { ...tap, x: tap.x * channels + c, w: tap.w * channels + c, y: tap.y * filters + c };
}

function runDepthwiseRows(
  { geometry: g, direction, source, filters, output, epilogue }: DepthwiseRows,
  memory: Memory,
): void {
  const [from, w] = [memory(source), memory(filters)];
  if (direction === "forward") {
    const sums = sumsOf(g);
    for (const tap of depthwiseTaps(g)) sums[tap.y]! += from[tap.x]! * w[tap.w]!;
    return finish(sums, epilogue, { size: mapSize(g), output, memory });
  }
  const into = memory(output).fill(0);
  for (const tap of depthwiseTaps(g)) into[tap.x]! += from[tap.y]! * w[tap.w]!;
}

function runDepthwiseSums(
  { geometry: g, source, gradient, partials, maxRows, tiles }: DepthwiseSums,
  memory: Memory,
): void {
  const [from, dy, into] = [memory(source), memory(gradient), memory(partials).fill(0)];
  const size = g.filterHeight * g.filterWidth * g.channels;
  for (const { x, w, y, n } of depthwiseTaps(g)) {
    const row = Math.floor(y / (g.outWidth * g.filters)) % g.outHeight;
    const tile = n * Math.ceil(g.outHeight / maxRows) + Math.floor(row / maxRows);
    into[Math.floor(tile / tiles) * size + w]! += from[x]! * dy[y]!;
  }
}

const TAPS = 9;

function runWinogradFilters(
  { filters, transformed, channels, outputs, flipped, panel }: WinogradFilters,
  memory: Memory,
): void {
  const [from, into] = [memory(filters), memory(transformed)];
  const stride = positionStride(channels * Math.ceil(outputs / panel) * panel);
  for (let tap = 0; tap < TAPS; tap++)
    for (let c = 0; c < channels; c++)
      for (let k = 0; k < outputs; k++) {
        const at = flipped
          ? ((TAPS - 1 - tap) * outputs + k) * channels + c
          : (tap * channels + c) * outputs + k;
        into[tap * stride + inPanels(c, k, { of: channels, panel })] = from[at]!;
      }
}

function runWinograd(
  { geometry: g, source, transformed, output, epilogue, panel }: WinogradConvolution,
  memory: Memory,
): void {
  const [from, taps, sums] = [memory(source), memory(transformed), sumsOf(g)];
  const stride = positionStride(g.channels * Math.ceil(g.filters / panel) * panel);
  for (const { x, w, y } of tapsOf(g)) {
    const [tap, c, k] = [
      Math.floor(w / (g.channels * g.filters)),
      Math.floor(w / g.filters) % g.channels,
      w % g.filters,
    ];
    sums[y]! += from[x]! * taps[tap * stride + inPanels(c, k, { of: g.channels, panel })]!;
  }
  finish(sums, epilogue, { size: mapSize(g), output, memory });
}

function runWinogradFilterSums(
  { geometry: g, size, source, gradient, partials, chunks }: WinogradFilterSums,
  memory: Memory,
): void {
  const [from, dy, into] = [memory(source), memory(gradient), memory(partials).fill(0)];
  const numbers = g.channels * g.filters;
  const chunk = (size + 2) ** 2 * positionStride(numbers);
  const [down, right] = [Math.ceil(g.outHeight / size), Math.ceil(g.outWidth / size)];
  const run = Math.ceil((g.n * down * right) / chunks);
  for (const { x, w, y, n } of tapsOf(g)) {
    const column = Math.floor(y / g.filters) % g.outWidth;
    const row = Math.floor(y / (g.filters * g.outWidth)) % g.outHeight;
    const tile = (n * down + Math.floor(row / size)) * right + Math.floor(column / size);
    const place = Math.floor(w / numbers) * positionStride(numbers) + (w % numbers);
    into[Math.floor(tile / run) * chunk + place]! += from[x]! * dy[y]!;
  }
}

function runWinogradFilterGradient(
  { size, partials, output, channels, outputs, chunks }: WinogradFilterGradient,
  memory: Memory,
): void {
  const [from, into] = [memory(partials), memory(output)];
  const numbers = channels * outputs;
  const chunk = (size + 2) ** 2 * positionStride(numbers);
  for (let i = 0; i < TAPS * numbers; i++) {
    into[i] = 0;
    const place = Math.floor(i / numbers) * positionStride(numbers) + (i % numbers);
    for (let c = 0; c < chunks; c++) into[i]! += from[c * chunk + place]!;
  }
}
