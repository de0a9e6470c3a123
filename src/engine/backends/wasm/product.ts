import {
  type I32,
  type I32Local,
  type I32Locals,
  by,
  elementAt,
  f32x4,
  flatIndex,
  i32,
  v128,
} from "../../../simd/index.ts";
import type { PackedProduct } from "../../kernels/index.ts";
import type { KernelCalls, KernelFunction } from "./kernel.ts";
import { LARGE, RegisterTile, TILE_ROWS, emitColumns } from "./tile.ts";

// C [m, n] = A · B, one block of C a task.
// Loops, from the outermost: k over the depth, `depth` of it packed at a time; column over panels of B; row over tiles of A.
// Locals: m..mPast are the block's rows, n is its first column, k0..kPast its part of the depth, output the product's address.
// Registers: one tile of C, see tile.ts.
// Memory: A [m, k] or [k, m], B [k, n] or [n, k] or panels; scratch holds B's panels, then A's tiles, then B as it was fetched.
interface Context
  extends KernelFunction, I32Locals<"m" | "mPast" | "n" | "k0" | "k" | "kPast" | "depth" | "output"> {
  readonly p: PackedProduct;
  readonly tile: RegisterTile;
}

/** Floats in a cache line. */
const LINE = 16;

/**
 * Rows of packed B between two panels: whole fours, since transposing writes four at a time, and 64 bytes more, or the panels
 * fight for the same cache sets.
 */
const panelRows = (p: PackedProduct): number => Math.ceil(p.blockK / 4) * 4 + LINE / p.panel;

/** Bytes of the block of B that a task packs; a packed block of A follows it. */
const packedBytesB = (p: PackedProduct): number =>
  p.packing === "task" ? (p.blockN / p.panel) * panelRows(p) * p.panel * 4 : 0;

/** Bytes from one packed tile of a transposed A to the next: an odd multiple of 64, so that neighbours share no cache set. */
const tileBytesA = (p: PackedProduct): number => (Math.ceil(p.blockK / 8) * 2 + 1) * 64;

const packedBytesA = (p: PackedProduct): number =>
  p.transposeA ? Math.ceil(p.blockM / LINE) * (LINE / TILE_ROWS) * tileBytesA(p) : 0;

/** A block of the product by register tiles over packed panels of B. */
export function emitProduct(p: PackedProduct, into: KernelFunction): KernelCalls {
  const { f, task } = into;
  const locals = f.named("m", "mPast", "n", "k0", "k", "kPast", "depth", "output");
  const { m, mPast, n, k0, k, kPast, depth, output } = locals;
  const [blocksM, blocksN] = [Math.ceil(p.m / p.blockM), Math.ceil(p.n / p.blockN)];
  const perSplit = Math.ceil(p.k / p.splits);
  const rest = f.keep(i32.divU(task, blocksN));
  f.set(n, i32.mul(i32.remU(task, blocksN), p.blockN));
  f.set(m, i32.mul(i32.remU(rest, blocksM), p.blockM));
  const split = f.keep(i32.divU(rest, blocksM));
  f.set(k0, i32.mul(split, perSplit));
  f.setMin(mPast, i32.add(m, p.blockM), p.m);
  f.setMin(kPast, i32.add(k0, perSplit), p.k);
  f.set(output, elementAt(into.addressOf(p.output), split, p.m * p.n * 4));
  const context: Context = { ...into, ...locals, p, tile: new RegisterTile(into, p.panel) };
  f.loop({ index: k, from: k0, to: kPast, step: p.blockK }, () => {
    f.setMin(depth, i32.sub(kPast, k), p.blockK);
    if (p.packing === "task") (p.transposeB ? packTransposed : packPlain)(context);
    if (p.transposeA) packRows(context);
    emitBlock(context);
  });
  return {
    tasks: blocksM * blocksN * p.splits,
    scratch: packedBytesB(p) + packedBytesA(p) + fetchedBytes(p),
  };
}

