import type { ConvGeometry, WinogradSize } from "../../../kernels/index.ts";
import type { Code, FunctionBuilder } from "../assembler.ts";
import { i32, memory } from "../instructions.ts";
import { LARGE } from "../tile.ts";

/** The tiles of an output map: rows and columns of them in one picture. */
export const tileGrid = (g: ConvGeometry, size: WinogradSize): readonly [number, number] => [
  Math.ceil(g.outHeight / size),
  Math.ceil(g.outWidth / size),
];

/** i32 locals that say where a tile stands. */
export interface TileAt {
  readonly picture: number;
  /** First output row and column. */
  readonly row: number;
  readonly column: number;
}

/** Runs `inside` for tiles from..to (i32 code) with their places worked out. */
export function forTiles(
  f: FunctionBuilder,
  { geometry, size }: { readonly geometry: ConvGeometry; readonly size: WinogradSize },
  { from, to }: { from: Code; to: Code },
  inside: (at: TileAt) => void,
): void {
  const [rows, columns] = tileGrid(geometry, size);
  const [tile, picture, row, column, rest] = Array.from({ length: 5 }, () => f.local("i32")) as [
    number,
    number,
    number,
    number,
    number,
  ];
  f.loop(tile, { from, to, step: 1 }, () => {
    f.set(picture, i32.divU(f.get(tile), i32.const(rows * columns)));
    f.set(rest, i32.remU(f.get(tile), i32.const(rows * columns)));
    f.set(row, i32.mul(i32.divU(f.get(rest), i32.const(columns)), i32.const(size)));
    f.set(column, i32.mul(i32.remU(f.get(rest), i32.const(columns)), i32.const(size)));
    inside({ picture, row, column });
  });
}

/** A map of pictures in memory. */
export interface PixelMap {
  readonly address: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/**
 * Reads the rows of a large map under the tiles from..to (i32 code, at least one) once, in the order of memory: so
 * they arrive faster than by patches of several rows, which then find them in the nearer caches.
 */
export function fetchRows(
  f: FunctionBuilder,
  map: PixelMap,
  { geometry, size, from, to }: { geometry: ConvGeometry; size: WinogradSize; from: Code; to: Code },
): void {
  const rowBytes = map.width * map.channels * 4;
  const bytes = geometry.n * map.height * rowBytes;
  if (bytes < LARGE) return;
  const [rows, columns] = tileGrid(geometry, size);
  const addressOf = (tile: Code, below: number): Code => {
    const picture = i32.mul(i32.divU(tile, i32.const(rows * columns)), i32.const(map.height));
    const inPicture = i32.divU(i32.remU(tile, i32.const(rows * columns)), i32.const(columns));
    const row = i32.add(picture, i32.add(i32.mul(inPicture, i32.const(size)), i32.const(below)));
    return i32.add(i32.const(map.address), i32.mul(row, i32.const(rowBytes)));
  };
  const [at, past, byte] = [f.local("i32"), f.local("i32"), f.local("i32")];
  const end = i32.const(map.address + bytes);
  f.set(past, addressOf(i32.sub(to, i32.const(1)), size));
  f.set(past, i32.select(f.get(past), end, i32.ltS(f.get(past), end)));
  f.loop(at, { from: addressOf(from, 0), to: f.get(past), step: 64 }, () =>
    f.set(byte, i32.load8u(f.get(at))),
  );
}

/** Which pixels of a map: `size`×`size` from (row + shift, column + shift) on. */
export interface Patch {
  readonly at: TileAt;
  readonly shift: readonly [number, number];
  readonly size: number;
  /** i32 local: room for a copy. */
  readonly room: number;
}

/**
 * i32 locals with the address of each row of a patch: in the map where all its pixels lie in the picture, else in a copy with
 * zeros where there is no pixel.
 */
export function patchRows(f: FunctionBuilder, map: PixelMap, patch: Patch): readonly number[] {
  const { at, shift, size, room } = patch;
  const pixel = map.channels * 4;
  const local = (code: Code): number => f.keep("i32", code);
  const row = local(i32.add(f.get(at.row), i32.const(shift[0])));
  const column = local(i32.add(f.get(at.column), i32.const(shift[1])));
  const picture = local(
    i32.add(i32.const(map.address), i32.mul(f.get(at.picture), i32.const(map.height * map.width * pixel))),
  );
  const fits = (start: number, extent: number): Code =>
    extent < size ? i32.const(0) : i32.ltU(f.get(start), i32.const(extent - size + 1));
  const [pointer, rowBytes] = [f.local("i32"), f.local("i32")];
  f.when(
    i32.and(fits(row, map.height), fits(column, map.width)),
    () => {
      const first = i32.add(i32.mul(f.get(row), i32.const(map.width)), f.get(column));
      f.set(pointer, i32.add(f.get(picture), i32.mul(first, i32.const(pixel))));
      f.set(rowBytes, i32.const(map.width * pixel));
    },
    () => {
      copyPatch(f, map, { row, column, picture, size, room });
      f.set(pointer, f.get(room));
      f.set(rowBytes, i32.const(size * pixel));
    },
  );
  return Array.from({ length: size }, (_, i) =>
    local(i32.add(f.get(pointer), i32.mul(f.get(rowBytes), i32.const(i)))),
  );
}

interface CopiedPatch {
  /** i32 locals: the first pixel, which may lie outside, and the address of the picture. */
  readonly row: number;
  readonly column: number;
  readonly picture: number;
  readonly size: number;
  readonly room: number;
}

function copyPatch(
  f: FunctionBuilder,
  map: PixelMap,
  { row, column, picture, size, room }: CopiedPatch,
): void {
  const pixel = map.channels * 4;
  f.emit(memory.fill(f.get(room), i32.const(0), i32.const(size * size * pixel)));
  // Columns of the patch that lie in the picture.
  const first = f.keep("i32", i32.sub(i32.const(0), f.get(column)));
  f.set(first, i32.select(f.get(first), i32.const(0), i32.gtS(f.get(first), i32.const(0))));
  const past = f.keep("i32", i32.sub(i32.const(map.width), f.get(column)));
  f.set(past, i32.select(f.get(past), i32.const(size), i32.ltS(f.get(past), i32.const(size))));
  const [line, y] = [f.local("i32"), f.local("i32")];
  f.when(i32.ltS(f.get(first), f.get(past)), () => {
    f.loop(line, { from: i32.const(0), to: i32.const(size), step: 1 }, () => {
      f.set(y, i32.add(f.get(row), f.get(line)));
      f.when(i32.ltU(f.get(y), i32.const(map.height)), () => {
        const inPatch = i32.add(i32.mul(f.get(line), i32.const(size)), f.get(first));
        const inMap = i32.add(i32.mul(f.get(y), i32.const(map.width)), i32.add(f.get(column), f.get(first)));
        const to = i32.add(f.get(room), i32.mul(inPatch, i32.const(pixel)));
        const from = i32.add(f.get(picture), i32.mul(inMap, i32.const(pixel)));
        f.emit(memory.copy(to, from, i32.mul(i32.sub(f.get(past), f.get(first)), i32.const(pixel))));
      });
    });
  });
}
