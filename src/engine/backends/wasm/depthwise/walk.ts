import { type Tuple, at } from "../../../../base/index.ts";
import {
  type FunctionBuilder,
  type I32,
  type I32Local,
  type I32Locals,
  type V128,
  type V128Local,
  by,
  elementAt,
  flatIndex,
  i32,
} from "../../../../simd/index.ts";
import type { ConvGeometry, DepthwiseKernel } from "../../../kernels/index.ts";
import type { KernelFunction } from "../kernel.ts";
import { multiplyAdd } from "../kernel.ts";
import { type Direction, type Link, type TileRun, tileCount, tileRuns } from "./tiles.ts";

/** Registers for the channels that a panel takes at a time, in rows. */
export type VectorTable = readonly (readonly V128Local[])[];

/**
 * A walk through tiles one pixel wide and a few rows tall, by all channels of a pixel: so every row of a tile is read and
 * written from its beginning to its end, and a pixel once loaded serves all taps above each other.
 *
 * Loops, from the outermost: tiles of the task; columns of a tile; vectors of channels; filter columns (taps).
 * Registers: outputs[row][vector], taps[filter row][vector] and a pixel[vector], of panel / 8 vectors of channels.
 * Locals: channel is bytes to the vectors at hand; source and weight walk along the taps, in the source map and in what
 * stands per tap (filters or sums); tap counts.
 */
export interface DepthwiseWalk extends KernelFunction, I32Locals<"channel" | "source" | "weight" | "tap"> {
  readonly geometry: ConvGeometry;
  readonly direction: Direction;
  readonly panel: number;
  readonly runs: readonly TileRun[];
  readonly tasks: number;
  /** Tiles of a task. */
  readonly tiles: number;
  /** outputs[output row][vector], taps[filter row][vector], a pixel. */
  readonly outputs: VectorTable;
  readonly taps: VectorTable;
  readonly pixel: readonly V128Local[];
}

export function depthwiseWalk(
  into: KernelFunction,
  { geometry, maxRows, tiles, panel }: DepthwiseKernel,
  direction: Direction,
): DepthwiseWalk {
  const { f } = into;
  const runs = tileRuns(geometry, direction, maxRows);
  const row = (): readonly V128Local[] => f.locals("v128", panel / 8);
  return {
    ...into,
    ...f.named("channel", "source", "weight", "tap"),
    geometry,
    direction,
    panel,
    runs,
    tiles,
    tasks: Math.ceil((geometry.n * tileCount(runs)) / tiles),
    outputs: Array.from({ length: Math.max(...runs.map(({ outputs }) => outputs)) }, row),
    taps: Array.from({ length: geometry.filterHeight }, row),
    pixel: row(),
  };
}

/** A column: its first tap, and how many; the addresses of the tile's first row in the output, and in the source under that tap. */
export type Column = I32Locals<"tap" | "taps" | "output" | "source">;

/** Some vectors of channels at a column of a tile. */
export interface TileVectors {
  readonly run: TileRun;
  readonly column: Column;
  readonly vectors: number;
}

/**
 * Goes through the task's tiles, the columns of each, and the channels of each column, `panel` / 2 at a time or the last four;
 * `inside` emits what is done there. `output` and `source` are the addresses of the two maps.
 */
export function walkTiles(
  walk: DepthwiseWalk,
  maps: { readonly output: I32; readonly source: I32 },
  inside: (here: TileVectors) => void,
): void {
  const { f, task, geometry: g, panel, channel, runs, tiles } = walk;
  const perImage = tileCount(runs);
  const [index, image, inImage] = f.locals("i32", 3);
  const first = f.keep(i32.mul(task, tiles));
  const past = f.keep(i32.min(i32.add(first, tiles), g.n * perImage));
  f.loop({ index, from: first, to: past }, () => {
    f.set(image, i32.divU(index, perImage));
    f.set(inImage, i32.remU(index, perImage));
    let before = 0;
    for (const run of runs) {
      const within = i32.sub(inImage, before);
      f.when(i32.ltU(within, run.count), () =>
        walkColumns(walk, { maps, image, tile: f.keep(within), run }, (column) => {
          f.set(channel, 0);
          f.cut(g.channels, panel / 2, (lanes) => {
            inside({ run, column, vectors: lanes / 4 });
            for (const pointer of [channel, column.source, column.output]) f.advance(pointer, lanes * 4);
          });
        }),
      );
      before += run.count;
    }
  });
}

