import type { ConvGeometry } from "../../../kernels/index.ts";
import type { Code, FunctionBuilder } from "../assembler.ts";
import { i32, memory } from "../instructions.ts";
import { OUT } from "./transforms.ts";

/** The tiles of an output map: rows and columns of them in one picture. */
export const tileGrid = (g: ConvGeometry): readonly [number, number] => [
  Math.ceil(g.outHeight / OUT),
  Math.ceil(g.outWidth / OUT),
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
  g: ConvGeometry,
  { from, to }: { from: Code; to: Code },
  inside: (at: TileAt) => void,
): void {
  const [rows, columns] = tileGrid(g);
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
    f.set(row, i32.mul(i32.divU(f.get(rest), i32.const(columns)), i32.const(OUT)));
    f.set(column, i32.mul(i32.remU(f.get(rest), i32.const(columns)), i32.const(OUT)));
    inside({ picture, row, column });
  });
}

/** A square of pixels of a map, wholly inside it or copied out with zeros around. */
export interface Patch {
  /** i32 local: address of the first pixel. */
  readonly pointer: number;
  /** Bytes between rows. */
  readonly rowBytes: number;
}

/** A map of pictures in memory. */
export interface PixelMap {
  readonly address: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/**
 * Gives `inside` the `size`×`size` pixels of a map from (row + shift, column + shift) on: in place where they all lie in the
 * picture, else from a copy at `room` (i32 local) with zeros where there is no pixel. `inside` is emitted once for each case.
 */
export function withPatch(
  f: FunctionBuilder,
  map: PixelMap,
  { at, shift, size, room }: { at: TileAt; shift: readonly [number, number]; size: number; room: number },
  inside: (patch: Patch) => void,
): void {
  const pixel = map.channels * 4;
  const row = f.keep("i32", i32.add(f.get(at.row), i32.const(shift[0])));
  const column = f.keep("i32", i32.add(f.get(at.column), i32.const(shift[1])));
  const picture = f.keep(
    "i32",
    i32.add(i32.const(map.address), i32.mul(f.get(at.picture), i32.const(map.height * map.width * pixel))),
  );
  const pixelAt = (y: Code, x: Code): Code =>
    i32.add(f.get(picture), i32.mul(i32.add(i32.mul(y, i32.const(map.width)), x), i32.const(pixel)));
  const fits = (start: number, extent: number): Code =>
    extent < size ? i32.const(0) : i32.ltU(f.get(start), i32.const(extent - size + 1));
  const pointer = f.local("i32");
  const copyRows = (): void => {
    f.emit(memory.fill(f.get(room), i32.const(0), i32.const(size * size * pixel)));
    // Columns of the patch that lie in the picture.
    const first = f.keep("i32", i32.sub(i32.const(0), f.get(column)));
    f.set(first, i32.select(f.get(first), i32.const(0), i32.gtS(f.get(first), i32.const(0))));
    const past = f.keep("i32", i32.sub(i32.const(map.width), f.get(column)));
    f.set(past, i32.select(f.get(past), i32.const(size), i32.ltS(f.get(past), i32.const(size))));
    const line = f.local("i32");
    const y = f.local("i32");
    f.when(i32.ltS(f.get(first), f.get(past)), () => {
      f.loop(line, { from: i32.const(0), to: i32.const(size), step: 1 }, () => {
        f.set(y, i32.add(f.get(row), f.get(line)));
        f.when(i32.ltU(f.get(y), i32.const(map.height)), () => {
          const to = i32.add(
            f.get(room),
            i32.mul(i32.add(i32.mul(f.get(line), i32.const(size)), f.get(first)), i32.const(pixel)),
          );
          const from = pixelAt(f.get(y), i32.add(f.get(column), f.get(first)));
          f.emit(memory.copy(to, from, i32.mul(i32.sub(f.get(past), f.get(first)), i32.const(pixel))));
        });
      });
    });
  };
  f.when(
    i32.and(fits(row, map.height), fits(column, map.width)),
    () => {
      f.set(pointer, pixelAt(f.get(row), f.get(column)));
      inside({ pointer, rowBytes: map.width * pixel });
    },
    () => {
      copyRows();
      f.set(pointer, f.get(room));
      inside({ pointer, rowBytes: size * pixel });
    },
  );
}

/** Rows and columns of source before the first output of a tile. */
export const sourceShift = (g: ConvGeometry): readonly [number, number] => [-g.padTop, -g.padLeft];
