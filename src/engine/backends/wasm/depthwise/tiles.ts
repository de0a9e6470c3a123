import { at } from "../../../../base/index.ts";
import type { ConvGeometry } from "../../../kernels/index.ts";

// Which source row goes under which tap is known when code is emitted: the rows of an image are cut into tiles, and tiles that
// look alike are one piece of code. So the edges of a map cost nothing, nor do the rows that strides leave out.

/** Which map is computed: y from x, or dx from dy. */
export type Direction = "forward" | "inputGradient";

/** Source row `source` (counted from the tile's first) times filter row `tap` goes to the tile's output row `output`. */
export interface Link {
  readonly source: number;
  readonly tap: number;
  readonly output: number;
}

/** `count` tiles below each other that look alike. */
export interface TileRun {
  readonly count: number;
  /** Output rows of a tile. */
  readonly outputs: number;
  /** In the order of their source rows. */
  readonly links: readonly Link[];
  /** The first row of the first tile, in the output and in the source. */
  readonly firstOutput: number;
  readonly firstSource: number;
  /** Source rows from one tile to the next. */
  readonly step: number;
}

type Tile = Omit<TileRun, "count">;

/** The tiles of an image, of at most `maxRows` rows. */
export function tileRuns(g: ConvGeometry, direction: Direction, maxRows: number): readonly TileRun[] {
  const [height, stride] = [direction === "forward" ? g.outHeight : g.height, g.strides[0]];
  const even = Math.ceil(height / Math.ceil(height / maxRows));
  // Tiles of the gradient start at a multiple of the stride, so that they look alike.
  const size = direction === "forward" ? even : Math.ceil(even / stride) * stride;
  const step = direction === "forward" ? size * stride : size / stride;
  const runs: TileRun[] = [];
  for (let first = 0; first < height; first += size) {
    const tile: Tile = { ...tileAt(g, direction, { first, outputs: Math.min(size, height - first) }), step };
    const before = runs.at(-1);
    if (before && continues(before, tile)) runs[runs.length - 1] = { ...before, count: before.count + 1 };
    else runs.push({ ...tile, count: 1 });
  }
  return runs;
}

function tileAt(
  g: ConvGeometry,
  direction: Direction,
  { first, outputs }: { first: number; outputs: number },
): Omit<Tile, "step"> {
  const [stride, limit] = [g.strides[0], direction === "forward" ? g.height : g.outHeight];
  const found: Link[] = [];
  for (let output = 0; output < outputs; output++) {
    for (let tap = 0; tap < g.filterHeight; tap++) {
      const row = first + output;
      const source =
        direction === "forward" ? row * stride + tap - g.padTop : (row + g.padTop - tap) / stride;
      if (Number.isInteger(source) && source >= 0 && source < limit) found.push({ source, tap, output });
    }
  }
  const firstSource = Math.min(limit, ...found.map(({ source }) => source));
  const links = found.map((link) => ({ ...link, source: link.source - firstSource }));
  return { outputs, links: links.sort((a, b) => a.source - b.source), firstOutput: first, firstSource };
}

const continues = (run: TileRun, tile: Tile): boolean =>
  run.outputs === tile.outputs &&
  run.firstSource + run.count * tile.step === tile.firstSource &&
  run.links.length === tile.links.length &&
  run.links.every(({ source, tap, output }, i) => {
    const other = at(tile.links, i);
    return source === other.source && tap === other.tap && output === other.output;
  });

export const tileCount = (runs: readonly TileRun[]): number =>
  runs.reduce((sum, { count }) => sum + count, 0);