/** B [k, n]: each row of the block is cut into panels. Lanes beyond n are never stored, so they may hold anything. */
function packPlain({ f, p, addressOf, scratch, k, n, depth }: Context): void {
  const from = f.keep(elementAt(addressOf(p.b), flatIndex(k, p.n, n)));
  const to = f.keep(scratch);
  f.loop({ to: depth, moves: [by(from, p.n * 4), by(to, p.panel * 4)] }, () => {
    for (let column = 0; column < p.blockN; column += 4) {
      const panel = Math.floor(column / p.panel);
      const target = panel * panelRows(p) * p.panel + (column % p.panel);
      f.store(to, v128.load(from, column * 4), target * 4);
    }
  });
}

/** A [k, m]: four neighbours of a row belong to four rows of one tile, and tiles follow each other as the rows do. */
function packRows({ f, p, addressOf, scratch, k, m, mPast, depth }: Context): void {
  const from = f.keep(elementAt(addressOf(p.a), flatIndex(k, p.m, m)));
  const to = f.keep(i32.add(scratch, packedBytesB(p)));
  const [step, row, source, target] = f.locals("i32", 4);
  const tiles = LINE / TILE_ROWS;
  f.loop({ index: step, to: depth, moves: [by(from, p.m * 4), by(to, TILE_ROWS * 4)] }, () => {
    f.set(source, from);
    f.set(target, to);
    const moves = [by(source, LINE * 4), by(target, tiles * tileBytesA(p))];
    f.loop({ index: row, from: m, to: mPast, step: LINE, moves }, () => {
      for (let tile = 0; tile < tiles; tile++)
        f.store(target, v128.load(source, tile * 16), tile * tileBytesA(p));
    });
  });
}

/** Bytes that the block of a large transposed B takes as it stands; 0 where it is packed from its place. */
const fetchedBytes = (p: PackedProduct): number =>
  p.packing === "task" && p.transposeB && p.k <= p.blockK && p.n * p.k * 4 > LARGE ? p.blockN * p.k * 4 : 0;

/**
 * Copies the block of B to scratch in one go and gives its address: memory that is read strictly in its order arrives several
 * times faster than four rows side by side do.
 */
function fetch({ f, p, addressOf, scratch, n }: Context): I32Local {
  const from = f.keep(i32.mul(n, p.k * 4));
  const bytes = f.keepMin(i32.sub(p.n * p.k * 4, from), fetchedBytes(p));
  const to = f.keep(i32.add(scratch, packedBytesB(p) + packedBytesA(p)));
  f.copyMemory(to, i32.add(addressOf(p.b), from), bytes);
  return to;
}

/** B [n, k]: four rows of four turn into four columns at a time. */
function packTransposed(context: Context): void {
  const { f, p, addressOf, scratch, k, n, depth } = context;
  const fetched = fetchedBytes(p) > 0 ? fetch(context) : undefined;
  const pointers = f.locals("i32", 4);
  const [to, row, group] = f.locals("i32", 3);
  f.loop({ index: group, to: p.blockN, step: 4 }, () => {
    for (const [j, pointer] of pointers.entries()) {
      f.set(pointer, i32.add(n, group, j));
      // Rows beyond n repeat the last one: their lanes are never stored.
      f.set(pointer, i32.select(pointer, p.n - 1, i32.ltS(pointer, p.n)));
      if (fetched === undefined) f.set(pointer, elementAt(addressOf(p.b), flatIndex(pointer, p.k, k)));
      else f.set(pointer, elementAt(fetched, i32.sub(pointer, n), p.k * 4));
    }
    const panel = i32.mul(i32.divU(group, p.panel), panelRows(p) * p.panel * 4);
    f.set(to, i32.add(scratch, elementAt(panel, i32.remU(group, p.panel))));
    const moves = [...pointers.map((pointer) => by(pointer, 16)), by(to, 4 * p.panel * 4)];
    f.loop({ index: row, to: depth, step: 4, moves }, () => {
      const [a, b, c, d] = pointers;
      const columns = emitColumns(f, [v128.load(a), v128.load(b), v128.load(c), v128.load(d)]);
      for (const [i, column] of columns.entries()) f.store(to, column, i * p.panel * 4);
    });
  });
}

