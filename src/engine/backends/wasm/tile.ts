import {
  type FunctionBuilder,
  type I32,
  type I32Local,
  type Tuple,
  type V128,
  type V128Local,
  f32x4,
  i16x8,
  i32x4,
  i8x16,
  v128,
} from "../../../simd/index.ts";
import type { Arithmetic, KernelFunction } from "./kernel.ts";

export const multiplyAdd = (arithmetic: Arithmetic, a: V128, b: V128, sum: V128): V128 =>
  arithmetic === "fused" ? f32x4.relaxedMadd(a, b, sum) : f32x4.add(sum, f32x4.mul(a, b));

/** Rows of a register tile: 4 × 2 vectors of sums, 2 of B and 1 of A fill the 16 registers of SSE without spilling. */
export const TILE_ROWS = 4;

/** Bytes of an array that does not stay in the caches from one kernel to the next. */
export const LARGE = 1 << 22;

export interface TileStep {
  readonly rows: number;
  /** Bytes from pointerA to the element of each row. */
  readonly rowOffset: (row: number) => number;
  /** Bytes that the pointers advance by. */
  readonly stepA: number;
  readonly stepB: number;
}

/** The registers of a tile, sums of {@link TILE_ROWS} rows × `panel` floats; all tiles of a function use them. */
export class RegisterTile {
  readonly sums: Tuple<readonly V128Local[], typeof TILE_ROWS>;
  readonly pointerA: I32Local;
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

  /** One step of depth: sums[r][v] += A[r] · B[v]. Not unrolled: V8 would hoist the loads and spill. */
  step({ rows, rowOffset, stepA, stepB }: TileStep): void {
    const { f, a, b, pointerA, pointerB } = this;
    loadVectors(f, b, pointerB, 0);
    for (const [r, row] of this.sums.slice(0, rows).entries()) {
      f.set(a, v128.load32Splat(pointerA, rowOffset(r)));
      for (const [n, sum] of row.entries()) f.set(sum, multiplyAdd(this.arithmetic, a, b[n]!, sum));
    }
    f.advance(pointerA, stepA);
    f.advance(pointerB, stepB);
  }

  /** Stores the first `lanes` floats of the first `rows` rows, each at its offset from the address. */
  store(
    address: I32,
    rows: number,
    { lanes, rowOffset }: { readonly lanes: number; readonly rowOffset: (row: number) => number },
  ): void {
    for (const [r, row] of this.sums.slice(0, rows).entries())
      storeLanes(this.f, address, row, { lanes, offset: rowOffset(r) });
  }
}

/** Loads vectors that lie side by side. */
export function loadVectors(
  f: FunctionBuilder,
  registers: readonly V128Local[],
  address: I32,
  offset: number,
): void {
  for (const [n, register] of registers.entries()) f.set(register, v128.load(address, offset + n * 16));
}

/** Stores vectors side by side. */
export function storeVectors(
  f: FunctionBuilder,
  address: I32,
  vectors: readonly V128[],
  offset: number,
): void {
  for (const [n, vector] of vectors.entries()) f.store(address, vector, offset + n * 16);
}

/** Stores the first `lanes` floats of the vectors side by side. */
export function storeLanes(
  f: FunctionBuilder,
  address: I32,
  vectors: readonly V128[],
  { lanes, offset }: { readonly lanes: number; readonly offset: number },
): void {
  for (const [n, vector] of vectors.entries()) {
    const [left, start] = [lanes - n * 4, offset + n * 16];
    if (left >= 4) f.store(address, vector, start);
    else
      for (let lane = 0; lane < left; lane++)
        f.storeLane32(address, vector, { lane, offset: start + lane * 4 });
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

/** Overwrites `value` by the greatest of it and its rivals, lane by lane; gives that one's number, from 0, the first of equals. */
export function emitGreatest(f: FunctionBuilder, value: V128Local, rivals: readonly V128Local[]): V128Local {
  const argmax = f.keep(i32x4.const(0));
  for (const [i, rival] of rivals.entries()) {
    const better = f.keep(f32x4.gt(rival, value));
    f.set(argmax, v128.bitSelect(i32x4.const(i + 1), argmax, better));
    f.set(value, v128.bitSelect(rival, value, better));
  }
  return argmax;
}

/** The lowest byte of each 32-bit lane, unsigned, in the lowest four bytes. */
export const narrowToBytes = (lanes: V128): V128 => {
  const zero = i32x4.const(0);
  return i8x16.narrowI16x8U(i16x8.narrowI32x4U(lanes, zero), zero);
};

/** The lowest four bytes, each in a 32-bit lane. */
export const widenBytes = (bytes: V128): V128 => i32x4.extendLowI16x8U(i16x8.extendLowI8x16U(bytes));
