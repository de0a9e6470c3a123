import type { ConvGeometry, Depthwise, DepthwiseKernel, Nest } from "../../kernels/index.ts";
import { labelOf } from "../describeKernel.ts";
import { depthwiseCost, depthwiseNestCost } from "./cost.ts";
import { reducePartials } from "./packedProduct.ts";
import type { Candidate, PlanContext } from "../types.ts";
import { floats } from "./sizing.ts";

/** Taps above each other, and the stride, up to which a tile stays in its sixteen registers. */
const MAX_TAPS = 3;
const MAX_STRIDE = 2;

/** Rows of a tile: six sums, three taps and a pixel fill ten of sixteen registers. */
const MAX_ROWS = 6;

/** Multiply-adds that are worth a task, and that are enough for one; tasks that many threads find some of. Chosen, not measured. */
const [WORTH, ENOUGH, TASKS] = [32_768, 1_048_576, 32];

/** Runs of a filter gradient at most; chosen, not measured. */
const MAX_RUNS = 16;

/** Rows of a tile of stride 2, which reads two rows for each: as many side by side as processors fetch ahead; chosen, not measured. */
const STRIDED_ROWS = 4;

/** Pixels that one float32 sum runs over, about: it loses a digit for every ten thousand (test/engine/float32.test.ts); chosen. */
const MAX_SUM = 4096;

/** The ways to do a depthwise convolution. */
export function depthwiseCandidates(context: PlanContext, work: Depthwise): readonly Candidate[] {
  const loops: Candidate = {
    algorithm: "loop nests",
    cost: depthwiseNestCost(work.geometry),
    kernels: () => work.nests,
  };
  if (!suitsVectors(work.geometry)) return [loops];
  return [
    {
      algorithm: "vectors of channels",
      cost: depthwiseCost(work.geometry),
      kernels: () => onVectors(context, work),
    },
    loops,
  ];
}

const suitsVectors = (g: ConvGeometry): boolean =>
  g.channels % 4 === 0 &&
  g.filterHeight <= MAX_TAPS &&
  g.strides.every((step) => step <= MAX_STRIDE) &&
  g.dilation.every((distance) => distance === 1);

function onVectors(context: PlanContext, work: Depthwise): readonly (DepthwiseKernel | Nest)[] {
  const { direction, geometry: g, inputs, output, epilogue } = work;
  if (direction === "filterGradient") return filterGradient(context, work);
  const cut =
    direction === "forward"
      ? cutTiles(g, [g.outHeight, g.outWidth], maxRowsOf(g))
      : cutTiles(g, [g.height, g.width], MAX_ROWS);
  const [source, filters] = inputs;
  const label =
    direction === "forward" ? labelOf("depthwise conv2d", epilogue) : "depthwise conv2d input gradient";
  const { panel } = context;
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

const maxRowsOf = (g: ConvGeometry): number => (g.strides[0] === 1 ? MAX_ROWS : STRIDED_ROWS);

type Cut = Pick<DepthwiseKernel, "maxRows" | "tiles">;

/** Tiles of a map of so many rows and columns: enough work for a task, few enough tiles that many threads find some. */
function cutTiles(g: ConvGeometry, [height, width]: readonly [number, number], maxRows: number): Cut {
  const all = g.n * Math.ceil(height / maxRows);
  const perTile = Math.min(height, maxRows) * width * g.channels * g.filterHeight * g.filterWidth;
  const min = Math.ceil(WORTH / perTile);
  const max = Math.ceil(ENOUGH / perTile);
  return { maxRows, tiles: Math.max(min, Math.min(max, Math.ceil(all / TASKS))) };
}

/** dw in runs of tiles, added in order afterwards. */
function filterGradient(
  context: PlanContext,
  { geometry: g, inputs, output }: Depthwise,
): readonly (DepthwiseKernel | Nest)[] {
  const size = g.filterHeight * g.filterWidth * g.channels;
  const maxRows = maxRowsOf(g);
  const all = g.n * Math.ceil(g.outHeight / maxRows);
  const pixels = g.n * g.outHeight * g.outWidth;
  const byWork = Math.min(MAX_RUNS, Math.floor((pixels * size) / WORTH));
  const bySums = Math.ceil(pixels / MAX_SUM);
  const tiles = Math.max(1, Math.floor(all / Math.max(1, byWork, bySums)));
  const runs = Math.ceil(all / tiles);
  const partials = runs === 1 ? output : floats(context, "partial sums", runs, size);
  const [source, gradient] = inputs;
  const label = "depthwise conv2d filter gradient";
  const cut = { maxRows, tiles, panel: context.panel };
  const sums: DepthwiseKernel = {
    kind: "depthwiseSums",
    label,
    geometry: g,
    source,
    gradient,
    partials,
    ...cut,
  };
  return runs === 1 ? [sums] : [sums, reducePartials(partials, output, { count: runs, size, epilogue: {} })];
}
