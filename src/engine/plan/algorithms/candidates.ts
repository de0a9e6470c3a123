import {
  type Convolution,
  type Depthwise,
  type DepthwiseKernel,
  type Kernel,
  type MatrixProduct,
  type Nest,
  type TiledKernel,
  type WinogradKernel,
  type WinogradSize,
  winogradSizes,
} from "../../kernels/index.ts";
import { type CostOptions, directCost, productCost, spreadCost, winogradCost } from "./cost.ts";
import { depthwiseCandidates } from "./depthwise.ts";
import {
  directFilterGradient,
  directForward,
  directInputGradient,
  labelOf,
  spreadsOut,
  turnedGeometry,
} from "./direct.ts";
import { chooseProduct } from "./product.ts";
import type { Site } from "../site.ts";
import { suitsWinograd, winogradConvolution, winogradFilterGradient } from "./winograd.ts";

/** A kernel whose algorithm is settled. */
export type ChosenKernel = Nest | TiledKernel | WinogradKernel | DepthwiseKernel;

/** Work that more than one algorithm can do. */
export type Choosable = MatrixProduct | Convolution | Depthwise;

/** Ways to do a {@link Choosable}; which of them are correct depends on its shapes. */
export const algorithms = [
  "direct",
  "Winograd F(4x4)",
  "Winograd F(2x2)",
  "packed product",
  "vectors of channels",
  "loop nests",
] as const;

export type Algorithm = (typeof algorithms)[number];

/** One correct way to do a {@link Choosable}. */
export interface Candidate {
  readonly algorithm: Algorithm;
  /** What the cost model expects, in multiply-adds; only its ratio to the other candidates' counts. */
  readonly cost: number;
  /** Its kernels in order, and their temporaries entered at the site. */
  kernels(): readonly ChosenKernel[];
}

/** The algorithm for every convolution and product: packing, the tiles, and the sums of parts after them. */
export function chooseAlgorithms(site: Site, kernels: readonly Kernel[]): ChosenKernel[] {
  return kernels.flatMap((kernel): readonly ChosenKernel[] => {
    switch (kernel.kind) {
      case "nest":
        return [kernel];
      case "alias":
        return [];
      case "matrix":
      case "convolution":
      case "depthwise":
        return site.choose(candidatesOf(site, kernel), kernel).kernels();
      default:
        return kernel satisfies never;
    }
  });
}

/** The candidate that the cost model expects to be the fastest; the first of equals. */
export const cheapest = (candidates: readonly Candidate[]): Candidate =>
  candidates.reduce((best, one) => (one.cost < best.cost ? one : best));

/** Every algorithm that is correct for the shapes of this work; never none. */
function candidatesOf(site: Site, work: Choosable): readonly Candidate[] {
  if (work.kind === "matrix") return [asProduct(site, work)];
  if (work.kind === "depthwise")
    return depthwiseCandidates(site, work, () => chooseAlgorithms(site, work.loops));
  const product = pointwiseProduct(work);
  return [
    direct(site, work),
    ...inWinograd(site, work),
    ...(product ? [asProduct(site, product, work)] : []),
  ];
}

function asProduct(site: Site, product: MatrixProduct, convolution?: Convolution): Candidate {
  return {
    algorithm: "packed product",
    cost: productCost(product) + (convolution ? spreadCost(convolution) : 0),
    kernels: () => [...(convolution ? spreadOut(site, convolution) : []), ...chooseProduct(site, product)],
  };
}

/** Filters that follow from parameters which the program leaves alone are prepared once. */
const costOptions = ({ settled }: Site, { inputs }: Convolution): CostOptions => ({
  prepared: settled(inputs[1]),
});

function direct(site: Site, work: Convolution): Candidate {
  const { direction, geometry: g, inputs, output } = work;
  const bySelf = direction !== "filterGradient" || spreadsOut(work);
  return {
    algorithm: "direct",
    cost: directCost(work, costOptions(site, work)) + (bySelf ? 0 : spreadCost(work)),
    kernels: () => {
      if (direction === "forward") return directForward(site, work);
      if (direction === "inputGradient")
        return directInputGradient(site, { dy: inputs[0], filters: inputs[1], dx: output }, g);
      return [...(bySelf ? [] : spreadOut(site, work)), ...directFilterGradient(site, work)];
    },
  };
}

const tileNames = { 2: "2x2", 4: "4x4" } as const satisfies Record<WinogradSize, string>;

function inWinograd(site: Site, work: Convolution): readonly Candidate[] {
  const { direction, geometry: g, inputs, output, epilogue } = work;
  const turned = direction === "inputGradient";
  const geometry = turned ? turnedGeometry(g) : g;
  if (!suitsWinograd(g) || !suitsWinograd(geometry)) return [];
  const [source, filters] = inputs;
  const label = turned ? "conv2d input gradient" : labelOf(epilogue);
  return winogradSizes.map((size) => ({
    algorithm: `Winograd F(${tileNames[size]})`,
    cost: winogradCost(work, size, costOptions(site, work)) + spreadCost(work),
    kernels: () =>
      direction === "filterGradient"
        ? [
            ...spreadOut(site, work),
            ...winogradFilterGradient(site, { x: inputs[0], dy: inputs[1], dw: output, size }, g),
          ]
        : winogradConvolution(site, { label, size, source, filters, output, geometry, turned, epilogue }),
  }));
}

/** A 1x1 convolution of stride 1 without padding or pooling is a matrix product over the pixels. */
function pointwiseProduct({
  direction,
  geometry: g,
  inputs: [a, b],
  output,
  epilogue,
}: Convolution): MatrixProduct | undefined {
  const isPointwise =
    g.filterHeight * g.filterWidth === 1 &&
    g.strides.every((s) => s === 1) &&
    g.padTop === 0 &&
    g.padLeft === 0 &&
    g.outHeight === g.height &&
    g.outWidth === g.width;
  if (!isPointwise || epilogue.pool) return undefined;
  const pixels = g.n * g.height * g.width;
  const sizes = {
    forward: { m: pixels, k: g.channels, n: g.filters, transposeA: false, transposeB: false },
    inputGradient: { m: pixels, k: g.filters, n: g.channels, transposeA: false, transposeB: true },
    filterGradient: { m: g.channels, k: pixels, n: g.filters, transposeA: true, transposeB: false },
  }[direction];
  return { kind: "matrix", label: `1x1 conv2d ${direction}`, a, b, output, epilogue, ...sizes };
}

/** The kernels that write dy out, for an algorithm that reads it whole. */
const spreadOut = (site: Site, { unpool }: Convolution): readonly ChosenKernel[] =>
  unpool ? chooseAlgorithms(site, unpool.kernels) : [];
