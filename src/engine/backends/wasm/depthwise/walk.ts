import type { ConvGeometry } from "../../../kernels/index.ts";
import type { Code, FunctionBuilder } from "../assembler.ts";
import { i32 } from "../instructions.ts";
import { type Direction, type TileRun, tileCount } from "./tiles.ts";

const TASK = 0;

/** What is walked: the tiles of a batch, `tiles` of them a task. */
export interface Walk {
  readonly geometry: ConvGeometry;
  readonly direction: Direction;
  readonly runs: readonly TileRun[];
  readonly tiles: number;
}

/** i32 locals of a column: its first tap, and how many; the addresses of the tile's first row in the output, and in the source under that tap. */
export interface Column {
  readonly tap: number;
  readonly taps: number;
  readonly output: number;
  readonly source: number;
}

export const tasksOf = ({ geometry: g, runs, tiles }: Walk): number =>
  Math.ceil((g.n * tileCount(runs)) / tiles);

/**
 * Goes through the task's tiles and the columns of each; `inside` emits what is done at a column. `output` and `source` are the
 * addresses of the two maps.
 */
export function walkColumns(
  f: FunctionBuilder,
  walk: Walk,
  maps: { readonly output: number; readonly source: number },
  inside: (run: TileRun, at: Column) => void,
): void {
  const { geometry: g, runs, tiles } = walk;
  const perPicture = tileCount(runs);
  const [index, picture, place] = [f.local("i32"), f.local("i32"), f.local("i32")];
  const first = f.keep("i32", i32.mul(f.get(TASK), i32.const(tiles)));
  const past = f.keep("i32", smaller(i32.add(f.get(first), i32.const(tiles)), i32.const(g.n * perPicture)));
  f.loop(index, { from: f.get(first), to: f.get(past), step: 1 }, () => {
    f.set(picture, i32.divU(f.get(index), i32.const(perPicture)));
    f.set(place, i32.remU(f.get(index), i32.const(perPicture)));
    let before = 0;
    for (const run of runs) {
      const within = i32.sub(f.get(place), i32.const(before));
      f.when(i32.ltU(within, i32.const(run.count)), () =>
        walkTile(f, walk, { maps, picture, tile: f.keep("i32", within), run }, (at) => inside(run, at)),
      );
      before += run.count;
    }
  });
}

/** v128 locals for the channels that a panel takes at a time: a row for each of `count` things. */
export const vectorTable = (f: FunctionBuilder, panel: number, count: number): number[][] =>
  Array.from({ length: count }, () => Array.from({ length: panel / 8 }, () => f.local("v128")));

/** At each column some vectors of channels at a time, `panel` / 2 channels or the last four; moves `channel` and the column along. */
export function walkVectors(
  f: FunctionBuilder,
  { geometry: g, panel }: { readonly geometry: ConvGeometry; readonly panel: number },
  { column, channel }: { readonly column: Column; readonly channel: number },
  inside: (vectors: number) => void,
): void {
  const lanes = panel / 2;
  const some = (vectors: number): void => {
    inside(vectors);
    for (const pointer of [channel, column.source, column.output]) f.advance(pointer, vectors * 16);
  };
  f.set(channel, i32.const(0));
  f.repeat(Math.floor(g.channels / lanes), () => some(lanes / 4));
  if (g.channels % lanes > 0) some(1);
}

interface TilePlace {
  readonly maps: { readonly output: number; readonly source: number };
  /** i32 locals: the picture, and the number of the tile in its run. */
  readonly picture: number;
  readonly tile: number;
  readonly run: TileRun;
}

function walkTile(
  f: FunctionBuilder,
  { geometry: g, direction }: Walk,
  { maps, picture, tile, run }: TilePlace,
  inside: (at: Column) => void,
): void {
  const [input, output] = [
    { height: g.height, width: g.width },
    { height: g.outHeight, width: g.outWidth },
  ];
  const [to, from] = direction === "forward" ? [output, input] : [input, output];
  const pixel = g.channels * 4;
  const address = (
    map: number,
    { height, width }: typeof to,
    [first, step]: readonly [number, number],
  ): Code => {
    const above = i32.mul(f.get(picture), i32.const(height));
    const row = i32.add(i32.add(above, i32.const(first)), i32.mul(f.get(tile), i32.const(step)));
    return i32.add(i32.const(map), i32.mul(row, i32.const(width * pixel)));
  };
  const toRow = f.keep("i32", address(maps.output, to, [run.firstOutput, run.outputs]));
  const fromRow = f.keep("i32", address(maps.source, from, [run.firstSource, run.step]));
  const local = (): number => f.local("i32");
  const at: Column = { tap: local(), taps: local(), output: local(), source: local() };
  const column = local();
  f.loop(column, { from: i32.const(0), to: i32.const(to.width), step: 1 }, () => {
    findTaps(f, { geometry: g, direction, column }, at);
    f.set(at.source, i32.add(f.get(fromRow), i32.mul(f.get(at.source), i32.const(pixel))));
    f.set(at.output, f.get(toRow));
    inside(at);
    f.advance(toRow, pixel);
  });
}

/** Finds the filter columns under which a column of the output meets columns of the source: edges need no zeros. */
function findTaps(
  f: FunctionBuilder,
  { geometry: g, direction, column }: { geometry: ConvGeometry; direction: Direction; column: number },
  { tap, source, taps }: Column,
): void {
  const stride = g.strides[1];
  if (direction === "forward") {
    // Tap s meets column x·stride + s - pad.
    f.set(source, i32.sub(i32.mul(f.get(column), i32.const(stride)), i32.const(g.padLeft)));
    f.set(tap, larger(i32.sub(i32.const(0), f.get(source)), i32.const(0)));
    const past = smaller(i32.sub(i32.const(g.width), f.get(source)), i32.const(g.filterWidth));
    f.set(taps, i32.sub(past, f.get(tap)));
    f.set(source, i32.add(f.get(source), f.get(tap)));
    return;
  }
  // Tap s meets column (x + pad - s) / stride where that is a whole number: every stride-th tap, and columns leftwards.
  f.set(source, i32.add(f.get(column), i32.const(g.padLeft)));
  const below = i32.sub(f.get(source), i32.const((g.outWidth - 1) * stride));
  f.set(tap, larger(below, i32.remU(f.get(source), i32.const(stride))));
  const last = smaller(f.get(source), i32.const(g.filterWidth - 1));
  f.set(taps, i32.divS(i32.sub(i32.add(last, i32.const(stride)), f.get(tap)), i32.const(stride)));
  f.set(source, i32.divS(i32.sub(f.get(source), f.get(tap)), i32.const(stride)));
}

const smaller = (a: Code, b: Code): Code => i32.select(a, b, i32.ltS(a, b));
const larger = (a: Code, b: Code): Code => i32.select(a, b, i32.gtS(a, b));