/** All tiles of the block, panel by panel: a panel of B stays in the nearest cache while all rows of A pass it. */
function emitBlock(context: Context): void {
  const { f, p, n } = context;
  const column = f.local("i32");
  const { first, next, rowBytes } = panelsOf(context);
  const address = f.keep(first);
  const full = Math.floor(p.n / p.panel) * p.panel;
  const past = f.keepMin(i32.add(n, p.blockN), full);
  f.loop({ index: column, from: n, to: past, step: p.panel, moves: [by(address, next)] }, () =>
    emitRows(context, { column, address, rowBytes, lanes: p.panel }),
  );
  if (p.n % p.panel === 0) return;
  const here = i32.and(i32.geS(full, n), i32.ltS(full, i32.add(n, p.blockN)));
  f.when(here, () => emitRows(context, { column: f.keep(full), address, rowBytes, lanes: p.n % p.panel }));
}

interface Panels {
  /** Address of the block's first panel of B. */
  readonly first: I32;
  /** Bytes from panel to panel, and from row to row of a panel. */
  readonly next: number;
  readonly rowBytes: number;
}

function panelsOf({ p, addressOf, scratch, k, n }: Context): Panels {
  const row = p.panel * 4;
  switch (p.packing) {
    case "task":
      return { first: scratch, next: panelRows(p) * row, rowBytes: row };
    case "before": {
      const element = i32.add(i32.mul(n, p.k), i32.mul(k, p.panel));
      return { first: elementAt(addressOf(p.b), element), next: p.k * row, rowBytes: row };
    }
    case "none":
      return { first: elementAt(addressOf(p.b), flatIndex(k, p.n, n)), next: row, rowBytes: p.n * 4 };
    default:
      return p.packing satisfies never;
  }
}

/** A panel of B that rows of A are multiplied with: its first column, its address, bytes from row to row, columns to store. */
interface Panel extends I32Locals<"column" | "address"> {
  readonly rowBytes: number;
  readonly lanes: number;
}

/** Rows of A four at a time, then two, then one, against one panel. */
function emitRows(context: Context, panel: Panel): void {
  const { f, m, mPast } = context;
  const row = f.keep(m);
  for (const rows of [4, 2, 1]) {
    const to = f.keep(i32.sub(mPast, rows - 1));
    f.loop({ index: row, from: row, to, step: rows }, () => emitTile(context, { row, rows }, panel));
  }
}

function emitTile(
  context: Context,
  { row, rows }: { readonly row: I32Local; readonly rows: number },
  { column, address, rowBytes: stepB, lanes }: Panel,
): void {
  const { f, p, addressOf, tile, k, k0, kPast, depth } = context;
  const output = f.keep(elementAt(context.output, flatIndex(row, p.n, column)));
  const isFirst = i32.eqz(i32.sub(k, k0));
  const bias = p.epilogue.bias && f.keep(elementAt(addressOf(p.epilogue.bias), column));
  f.when(
    isFirst,
    () => tile.start(rows, (_, n) => (bias ? v128.load(bias, n * 16) : f32x4.const(0))),
    () => tile.start(rows, (r, n) => v128.load(output, r * p.n * 4 + n * 16)),
  );
  const a = startOfA(context, row);
  const [stepA, rowA] = p.transposeA ? [TILE_ROWS * 4, 4] : [4, p.k * 4];
  tile.multiply({ rows, a, b: address, rowOffset: (r) => r * rowA, stepA, stepB, depth: { to: depth } });
  if (p.epilogue.relu) {
    const isLast = i32.eqz(i32.sub(i32.add(k, depth), kPast));
    f.when(isLast, () => tile.start(rows, (_, __, sum) => f32x4.pmax(sum, 0)));
  }
  tile.store(output, rows, { lanes, rowOffset: (r) => r * p.n * 4 });
}

/** Where A's rows for a tile that starts at `row` begin: in the packed block, or in A as it stands. Tiles of fewer rows come last. */
function startOfA({ f, p, addressOf, scratch, m, k }: Context, row: I32Local): I32 {
  if (!p.transposeA) return elementAt(addressOf(p.a), flatIndex(row, p.k, k));
  const inBlock = f.keep(i32.sub(row, m));
  const tile = i32.mul(i32.divU(inBlock, TILE_ROWS), tileBytesA(p));
  return i32.add(i32.add(scratch, packedBytesB(p)), elementAt(tile, i32.remU(inBlock, TILE_ROWS)));
}
