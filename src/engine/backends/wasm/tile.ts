import type { Code, FunctionBuilder } from "./assembler.ts";
import { f32x4, i32x4, v128 } from "./instructions.ts";

/** How a product and a sum are rounded: twice, the same on every processor, or once where the processor has a fused one. */
export type Arithmetic = "exact" | "fused";

export const multiplyAdd = (arithmetic: Arithmetic, a: Code, b: Code, sum: Code): Code =>
  arithmetic === "fused" ? f32x4.relaxedMadd(a, b, sum) : f32x4.add(sum, f32x4.mul(a, b));

/** Rows of a register tile: 4 × 2 vectors of sums, 2 of B and 1 of A fill the 16 registers of SSE without spilling. */
export const TILE_ROWS = 4;

/** Bytes of an array that does not stay in the caches from one kernel to the next. */
export const LARGE = 1 << 22;

/** The registers of a tile: rows × vectors sums, reused by every tile of a function. */
export interface TileRegisters {
  readonly sums: readonly (readonly number[])[];
  readonly b: readonly number[];
  readonly a: number;
  readonly pointerA: number;
  readonly pointerB: number;
}

export function tileRegisters(f: FunctionBuilder, vectors: number): TileRegisters {
  const v = (count: number): number[] => Array.from({ length: count }, () => f.local("v128"));
  return {
    sums: Array.from({ length: TILE_ROWS }, () => v(vectors)),
    b: v(vectors),
    a: f.local("v128"),
    pointerA: f.local("i32"),
    pointerB: f.local("i32"),
  };
}

export interface TileStep {
  readonly rows: number;
  readonly arithmetic: Arithmetic;
  /** Bytes from pointerA to the element of each row. */
  rowOffset(row: number): number;
  /** Bytes that the pointers advance by. */
  readonly stepA: number;
  readonly stepB: number;
}

/** One step of depth: sums[r][v] += A[r] · B[v]. Not unrolled: V8 would hoist the loads and spill. */
export function emitTileStep(f: FunctionBuilder, registers: TileRegisters, step: TileStep): void {
  const { sums, b, a, pointerA, pointerB } = registers;
  for (const [n, register] of b.entries()) f.set(register, v128.load(f.get(pointerB), n * 16));
  for (let r = 0; r < step.rows; r++) {
    f.set(a, v128.loadSplat(f.get(pointerA), step.rowOffset(r)));
    for (const [n, sum] of sums[r]!.entries())
      f.set(sum, multiplyAdd(step.arithmetic, f.get(a), f.get(b[n]!), f.get(sum)));
  }
  f.advance(pointerA, step.stepA);
  f.advance(pointerB, step.stepB);
}

/** Sets every sum of the first `rows` rows. */
export function startSums(
  f: FunctionBuilder,
  { sums }: TileRegisters,
  rows: number,
  value: (row: number, vector: number) => Code,
): void {
  for (let r = 0; r < rows; r++) for (const [n, sum] of sums[r]!.entries()) f.set(sum, value(r, n));
}

/** Stores the first `lanes` floats of the vectors side by side. */
export function storeLanes(
  f: FunctionBuilder,
  pointer: Code,
  vectors: readonly number[],
  { lanes, offset }: { lanes: number; offset: number },
): void {
  for (const [n, vector] of vectors.entries()) {
    const [left, at] = [lanes - n * 4, offset + n * 16];
    if (left >= 4) f.emit(v128.store(pointer, f.get(vector), at));
    else
      for (let lane = 0; lane < left; lane++)
        f.emit(v128.storeLane32(pointer, f.get(vector), { lane, offset: at + lane * 4 }));
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
export function emitColumns(f: FunctionBuilder, rows: readonly Code[]): Code[] {
  const keep = (code: Code): Code => f.get(f.keep("v128", code));
  const [a, b, c, d] = rows.map(keep) as [Code, Code, Code, Code];
  const [ab0, cd0] = [keep(v128.shuffle(a, b, [0, 4, 1, 5])), keep(v128.shuffle(c, d, [0, 4, 1, 5]))];
  const [ab2, cd2] = [keep(v128.shuffle(a, b, [2, 6, 3, 7])), keep(v128.shuffle(c, d, [2, 6, 3, 7]))];
  return [
    v128.shuffle(ab0, cd0, [0, 1, 4, 5]),
    v128.shuffle(ab0, cd0, [2, 3, 6, 7]),
    v128.shuffle(ab2, cd2, [0, 1, 4, 5]),
    v128.shuffle(ab2, cd2, [2, 3, 6, 7]),
  ];
}

/** The greatest of vectors, lane by lane, and its number, the first of equals. The first vector's local is overwritten. */
export function emitGreatest(
  f: FunctionBuilder,
  vectors: readonly number[],
): { value: number; place: number } {
  const [value, ...rivals] = vectors as [number, ...number[]];
  const place = f.keep("v128", i32x4.splatConst(0));
  for (const [i, rival] of rivals.entries()) {
    const better = f.keep("v128", f32x4.gt(f.get(rival), f.get(value)));
    f.set(place, v128.bitSelect(i32x4.splatConst(i + 1), f.get(place), f.get(better)));
    f.set(value, v128.bitSelect(f.get(rival), f.get(value), f.get(better)));
  }
  return { value, place };
}
