import {
  type Convolution,
  type Kernel,
  type Nest,
  type TiledKernel,
  type Unpooling,
  type WinogradKernel,
} from "../kernels/index.ts";
import {
  directFilterGradient,
  directForward,
  directInputGradient,
  labelOf,
  spreadsOut,
  turnedGeometry,
} from "./direct.ts";
import { chooseProduct } from "./product.ts";
import type { Site } from "./site.ts";
import { suitsWinograd, winogradConvolution, winogradFilterGradient } from "./winograd.ts";

/** A kernel whose algorithm is settled. */
export type ChosenKernel = Nest | TiledKernel | WinogradKernel;

/** The algorithm for every convolution and product: packing, the tiles, and the sums of parts after them. */
export function chooseAlgorithms(site: Site, kernels: readonly Kernel[]): ChosenKernel[] {
  return kernels.flatMap((kernel): readonly ChosenKernel[] => {
    switch (kernel.kind) {
      case "nest":
        return [kernel];
      case "alias":
        return [];
      case "matrix":
        return chooseProduct(site, kernel);
      case "convolution":
        return chooseConvolution(site, kernel);
      default:
        return kernel satisfies never;
    }
  });
}

function chooseConvolution(site: Site, kernel: Convolution): readonly ChosenKernel[] {
  const { geometry: g, inputs } = kernel;
  const pointwise =
    g.filterHeight * g.filterWidth === 1 &&
    g.strides.every((s) => s === 1) &&
    g.padTop === 0 &&
    g.padLeft === 0;
  if (pointwise && g.outHeight === g.height && g.outWidth === g.width && !kernel.epilogue.pool)
    return [...spreadOut(site, kernel.unpool), ...pointwiseAsProduct(site, kernel)];
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
      };
      return suitsWinograd(g) ? winogradConvolution(site, request) : directForward(site, kernel);
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
      };
      if (suitsWinograd(g) && suitsWinograd(geometry)) return winogradConvolution(site, request);
      return directInputGradient(site, { dy: first, filters: second, dx: kernel.output }, g);
    }
    case "filterGradient": {
      const whole = spreadOut(site, kernel.unpool);
      if (!suitsWinograd(g))
        return [...(spreadsOut(kernel) ? [] : whole), ...directFilterGradient(site, kernel)];
      const values = { x: first, dy: second, dw: kernel.output };
      return [...whole, ...winogradFilterGradient(site, values, g)];
    }
    default:
      return kernel.direction satisfies never;
  }
}

/** A 1x1 convolution is a matrix product over the pixels. */
function pointwiseAsProduct(
  site: Site,
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
    return chooseProduct(site, {
      ...base,
      m: pixels,
      k: g.channels,
      n: g.filters,
      transposeA: false,
      transposeB: false,
    });
  if (direction === "inputGradient")
    return chooseProduct(site, {
      ...base,
      m: pixels,
      k: g.filters,
      n: g.channels,
      transposeA: false,
      transposeB: true,
    });
  return chooseProduct(site, {
    ...base,
    m: g.channels,
    k: pixels,
    n: g.filters,
    transposeA: true,
    transposeB: false,
  });
}

/** The kernels that write dy out, for an algorithm that reads it whole. */
const spreadOut = (site: Site, unpool: Unpooling | undefined): readonly ChosenKernel[] =>
  unpool ? chooseAlgorithms(site, unpool.kernels) : [];
