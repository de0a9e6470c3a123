import {
  type FunctionBuilder,
  type I32Local,
  type Tuple,
  type V128Local,
  elementAt,
  i32,
} from "../../../../simd/index.ts";
import type { ConvGeometry } from "../../../kernels/index.ts";
import type { KernelFunction } from "../kernel.ts";
import { type Direction, type TileRun, tileCount } from "./tiles.ts";

/** What is walked: the tiles of a batch, `tiles` of them a task. */
export interface Walk {
  readonly geometry: ConvGeometry;
  readonly direction: Direction;
  readonly runs: readonly TileRun[];
  readonly tiles: number;
}

/** A column: its first tap, and how many; the addresses of the tile's first row in the output, and in the source under that tap. */
export interface Column {
  readonly tap: I32Local;
  readonly taps: I32Local;
  readonly output: I32Local;
  readonly source: I32Local;
}

export const tasksOf = ({ geometry: g, runs, tiles }: Walk): number =>
  Math.ceil((g.n * tileCount(runs)) / tiles);

/**
 * Goes through the task's tiles and the columns of each; `inside` emits what is done at a column. `output` and `source` are the
 * addresses of the two maps.
 */
export function walkColumns(
  { f, task }: Pick<KernelFunction, "f" | "task">,
  walk: Walk,
  maps: { readonly output: number; readonly source: number },
  inside: (run: TileRun, at: Column) => void,
): void {
  const { geometry: g, runs, tiles } = walk;
  const perImage = tileCount(runs);
  const [index, image, place] = f.locals("i32", 3);
  const first = f.keep(i32.mul(task, tiles));
  const past = f.keep(i32.min(i32.add(first, tiles), g.n * perImage));
  f.loop({ index, from: first, to: past }, () => {
    f.set(image, i32.divU(index, perImage));
    f.set(place, i32.remU(index, perImage));
    let before = 0;
    for (const run of runs) {
      const within = i32.sub(place, before);
      f.when(i32.ltU(within, run.count), () =>
        walkTile(f, walk, { maps, image, tile: f.keep(within), run }, (at) => inside(run, at)),
      );
      before += run.count;
    }
  });
}

/** Registers for the channels that a panel takes at a time, in rows. */
export type VectorTable = readonly (readonly V128Local[])[];

/** A table of `count` rows. */
export const vectorTable = (f: FunctionBuilder, panel: number, count: number): VectorTable =>
  Array.from({ length: count }, () => f.locals("v128", panel / 8));

/** At each column some vectors of channels at a time, `panel` / 2 channels or the last four; moves `channel` and the column along. */
export function walkVectors(
  f: FunctionBuilder,
  { geometry: g, panel }: { readonly geometry: ConvGeometry; readonly panel: number },
  { column, channel }: { readonly column: Column; readonly channel: I32Local },
  inside: (vectors: number) => void,
): void {
  const lanes = panel / 2;
  const some = (vectors: number): void => {
    inside(vectors);
    for (const pointer of [channel, column.source, column.output]) f.advance(pointer, vectors * 16);
  };
  f.set(channel, 0);
  f.repeat(Math.floor(g.channels / lanes), () => some(lanes / 4));
  if (g.channels % lanes > 0) some(1);
}

interface TilePlace {
  readonly maps: { readonly output: number; readonly source: number };
  /** The image, and the number of the tile in its run. */
  readonly image: I32Local;
  readonly tile: I32Local;
  readonly run: TileRun;
}

function walkTile(
  f: FunctionBuilder,
  { geometry: g, direction }: Walk,
  { maps, image, tile, run }: TilePlace,
  inside: (at: Column) => void,
): void {
  const [input, output] = [
    { height: g.height, width: g.width },
    { height: g.outHeight, width: g.outWidth },
  ];
  const [to, from] = direction === "forward" ? [output, input] : [input, output];
  const pixel = g.channels * 4;
  /** The address of a map's row: `first` in the first tile of the image, `step` from tile to tile. */
  const rowAt = (map: number, { height, width }: typeof to, [first, step]: Tuple<number, 2>): I32Local => {
    const row = elementAt(i32.add(i32.mul(image, height), first), tile, step);
    return f.keep(elementAt(map, row, width * pixel));
  };
  const toRow = rowAt(maps.output, to, [run.firstOutput, run.outputs]);
  const fromRow = rowAt(maps.source, from, [run.firstSource, run.step]);
  const [tap, taps, target, source, column] = f.locals("i32", 5);
  const at: Column = { tap, taps, output: target, source };
  f.loop({ index: column, to: to.width }, () => {
    findTaps(f, { geometry: g, direction, column }, at);
    f.set(source, elementAt(fromRow, source, pixel));
    f.set(target, toRow);
    inside(at);
    f.advance(toRow, pixel);
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
