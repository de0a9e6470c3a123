import type { Graph, Value } from "../graph/graph.ts";
import { temporaryValue } from "../graph/graph.ts";
import {
  type Convolution,
  type ConvGeometry,
  type Expr,
  type Kernel,
  type MatrixProduct,
  type Nest,
  type TiledKernel,
  type Unpooling,
  type WinogradKernel,
  constant,
  load,
  maximum,
  nest,
  packedSize,
  plus,
  total,
} from "../kernels/index.ts";

import { suitsWinograd, winogradConvolution, winogradFilterGradient } from "./winograd.ts";

/** Outputs that a tile computes side by side, in floats. 8 suits 128-bit vectors: larger tiles spill. */
const PANEL = 8;
const MEGABYTE = 1 << 20;

/** A kernel whose algorithm is settled. */
export type ChosenKernel = Nest | TiledKernel | WinogradKernel;

/** The algorithm for every convolution and product: packing, the tiles, and the sums of parts after them. */
export function chooseAlgorithms(graph: Graph, kernels: readonly Kernel[]): ChosenKernel[] {
  return kernels.flatMap((kernel): readonly ChosenKernel[] => {
    switch (kernel.kind) {
      case "nest":
        return [kernel];
      case "alias":
        return [];
      case "matrix":
        return chooseProduct(graph, kernel);
      case "convolution":
        return chooseConvolution(graph, kernel);
      default:
        return kernel satisfies never;
    }
  });
}

const floats = (graph: Graph, ...shape: number[]): Value => temporaryValue(graph, { shape, dtype: "f32" });

function chooseConvolution(graph: Graph, kernel: Convolution): readonly ChosenKernel[] {
  const { geometry: g, inputs } = kernel;
  const pointwise =
    g.filterHeight * g.filterWidth === 1 &&
    g.strides.every((s) => s === 1) &&
    g.padTop === 0 &&
    g.padLeft === 0;
  if (pointwise && g.outHeight === g.height && g.outWidth === g.width && !kernel.epilogue.pool)
    return [...spreadOut(graph, kernel.unpool), ...pointwiseAsProduct(graph, kernel)];
  const [first, second] = inputs;
  switch (kernel.direction) {
    case "forward": {
      const { output, epilogue } = kernel;
      const request = {
        label: labelOf(epilogue),
        source: first,
        filters: second,
        output,
        geometry: g,
        turned: false,
        epilogue,
        panel: PANEL,
      };
      return suitsWinograd(g) ? winogradConvolution(graph, request) : directForward(graph, kernel);
    }
    case "inputGradient": {
      const geometry = turnedGeometry(g);
      const request = {
        label: "conv2d input gradient",
        source: first,
        filters: second,
        output: kernel.output,
        geometry,
        turned: true,
        epilogue: {},
        panel: PANEL,
      };
      if (suitsWinograd(g) && suitsWinograd(geometry)) return winogradConvolution(graph, request);
      return directInputGradient(graph, { dy: first, filters: second, dx: kernel.output }, g);
    }
    case "filterGradient": {
      if (!suitsWinograd(g)) return directFilterGradient(graph, kernel);
      const values = { x: first, dy: second, dw: kernel.output };
      return [
        ...spreadOut(graph, kernel.unpool),
        ...winogradFilterGradient(graph, values, { geometry: g, panel: PANEL }),
      ];
    }
    default:
      return kernel.direction satisfies never;
  }
}

const labelOf = (epilogue: Convolution["epilogue"]): string =>
  ["conv2d", epilogue.bias && "bias", epilogue.pool && "pool", epilogue.relu && "relu"]
    .filter(Boolean)
    .join("+");

/** The convolution from dy to dx when the strides are 1, or when dy is spread by them. */
const turnedGeometry = (g: ConvGeometry): ConvGeometry => ({
  ...g,
  height: g.outHeight,
  width: g.outWidth,
  channels: g.filters,
  outHeight: g.height,
  outWidth: g.width,
  filters: g.channels,
  strides: [1, 1],
  padTop: (g.filterHeight - 1) * g.dilation[0] - g.padTop,
  padLeft: (g.filterWidth - 1) * g.dilation[1] - g.padLeft,
});

