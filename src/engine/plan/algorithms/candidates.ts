import {
  type ConvGeometry,
  type Convolution,
  type Kernel,
  type MatrixProduct,
  type WinogradSize,
  winogradSizes,
} from "../../kernels/index.ts";
import { type CostOptions, directCost, productCost, scatterCost, winogradCost } from "./cost.ts";
import { labelOf } from "../describeKernel.ts";
import { depthwiseCandidates } from "./depthwise.ts";
import {
  directFilterGradient,
  directForward,
  directInputGradient,
  scattersItself,
  flippedGeometry,
} from "./direct.ts";
import { packedProduct } from "./packedProduct.ts";
import type { Candidate, PlanContext, Workload } from "../types.ts";
import { transposedConvolution } from "./transposed.ts";
import { suitsWinograd, winogradConvolution, winogradFilterGradient } from "./winograd.ts";

/** The candidate that the cost model expects to be the fastest; the first of equals. */
export const cheapest = (candidates: readonly Candidate[]): Candidate =>
  candidates.reduce((best, one) => (one.cost < best.cost ? one : best));

/** Every algorithm that is correct for the shapes of this work; never none. */
export function candidatesOf(context: PlanContext, work: Workload): readonly Candidate[] {
  if (work.kind === "matrix") return [asProduct(context, work)];
  if (work.kind === "depthwise") return depthwiseCandidates(context, work);
  const product = pointwiseProduct(work);
  return [
    direct(context, work),
    ...inWinograd(context, work),
    ...(product ? [asProduct(context, product, work)] : []),
  ];
}

function asProduct(context: PlanContext, product: MatrixProduct, convolution?: Convolution): Candidate {
  return {
    algorithm: "packed product",
    cost: productCost(product) + (convolution ? scatterCost(convolution) : 0),
    kernels: () => [...(convolution ? scattered(convolution) : []), ...packedProduct(context, product)],
  };
}

/** Filters that follow only from parameters which the program does not update are prepared once. */
const costOptions = ({ isConstant }: PlanContext, { inputs }: Convolution): CostOptions => ({
  constantFilters: isConstant(inputs[1]),
});

function direct(context: PlanContext, work: Convolution): Candidate {
  const { direction, geometry: g } = work;
  const asItStands = direction !== "filterGradient" || scattersItself(work);
  return {
    algorithm: "direct",
    cost: directCost(work, costOptions(context, work)) + (asItStands ? 0 : scatterCost(work)),
    kernels: () => {
      if (direction === "forward") return directForward(context, work);
      if (direction === "inputGradient")
        return isStrided(g) ? transposedConvolution(context, work) : directInputGradient(context, work);
      return [...(asItStands ? [] : scattered(work)), ...directFilterGradient(context, work)];
    },
  };
}

const isStrided = ({ strides }: ConvGeometry): boolean => strides.some((step) => step > 1);

const tileNames = { 2: "2x2", 4: "4x4" } as const satisfies Record<WinogradSize, string>;

function inWinograd(context: PlanContext, work: Convolution): readonly Candidate[] {
  const { direction, geometry: g, inputs, output, epilogue } = work;
  const flipped = direction === "inputGradient";
  const geometry = flipped ? flippedGeometry(g) : g;
  if (!suitsWinograd(g) || !suitsWinograd(geometry)) return [];
  const [source, filters] = inputs;
  const label = labelOf(flipped ? "conv2d input gradient" : "conv2d", epilogue);
  return winogradSizes.map((size) => ({
    algorithm: `Winograd F(${tileNames[size]})`,
    cost: winogradCost(work, size, costOptions(context, work)) + scatterCost(work),
    kernels: () =>
      direction === "filterGradient"
        ? [
            ...scattered(work),
            ...winogradFilterGradient(context, { x: inputs[0], dy: inputs[1], dw: output, size }, g),
          ]
        : winogradConvolution(context, { label, size, source, filters, output, geometry, flipped, epilogue }),
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

/** The nests that write dy out, for an algorithm that reads it whole. */
const scattered = ({ unpool }: Convolution): readonly Kernel[] => unpool?.nests ?? [];
