import { type Tuple, at } from "../../../base/index.ts";
import {
  type FunctionBuilder,
  type I32,
  type I32Local,
  type LoopRange,
  type V128,
  type V128Local,
  by,
  i32x4,
  v128,
} from "../../../simd/index.ts";
import { type Arithmetic, type KernelFunction, multiplyAdd } from "./kernel.ts";
import { greatestOf, outrankMask } from "./vectorMath.ts";

// Loops: the depth, one step at a time; in it rows by vectors.
// Registers: sums[row][vector], 4 rows of panel / 4 vectors; b, a row of the panel; a, one number of A in all lanes. Of 16
// 128-bit registers a panel of 8 takes 8 + 2 + 1; V8 packs the pairs of a panel of 16 into as many of 256 bits.
// Memory: A by any distance from row to row and from step to step; B [step][panel].

/** Rows of a register tile. Larger tiles were no faster (docs/performance/lab-notes.md, What was tried). */
export const TILE_ROWS = 4;

/** Bytes of an array that does not stay in the caches from one kernel to the next. Chosen, not measured; what reading such arrays in order gains: docs/performance/lab-notes.md, What was tried. */
export const LARGE = 1 << 22;

/** A product of a tile's rows of A by the columns of a panel of B. */
export interface TileProduct {
  readonly rows: number;
  /** Where A begins. */
  readonly a: I32;
  /** Where B begins. @default where the product before ended */
  readonly b?: I32;
  /** Bytes from `a` to each row. */
  readonly rowOffset: (row: number) => number;
  /** Bytes from one step of depth to the next. */
  readonly stepA: number;
  readonly stepB: number;
  /** Steps, known now or counted as code runs. */
  readonly depth: number | LoopRange;
}

/** The registers of a tile, sums of {@link TILE_ROWS} rows × `panel` floats; all tiles of a function use them. */
export class RegisterTile {
  readonly sums: Tuple<readonly V128Local[], typeof TILE_ROWS>;
  private readonly pointerA: I32Local;
  readonly pointerB: I32Local;
  private readonly b: readonly V128Local[];
  private readonly a: V128Local;
  private readonly f: FunctionBuilder;
  private readonly arithmetic: Arithmetic;

  constructor({ f, arithmetic }: Pick<KernelFunction, "f" | "arithmetic">, panel: number) {
    const row = (): readonly V128Local[] => f.locals("v128", panel / 4);
    this.f = f;
    this.arithmetic = arithmetic;
    this.sums = [row(), row(), row(), row()];
    this.b = row();
    this.a = f.local("v128");
    this.pointerA = f.local("i32");
    this.pointerB = f.local("i32");
  }

  /** Sets every sum of the first `rows` rows. */
  start(rows: number, value: (row: number, vector: number, sum: V128) => V128): void {
    for (const [r, row] of this.sums.slice(0, rows).entries())
      for (const [n, sum] of row.entries()) this.f.set(sum, value(r, n, sum));
  }

  /** sums[r][v] += Σ A[r] · B[v] over the depth. Steps are not unrolled: V8 would hoist the loads and spill. */
  multiply({ rows, a, b, rowOffset, stepA, stepB, depth }: TileProduct): void {
    const { f, pointerA, pointerB } = this;
    const step = (): void => {
      f.loadAll(this.b, pointerB);
      for (const [r, row] of this.sums.slice(0, rows).entries()) {
        f.set(this.a, v128.load32Splat(pointerA, rowOffset(r)));
        for (const [n, sum] of row.entries())
          f.set(sum, multiplyAdd(this.arithmetic, this.a, at(this.b, n), sum));
      }
      f.move([by(pointerA, stepA), by(pointerB, stepB)]);
    };
    f.set(pointerA, a);
    if (b !== undefined) f.set(pointerB, b);
    if (typeof depth === "number") f.repeat(depth, step);
    else f.loop(depth, step);
  }

  /** Stores the first `lanes` floats of the first `rows` rows, each at its offset from the address. */
  store(
    address: I32,
    rows: number,
    { lanes, rowOffset }: { readonly lanes: number; readonly rowOffset: (row: number) => number },
  ): void {
    for (const [r, row] of this.sums.slice(0, rows).entries())
      this.f.storeAll(address, row, rowOffset(r), lanes);
  }
}

/** Cuts `count` rows into tiles as even as can be: [rows, how many], largest first. */
export function evenTiles(count: number): (readonly [number, number])[] {
  const tiles = Math.ceil(count / TILE_ROWS);
  const small = Math.floor(count / tiles);
  const larger = count % tiles;
  return [[small + 1, larger] as const, [small, tiles - larger] as const].filter(([, many]) => many > 0);
}

/** The columns of four rows of four. */
export function emitColumns(f: FunctionBuilder, rows: Tuple<V128, 4>): Tuple<V128, 4> {
  const [a, b, c, d] = [f.keep(rows[0]), f.keep(rows[1]), f.keep(rows[2]), f.keep(rows[3])];
  const pairs = (x: V128, y: V128, lanes: readonly number[]): V128 => f.keep(i32x4.shuffle(x, y, lanes));
  const [ab0, cd0] = [pairs(a, b, [0, 4, 1, 5]), pairs(c, d, [0, 4, 1, 5])];
  const [ab2, cd2] = [pairs(a, b, [2, 6, 3, 7]), pairs(c, d, [2, 6, 3, 7])];
  return [
    i32x4.shuffle(ab0, cd0, [0, 1, 4, 5]),
    i32x4.shuffle(ab0, cd0, [2, 3, 6, 7]),
    i32x4.shuffle(ab2, cd2, [0, 1, 4, 5]),
    i32x4.shuffle(ab2, cd2, [2, 3, 6, 7]),
  ];
}

/** Overwrites `value` by the greatest of it and the others, lane by lane; gives that one's number, from 0, the first of equals or of NaNs. */
export function emitGreatest(f: FunctionBuilder, value: V128Local, others: readonly V128Local[]): V128Local {
  const argmax = f.keep(i32x4.const(0));
  for (const [i, other] of others.entries()) {
    // The latest number to take the place is the largest: quicker than to select it.
    f.set(argmax, i32x4.maxS(argmax, v128.and(outrankMask(other, value), i32x4.const(i + 1))));
    f.set(value, greatestOf(value, other));
  }
  return argmax;
}
