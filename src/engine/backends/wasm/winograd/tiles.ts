import {
  type FunctionBuilder,
  type I32,
  type I32Local,
  type I32Locals,
  by,
  elementAt,
  flatIndex,
  i32,
} from "../../../../simd/index.ts";
import { type ConvGeometry, type WinogradSize, tileGrid } from "../../../kernels/index.ts";
import { LARGE } from "../tile.ts";

/** Where a tile stands: its image, its first output row and column. */
export type TileAt = I32Locals<"image" | "row" | "column">;

/** Some tiles of a batch's maps, at least one. */
export interface TileRange extends I32Locals<"from" | "to"> {
  readonly geometry: ConvGeometry;
  readonly size: WinogradSize;
}

/** Runs `inside` for a range of tiles with their positions worked out. */
export function forTiles(
  f: FunctionBuilder,
  { geometry, size, from, to }: TileRange,
  inside: (tile: TileAt) => void,
): void {
  const [rows, columns] = tileGrid(geometry, size);
  const [tile, image, row, column, rest] = f.locals("i32", 5);
  f.loop({ index: tile, from, to }, () => {
    f.set(image, i32.divU(tile, rows * columns));
    f.set(rest, i32.remU(tile, rows * columns));
    f.set(row, i32.mul(i32.divU(rest, columns), size));
    f.set(column, i32.mul(i32.remU(rest, columns), size));
    inside({ image, row, column });
  });
}

/** A map of images in memory. */
export interface PixelMap {
  readonly address: I32;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/**
 * Reads the rows of a large map under a range of tiles once, in the order of memory: so they arrive faster than by patches of
 * several rows, which then find them in the nearer caches.
 */
export function fetchRows(f: FunctionBuilder, map: PixelMap, { geometry, size, from, to }: TileRange): void {
  const rowBytes = map.width * map.channels * 4;
  const bytes = geometry.n * map.height * rowBytes;
  if (bytes < LARGE) return;
  const [rows, columns] = tileGrid(geometry, size);
  const rowUnder = (tile: I32, below: number): I32 => {
    const image = i32.mul(i32.divU(tile, rows * columns), map.height);
    const inImage = i32.divU(i32.remU(tile, rows * columns), columns);
    return i32.add(image, flatIndex(inImage, size, below));
  };
  // Counted in cache lines: addresses from 2 GiB on are negative where they are compared.
  const first = f.keep(rowUnder(from, 0));
  const past = f.keepMin(rowUnder(i32.sub(to, 1), size), geometry.n * map.height);
  const lines = f.keep(i32.divU(i32.add(i32.mul(i32.sub(past, first), rowBytes), 63), 64));
  const pointer = f.keep(elementAt(map.address, first, rowBytes));
  const [line, byte] = f.locals("i32", 2);
  f.loop({ index: line, to: lines, moves: [by(pointer, 64)] }, () => f.set(byte, i32.load8U(pointer)));
}

/** Which pixels of a map: `size`×`size` from (row + shift, column + shift) on. */
export interface Patch {
  readonly tile: TileAt;
  readonly shift: readonly [number, number];
  readonly size: number;
  /** Room for a copy. */
  readonly room: I32Local;
}

/**
 * The address of each row of a patch: in the map where all its pixels lie in the image, else in a copy with zeros where there is
 * no pixel.
 */
export function patchRows(
  f: FunctionBuilder,
  map: PixelMap,
  { tile, shift, size, room }: Patch,
): readonly I32Local[] {
  const pixel = map.channels * 4;
  const row = f.keep(i32.add(tile.row, shift[0]));
  const column = f.keep(i32.add(tile.column, shift[1]));
  const image = f.keep(elementAt(map.address, tile.image, map.height * map.width * pixel));
  const [pointer, rowBytes] = f.locals("i32", 2);
  f.when(
    i32.and(fits(row, size, map.height), fits(column, size, map.width)),
    () => {
      f.set(pointer, elementAt(image, flatIndex(row, map.width, column), pixel));
      f.set(rowBytes, map.width * pixel);
    },
    () => {
      copyPatch(f, map, { row, column, image, size, room });
      f.set(pointer, room);
      f.set(rowBytes, size * pixel);
    },
  );
  return Array.from({ length: size }, (_, i) => f.keep(elementAt(pointer, rowBytes, i)));
}

/** Whether `size` pixels from `start` on lie in an extent. */
export const fits = (start: I32, size: number, extent: number): I32 =>
  extent < size ? 0 : i32.ltU(start, extent - size + 1);

/** The first pixel, which may lie outside, the address of the image, and that of the copy. */
interface CopiedPatch extends I32Locals<"row" | "column" | "image" | "room"> {
  readonly size: number;
}

function copyPatch(f: FunctionBuilder, map: PixelMap, { row, column, image, size, room }: CopiedPatch): void {
  const pixel = map.channels * 4;
  f.fillMemory(room, 0, size * size * pixel);
  // Columns of the patch that lie in the image.
  const first = f.keep(i32.sub(0, column));
  f.set(first, i32.max(first, 0));
  const past = f.keepMin(i32.sub(map.width, column), size);
  const [line, y] = f.locals("i32", 2);
  f.when(i32.ltS(first, past), () => {
    f.loop({ index: line, to: size }, () => {
      f.set(y, i32.add(row, line));
      f.when(i32.ltU(y, map.height), () => {
        const inPatch = flatIndex(line, size, first);
        const inMap = flatIndex(y, map.width, i32.add(column, first));
        const bytes = i32.mul(i32.sub(past, first), pixel);
        f.copyMemory(elementAt(room, inPatch, pixel), elementAt(image, inMap, pixel), bytes);
      });
    });
  });
}
