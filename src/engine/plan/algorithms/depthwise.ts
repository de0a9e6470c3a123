import type { ConvGeometry, Depthwise, DepthwiseKernel, Nest } from "../../kernels/index.ts";
import type { Candidate, ChosenKernel } from "./candidates.ts";
import { depthwiseCost, depthwiseNestCost } from "./cost.ts";
import { sumParts } from "./product.ts";
import { type Site, floats } from "../site.ts";

/** The most taps above each other, and the longest step, for which a tile stays in registers. */
const MOST_TAPS = 3;
const LONGEST_STEP = 2;

/** Rows of a tile: six sums, three taps and a pixel fill ten of sixteen registers. */
const TALLEST = 6;

/** Multiply-adds that are worth a task, and that are enough for one. */
const [WORTH, ENOUGH] = [32_768, 1_048_576];

/** Pixels that one float32 sum runs over, about: it loses a digit for every ten thousand. */
const LONGEST_SUM = 4096;

/** The ways to do a depthwise convolution; `lowered` are its loop nests. */
export function depthwiseCandidates(
  site: Site,
  work: Depthwise,
  lowered: () => readonly ChosenKernel[],
): readonly Candidate[] {
  const loops: Candidate = {
    algorithm: "loop nests",
    cost: depthwiseNestCost(work.geometry),
    kernels: lowered,
  };
  if (!suitsVectors(work.geometry)) return [loops];
  return [
    {
      algorithm: "vectors of channels",
      cost: depthwiseCost(work.geometry),
      kernels: () => onVectors(site, work),
    },
    loops,
  ];
}

const suitsVectors = (g: ConvGeometry): boolean =>
  g.channels % 4 === 0 &&
  g.filterHeight <= MOST_TAPS &&
  g.strides.every((step) => step <= LONGEST_STEP) &&
  g.dilation.every((distance) => distance === 1);

function onVectors(site: Site, work: Depthwise): readonly (DepthwiseKernel | Nest)[] {
  const { direction, geometry: g, inputs, output, epilogue } = work;
  if (direction === "filterGradient") return filterGradient(site, work);
  const cut =
    direction === "forward"
      ? cutTiles(g, [g.outHeight, g.outWidth], tallestTile(g))
      : cutTiles(g, [g.height, g.width], TALLEST);
  const [source, filters] = inputs;
  const label = labelOf(work);
  const { panel } = site;
  return [
    {
      kind: "depthwiseRows",
      label,
      direction,
      geometry: g,
      source,
      filters,
      output,
      epilogue,
      panel,
      ...cut,
    },
  ];
}

/** A stride of 2 reads two rows for each of the output: a shorter tile reads as many rows side by side as processors fetch ahead. */
const tallestTile = (g: ConvGeometry): number => (g.strides[0] === 1 ? TALLEST : 4);

function labelOf({ direction, epilogue: { bias, least, most } }: Depthwise): string {
  if (direction === "inputGradient") return "depthwise conv2d input gradient";
  const clips = least !== undefined || most !== undefined;
  return ["depthwise conv2d", bias && "bias", clips && "clip"].filter(Boolean).join("+");
}

type Cut = Pick<DepthwiseKernel, "tallest" | "tiles">;

/** Tiles of a map of so many rows and columns: enough work for a task, few enough tiles that 32 threads find some. */
function cutTiles(g: ConvGeometry, [height, width]: readonly [number, number], tallest: number): Cut {
  const all = g.n * Math.ceil(height / tallest);
  const perTile = Math.min(height, tallest) * width * g.channels * g.filterHeight * g.filterWidth;
  const least = Math.ceil(WORTH / perTile);
  const most = Math.ceil(ENOUGH / perTile);
  return { tallest, tiles: Math.max(least, Math.min(most, Math.ceil(all / 32))) };
}

/** dw in runs of tiles, added in order afterwards. */
function filterGradient(
  site: Site,
  { geometry: g, inputs, output }: Depthwise,
): readonly (DepthwiseKernel | Nest)[] {
  const size = g.filterHeight * g.filterWidth * g.channels;
  const tallest = tallestTile(g);
  const all = g.n * Math.ceil(g.outHeight / tallest);
  const pixels = g.n * g.outHeight * g.outWidth;
  const byWork = Math.min(16, Math.floor((pixels * size) / WORTH));
  const bySums = Math.ceil(pixels / LONGEST_SUM);
  const tiles = Math.max(1, Math.floor(all / Math.max(1, byWork, bySums)));
  const runs = Math.ceil(all / tiles);
  const parts = runs === 1 ? output : floats(site, runs, size);
  const [source, gradient] = inputs;
  const label = "depthwise conv2d filter gradient";
  const cut = { tallest, tiles, panel: site.panel };
  const sums: DepthwiseKernel = {
    kind: "depthwiseSums",
    label,
    geometry: g,
    source,
    gradient,
    parts,
    ...cut,
  };
  return runs === 1 ? [sums] : [sums, sumParts(parts, output, { count: runs, size, epilogue: {} })];
}