/** One filter column: every pixel is loaded once and serves all its links. A link adds pixel · factor to a sum. */
export function emitTapColumn(
  { f, arithmetic, geometry: g, direction, taps, pixel, source, weight }: DepthwiseWalk,
  { run: { links }, vectors }: TileVectors,
  termOf: (link: Link, vector: number) => { readonly sum: V128Local; readonly factor: V128 },
): void {
  const sourceRow = (direction === "forward" ? g.width : g.outWidth) * g.channels * 4;
  const filterRow = g.filterWidth * g.channels * 4;
  const some = pixel.slice(0, vectors);
  for (const tap of new Set(links.map((link) => link.tap)))
    f.loadAll(at(taps, tap).slice(0, vectors), weight, tap * filterRow);
  for (const row of new Set(links.map((link) => link.source))) {
    f.loadAll(some, source, row * sourceRow);
    for (const link of links.filter((other) => other.source === row)) {
      for (const [v, value] of some.entries()) {
        const { sum, factor } = termOf(link, v);
        f.set(sum, multiplyAdd(arithmetic, value, factor, sum));
      }
    }
  }
}

/** The image, and the number of the tile in its run. */
interface TileOfRun extends I32Locals<"image" | "tile"> {
  readonly maps: { readonly output: I32; readonly source: I32 };
  readonly run: TileRun;
}

function walkColumns(
  { f, geometry: g, direction }: DepthwiseWalk,
  { maps, image, tile, run }: TileOfRun,
  inside: (column: Column) => void,
): void {
  const [input, output] = [
    { height: g.height, width: g.width },
    { height: g.outHeight, width: g.outWidth },
  ];
  const [to, from] = direction === "forward" ? [output, input] : [input, output];
  const pixel = g.channels * 4;
  /** The address of a map's row: `first` in the first tile of the image, `step` from tile to tile. */
  const rowAt = (map: I32, { height, width }: typeof to, [first, step]: Tuple<number, 2>): I32Local => {
    const row = elementAt(flatIndex(image, height, first), tile, step);
    return f.keep(elementAt(map, row, width * pixel));
  };
  const toRow = rowAt(maps.output, to, [run.firstOutput, run.outputs]);
  const fromRow = rowAt(maps.source, from, [run.firstSource, run.step]);
  const here = f.named("tap", "taps", "output", "source");
  const index = f.local("i32");
  f.loop({ index, to: to.width, moves: [by(toRow, pixel)] }, () => {
    findTaps(f, { geometry: g, direction, column: index }, here);
    f.set(here.source, elementAt(fromRow, here.source, pixel));
    f.set(here.output, toRow);
    inside(here);
  });
}

/** Finds the filter columns under which a column of the output lies over columns of the source: edges need no zeros. */
function findTaps(
  f: FunctionBuilder,
  { geometry: g, direction, column }: { geometry: ConvGeometry; direction: Direction; column: I32Local },
  { tap, source, taps }: Column,
): void {
  const stride = g.strides[1];
  if (direction === "forward") {
    // Tap s lies over column x·stride + s - pad.
    f.set(source, i32.sub(i32.mul(column, stride), g.padLeft));
    f.set(tap, i32.max(i32.sub(0, source), 0));
    f.set(taps, i32.sub(i32.min(i32.sub(g.width, source), g.filterWidth), tap));
    f.set(source, i32.add(source, tap));
    return;
  }
  // Tap s lies over column (x + pad - s) / stride where that is a whole number: every stride-th tap, and columns leftwards.
  f.set(source, i32.add(column, g.padLeft));
  f.set(tap, i32.max(i32.sub(source, (g.outWidth - 1) * stride), i32.remU(source, stride)));
  const last = i32.min(source, g.filterWidth - 1);
  f.set(taps, i32.divS(i32.sub(i32.add(last, stride), tap), stride));
  f.set(source, i32.divS(i32.sub(source, tap), stride));
}