/** A 1x1 convolution is a matrix product over the pixels. */
function pointwiseAsProduct(
  graph: Graph,
  { direction, geometry: g, inputs: [first, second], output, epilogue }: Convolution,
): readonly ChosenKernel[] {
  const pixels = g.n * g.height * g.width;
  const base = {
    kind: "matrix",
    label: `1x1 conv2d ${direction}`,
    a: first,
    b: second,
    output,
    epilogue,
  } as const;
  if (direction === "forward")
    return chooseProduct(graph, {
      ...base,
      m: pixels,
      k: g.channels,
      n: g.filters,
      transposeA: false,
      transposeB: false,
    });
  if (direction === "inputGradient")
    return chooseProduct(graph, {
      ...base,
      m: pixels,
      k: g.filters,
      n: g.channels,
      transposeA: false,
      transposeB: true,
    });
  return chooseProduct(graph, {
    ...base,
    m: g.channels,
    k: pixels,
    n: g.filters,
    transposeA: true,
    transposeB: false,
  });
}

/** Output rows a task computes: enough work to be worth a task, few enough that its source rows stay in cache. */
function rowsPerTask(g: ConvGeometry, pooled: boolean): number {
  const perRow = g.outWidth * g.filters * g.channels * g.filterHeight * g.filterWidth;
  const rowBytes = 4 * g.channels * ((g.outWidth - 1) * g.strides[1] + g.filterWidth);
  const byWork = Math.ceil(2_000_000 / perRow);
  const byCache = Math.max(1, Math.floor(131_072 / (rowBytes * g.strides[0])));
  const rows = Math.min(byWork, byCache, g.outHeight);
  return pooled ? Math.min(g.outHeight & ~1, Math.max(2, rows & ~1)) : Math.max(1, rows);
}

function directForward(
  graph: Graph,
  { geometry: g, inputs: [source, filters], output, epilogue }: Convolution,
): readonly ChosenKernel[] {
  const depth = g.filterHeight * g.filterWidth * g.channels;
  const packed = floats(graph, packedSize(g.filters, depth, PANEL));
  return [
    pack({ from: filters, to: packed, outputs: g.filters, rows: [[depth, g.filters]], stride: 1 }),
    {
      kind: "direct",
      label: labelOf(epilogue),
      source,
      packed,
      output,
      geometry: g,
      spread: [1, 1],
      epilogue,
      panel: PANEL,
      rows: rowsPerTask(g, epilogue.pool !== undefined),
    },
  ];
}

/** dx is a convolution of dy, spread by the strides, with the filters turned round. */
function directInputGradient(
  graph: Graph,
  { dy, filters, dx }: { dy: Value; filters: Value; dx: Value },
  g: ConvGeometry,
): readonly ChosenKernel[] {
  const depth = g.filterHeight * g.filterWidth * g.filters;
  const packed = floats(graph, packedSize(g.channels, depth, PANEL));
  const [tap, row] = [g.channels * g.filters, g.filterWidth * g.channels * g.filters];
  const turned = turnedGeometry(g);
  const last = (g.filterHeight - 1) * row + (g.filterWidth - 1) * tap;
  return [
    pack({
      from: filters,
      to: packed,
      outputs: g.channels,
      rows: [
        [g.filterHeight, -row],
        [g.filterWidth, -tap],
        [g.filters, 1],
      ],
      stride: g.filters,
      offset: last,
    }),
    {
      kind: "direct",
      label: "conv2d input gradient",
      source: dy,
      packed,
      output: dx,
      geometry: turned,
      spread: g.strides,
      epilogue: {},
      panel: PANEL,
      rows: rowsPerTask(turned, false),
    },
  ];
}

interface Packing {
  readonly from: Value;
  readonly to: Value;
  /** Number of outputs; element o of a panel is read at `o · stride`. */
  readonly outputs: number;
  readonly stride: number;
  /** Extents and strides of the depth's loops, outermost first. */
  readonly rows: readonly (readonly [number, number])[];
  readonly offset?: number;
}

/** Regroups filters into panels, with zeros beyond the last output. */
function pack({ from, to, outputs, stride, rows, offset = 0 }: Packing): Nest {
  const panels = Math.ceil(outputs / PANEL);
  const depth = rows.reduce((product, [extent]) => product * extent, 1);
  const inner = rows.map((_, i) => rows.slice(i + 1).reduce((product, [extent]) => product * extent, PANEL));
  const whole = outputs % PANEL === 0;
  // Loops: panel, depth…, output in panel | one pass whose guard is the output's number.
  const still = rows.map(() => 0);
  const strides = rows.map(([, step]) => step);
  const read = whole
    ? load({ buffer: from, offset, strides: [PANEL * stride, ...strides, stride] })
    : load({ buffer: from, offset, strides: [0, ...strides, 0, 0, stride] });
  const write = { buffer: to, offset: 0, strides: [depth * PANEL, ...inner, 1, ...(whole ? [] : [0, 0])] };
  const axes = [panels, ...rows.map(([extent]) => extent), PANEL];
  if (whole) return nest({ label: "pack filters", axes, writes: [{ access: write, value: read }] });
  return nest({
    label: "pack filters",
    axes,
    reduce: [1],
    guards: [{ strides: [PANEL, ...still, 1, 0], offset: 0, divisor: 1, limit: outputs }],
    totals: [{ combine: "last", initial: 0, term: read }],
    writes: [{ access: write, value: total(0) }],
  });
}

function directFilterGradient(graph: Graph, kernel: Convolution): readonly ChosenKernel[] {
  const { geometry: g, inputs, output: dw, unpool } = kernel;
  const size = g.filterHeight * g.filterWidth * g.channels * g.filters;
  // Parts beyond 32 MiB cost more memory traffic than they save in waiting.
  const chunks = evenParts(g.n, Math.max(1, Math.min(g.n, 16, Math.floor((8 * MEGABYTE) / size))));
  const parts = chunks === 1 ? dw : floats(graph, chunks, size);
  const rowBytes = 4 * (g.channels * g.width + g.filters * g.outWidth);
  const rows = Math.max(1, Math.min(g.outHeight, Math.floor(32_768 / rowBytes)));
  const spreads =
    unpool !== undefined && g.filters % 4 === 0 && g.outHeight % 2 === 0 && g.outWidth % 2 === 0;
  const tiles = {
    kind: "directFilter",
    label: "conv2d filter gradient",
    source: inputs[0],
    gradient: spreads ? unpool.gradient : inputs[1],
    ...(spreads && { positions: unpool.positions }),
    parts,
    geometry: g,
    chunks,
    // With enough chunks to share out, one task does all filter rows, and dy is read (or spread out) once.
    filterRows: spreads || chunks >= 8 ? g.filterHeight : 1,
    panel: PANEL,
    rows: spreads ? Math.max(2, rows & ~1) : rows,
  } as const;
  const sum = chunks === 1 ? [] : [sumParts(parts, dw, { count: chunks, size, epilogue: {} })];
  return [...(spreads ? [] : spreadOut(graph, unpool)), tiles, ...sum];
}

/** The kernels that write dy out, for an algorithm that reads it whole. */
const spreadOut = (graph: Graph, unpool: Unpooling | undefined): readonly ChosenKernel[] =>
  unpool ? chooseAlgorithms(graph, unpool.kernels) : [];

/** At most `wanted` parts of equal size, none of them empty. */
const evenParts = (count: number, wanted: number): number => Math.ceil(count / Math.ceil(count / wanted));

/** output[i] = Σ_part parts[part][i], then + bias and relu along the last axis of `width`. */
function sumParts(
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

function chooseProduct(graph: Graph, product: MatrixProduct): readonly ChosenKernel[] {
  const { m, n, k, output, epilogue } = product;
  const blockM = Math.min(m, 256);
  const blockN = Math.min(Math.ceil(n / PANEL) * PANEL, 64);
  const blocks = Math.ceil(m / blockM) * Math.ceil(n / blockN);
  // A long sum over few outputs is cut in parts, so that there is work for every core, and sums stay short.
  const most = Math.min(32, Math.ceil(k / 512), Math.max(1, Math.floor((4 * MEGABYTE) / (m * n))));
  const splits = blocks >= 8 || k < 1024 ? 1 : evenParts(k, most);
  const parts = splits === 1 ? output : floats(graph, splits, m, n);
  const tiles: TiledKernel = {
    ...product,
    kind: "product",
    output: parts,
    splits,
    blockM,
    blockN,
    blockK: Math.min(k, 256),
    panel: PANEL,
    epilogue: splits === 1 ? epilogue : {},
  };
  return splits === 1
    ? [tiles]
    : [tiles, sumParts(parts, output, { count: splits, size: m * n, width: n, epilogue })];
}
