import type { PackedProduct } from "../../kernels/index.ts";
import { type Code, FunctionBuilder } from "./assembler.ts";
import { f32x4, i32, memory, v128 } from "./instructions.ts";
import type { AddressOf, EmittedKernel } from "./nest.ts";
import {
  type Arithmetic,
  LARGE,
  TILE_ROWS,
  type TileRegisters,
  emitTileStep,
  startSums,
  storeLanes,
  emitColumns,
  tileRegisters,
} from "./tile.ts";

const [TASK, SCRATCH] = [0, 1];

interface Context {
  readonly f: FunctionBuilder;
  readonly p: PackedProduct;
  readonly addressOf: AddressOf;
  readonly arithmetic: Arithmetic;
  readonly registers: TileRegisters;
  /** i32 locals: the task's ranges, and the depth packed at the moment. */
  readonly at: Readonly<Record<"m" | "mPast" | "n" | "k0" | "k" | "kPast" | "depth" | "output", number>>;
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

/** Bytes from one packed tile of a transposed A to the next: an odd multiple of 64, so that neighbours do not meet in one cache set. */
const tileBytesA = (p: PackedProduct): number => (Math.ceil(p.blockK / 8) * 2 + 1) * 64;

const packedBytesA = (p: PackedProduct): number =>
  Math.ceil(p.blockM / LINE) * (LINE / TILE_ROWS) * tileBytesA(p);

/** A block of the product by register tiles over packed panels of B. */
export function emitProduct(
  name: string,
  p: PackedProduct,
  { addressOf, arithmetic }: { addressOf: AddressOf; arithmetic: Arithmetic },
): EmittedKernel {
  const f = new FunctionBuilder(name, 2);
  const names = ["m", "mPast", "n", "k0", "k", "kPast", "depth", "output"] as const;
  const at = Object.fromEntries(names.map((key) => [key, f.local("i32")])) as Record<
    (typeof names)[number],
    number
  >;
  const [blocksM, blocksN] = [Math.ceil(p.m / p.blockM), Math.ceil(p.n / p.blockN)];
  const perSplit = Math.ceil(p.k / p.splits);
  const rest = f.keep("i32", i32.divU(f.get(TASK), i32.const(blocksN)));
  f.set(at.n, i32.mul(i32.remU(f.get(TASK), i32.const(blocksN)), i32.const(p.blockN)));
  f.set(at.m, i32.mul(i32.remU(f.get(rest), i32.const(blocksM)), i32.const(p.blockM)));
  const split = f.keep("i32", i32.divU(f.get(rest), i32.const(blocksM)));
  f.set(at.k0, i32.mul(f.get(split), i32.const(perSplit)));
  const least = (local: number, value: Code, limit: number): void => {
    f.set(local, value);
    f.set(local, i32.select(f.get(local), i32.const(limit), i32.ltS(f.get(local), i32.const(limit))));
  };
  least(at.mPast, i32.add(f.get(at.m), i32.const(p.blockM)), p.m);
  least(at.kPast, i32.add(f.get(at.k0), i32.const(perSplit)), p.k);
  f.set(at.output, i32.add(i32.const(addressOf(p.output)), i32.mul(f.get(split), i32.const(p.m * p.n * 4))));
  const context: Context = { f, p, addressOf, arithmetic, at, registers: tileRegisters(f, p.panel / 4) };
  f.loop(at.k, { from: f.get(at.k0), to: f.get(at.kPast), step: p.blockK }, () => {
    f.set(at.depth, i32.sub(f.get(at.kPast), f.get(at.k)));
    f.set(
      at.depth,
      i32.select(f.get(at.depth), i32.const(p.blockK), i32.ltS(f.get(at.depth), i32.const(p.blockK))),
    );
    if (p.packing === "task") (p.transposeB ? packTransposed : packPlain)(context);
    if (p.transposeA) packRows(context);
    emitBlock(context);
  });
  return {
    function: f,
    tasks: blocksM * blocksN * p.splits,
    scratch: packedBytesB(p) + (p.transposeA ? packedBytesA(p) : 0) + fetchedBytes(p),
  };
}

/** B [k, n]: each row of the block is cut into panels. Lanes beyond n are never stored, so they may hold anything. */
function packPlain({ f, p, addressOf, at }: Context): void {
  const element = i32.add(i32.mul(f.get(at.k), i32.const(p.n)), f.get(at.n));
  const from = f.keep("i32", i32.add(i32.const(addressOf(p.b)), i32.mul(element, i32.const(4))));
  const to = f.keep("i32", f.get(SCRATCH));
  const row = f.local("i32");
  f.loop(row, { from: i32.const(0), to: f.get(at.depth), step: 1 }, () => {
    for (let panel = 0; panel < p.blockN / p.panel; panel++) {
      for (let n = 0; n < p.panel / 4; n++) {
        f.emit(
          v128.store(
            f.get(to),
            v128.load(f.get(from), (panel * p.panel + n * 4) * 4),
            panel * panelRows(p) * p.panel * 4 + n * 16,
          ),
        );
      }
    }
    f.advance(from, p.n * 4);
    f.advance(to, p.panel * 4);
  });
}

/** A [k, m]: four neighbours of a row belong to four rows of one tile, and tiles follow each other as the rows do. */
function packRows({ f, p, addressOf, at }: Context): void {
  const element = i32.add(i32.mul(f.get(at.k), i32.const(p.m)), f.get(at.m));
  const from = f.keep("i32", i32.add(i32.const(addressOf(p.a)), i32.mul(element, i32.const(4))));
  const to = f.keep("i32", i32.add(f.get(SCRATCH), i32.const(packedBytesB(p))));
  const [step, row] = [f.local("i32"), f.local("i32")];
  const [source, target] = [f.local("i32"), f.local("i32")];
  f.loop(step, { from: i32.const(0), to: f.get(at.depth), step: 1 }, () => {
    f.set(source, f.get(from));
    f.set(target, f.get(to));
    f.loop(row, { from: f.get(at.m), to: f.get(at.mPast), step: LINE }, () => {
      for (let tile = 0; tile < LINE / TILE_ROWS; tile++)
        f.emit(v128.store(f.get(target), v128.load(f.get(source), tile * 16), tile * tileBytesA(p)));
      f.advance(source, LINE * 4);
      f.advance(target, (LINE / TILE_ROWS) * tileBytesA(p));
    });
    f.advance(from, p.m * 4);
    f.advance(to, TILE_ROWS * 4);
  });
}

/** Bytes that the block of a large transposed B takes as it stands; 0 where it is packed from its place. */
const fetchedBytes = (p: PackedProduct): number =>
  p.packing === "task" && p.transposeB && p.k <= p.blockK && p.n * p.k * 4 > LARGE ? p.blockN * p.k * 4 : 0;

/**
 * Copies the block of B to scratch in one go and gives its address: memory that is read strictly in its order arrives several
 * times faster than four rows side by side do.
 */
function fetch({ f, p, addressOf, at }: Context): number {
  const from = f.keep("i32", i32.mul(f.get(at.n), i32.const(p.k * 4)));
  const bytes = f.keep("i32", i32.sub(i32.const(p.n * p.k * 4), f.get(from)));
  const whole = i32.const(fetchedBytes(p));
  f.set(bytes, i32.select(f.get(bytes), whole, i32.ltS(f.get(bytes), whole)));
  const to = f.keep(
    "i32",
    i32.add(f.get(SCRATCH), i32.const(packedBytesB(p) + (p.transposeA ? packedBytesA(p) : 0))),
  );
  f.emit(memory.copy(f.get(to), i32.add(i32.const(addressOf(p.b)), f.get(from)), f.get(bytes)));
  return to;
}

/** B [n, k]: four rows of four turn into four columns at a time. */
function packTransposed(context: Context): void {
  const { f, p, addressOf, at } = context;
  const fetched = fetchedBytes(p) > 0 ? fetch(context) : undefined;
  const pointers = [0, 1, 2, 3].map(() => f.local("i32"));
  const [to, row] = [f.local("i32"), f.local("i32")];
  const group = f.local("i32");
  f.loop(group, { from: i32.const(0), to: i32.const(p.blockN), step: 4 }, () => {
    for (const [j, pointer] of pointers.entries()) {
      f.set(pointer, i32.add(i32.add(f.get(at.n), f.get(group)), i32.const(j)));
      // Rows beyond n repeat the last one: their lanes are never stored.
      f.set(pointer, i32.select(f.get(pointer), i32.const(p.n - 1), i32.ltS(f.get(pointer), i32.const(p.n))));
      if (fetched === undefined) {
        const element = i32.add(i32.mul(f.get(pointer), i32.const(p.k)), f.get(at.k));
        f.set(pointer, i32.add(i32.const(addressOf(p.b)), i32.mul(element, i32.const(4))));
      } else {
        const element = i32.mul(i32.sub(f.get(pointer), f.get(at.n)), i32.const(p.k * 4));
        f.set(pointer, i32.add(f.get(fetched), element));
      }
    }
    const panel = i32.mul(i32.divU(f.get(group), i32.const(p.panel)), i32.const(panelRows(p) * p.panel * 4));
    const lane = i32.mul(i32.remU(f.get(group), i32.const(p.panel)), i32.const(4));
    f.set(to, i32.add(f.get(SCRATCH), i32.add(panel, lane)));
    f.loop(row, { from: i32.const(0), to: f.get(at.depth), step: 4 }, () => {
      const columns = emitColumns(
        f,
        pointers.map((pointer) => v128.load(f.get(pointer))),
      );
      for (const [i, column] of columns.entries()) f.emit(v128.store(f.get(to), column, i * p.panel * 4));
      for (const pointer of pointers) f.advance(pointer, 16);
      f.advance(to, 4 * p.panel * 4);
    });
  });
}

/** All tiles of the block, panel by panel: a panel of B stays in the nearest cache while all rows of A pass it. */
function emitBlock(context: Context): void {
  const { f, p, at } = context;
  const column = f.local("i32");
  const { first, next, row } = panelsOf(context);
  const panel = f.keep("i32", first);
  const full = Math.floor(p.n / p.panel) * p.panel;
  const past = f.keep("i32", i32.add(f.get(at.n), i32.const(p.blockN)));
  f.set(past, i32.select(f.get(past), i32.const(full), i32.ltS(f.get(past), i32.const(full))));
  f.loop(column, { from: f.get(at.n), to: f.get(past), step: p.panel }, () => {
    emitRows(context, { column, panel, row, lanes: p.panel });
    f.advance(panel, next);
  });
  if (p.n % p.panel === 0) return;
  const here = i32.and(
    i32.geS(i32.const(full), f.get(at.n)),
    i32.ltS(i32.const(full), i32.add(f.get(at.n), i32.const(p.blockN))),
  );
  f.when(here, () =>
    emitRows(context, { column: f.keep("i32", i32.const(full)), panel, row, lanes: p.n % p.panel }),
  );
}

/** Bytes: where the block's first panel of B begins, from there to the next panel, and from row to row of a panel. */
function panelsOf({ f, p, addressOf, at }: Context): { first: Code; next: number; row: number } {
  const fromB = (element: Code): Code => i32.add(i32.const(addressOf(p.b)), i32.mul(element, i32.const(4)));
  const row = p.panel * 4;
  switch (p.packing) {
    case "task":
      return { first: f.get(SCRATCH), next: panelRows(p) * row, row };
    case "before": {
      const panels = i32.mul(f.get(at.n), i32.const(p.k));
      return {
        first: fromB(i32.add(panels, i32.mul(f.get(at.k), i32.const(p.panel)))),
        next: p.k * row,
        row,
      };
    }
    case "none": {
      const rows = i32.mul(f.get(at.k), i32.const(p.n));
      return { first: fromB(i32.add(rows, f.get(at.n))), next: row, row: p.n * 4 };
    }
    default:
      return p.packing satisfies never;
  }
}

/** A panel of B that rows of A meet: i32 locals of its first column and address, bytes from row to row, columns to store. */
interface Panel {
  readonly column: number;
  readonly panel: number;
  readonly row: number;
  readonly lanes: number;
}

/** Rows of A four at a time, then two, then one, against one panel. */
function emitRows(context: Context, panel: Panel): void {
  const { f, at } = context;
  const row = f.keep("i32", f.get(at.m));
  for (const rows of [4, 2, 1]) {
    const limit = f.keep("i32", i32.sub(f.get(at.mPast), i32.const(rows - 1)));
    f.loop(row, { from: f.get(row), to: f.get(limit), step: rows }, () =>
      emitTile(context, { row, rows }, panel),
    );
  }
}

function emitTile(
  context: Context,
  { row, rows }: { row: number; rows: number },
  { column, panel, row: stepB, lanes }: Panel,
): void {
  const { f, p, addressOf, arithmetic, registers, at } = context;
  const element = i32.add(i32.mul(f.get(row), i32.const(p.n)), f.get(column));
  const output = f.keep("i32", i32.add(f.get(at.output), i32.mul(element, i32.const(4))));
  const isFirst = i32.eqz(i32.sub(f.get(at.k), f.get(at.k0)));
  const bias =
    p.epilogue.bias && i32.add(i32.const(addressOf(p.epilogue.bias)), i32.mul(f.get(column), i32.const(4)));
  const biasAt = bias && f.keep("i32", bias);
  f.when(
    isFirst,
    () =>
      startSums(f, registers, rows, (_, n) =>
        biasAt === undefined ? v128.splatConst(0) : v128.load(f.get(biasAt), n * 16),
      ),
    () => startSums(f, registers, rows, (r, n) => v128.load(f.get(output), r * p.n * 4 + n * 16)),
  );
  f.set(registers.pointerA, startOfA(context, row));
  f.set(registers.pointerB, f.get(panel));
  const [stepA, rowA] = p.transposeA ? [TILE_ROWS * 4, 4] : [4, p.k * 4];
  const step = f.local("i32");
  f.loop(step, { from: i32.const(0), to: f.get(at.depth), step: 1 }, () =>
    emitTileStep(f, registers, {
      rows,
      arithmetic,
      rowOffset: (r) => r * rowA,
      stepA,
      stepB,
    }),
  );
  if (p.epilogue.relu) {
    const isLast = i32.eqz(i32.sub(i32.add(f.get(at.k), f.get(at.depth)), f.get(at.kPast)));
    f.when(isLast, () =>
      startSums(f, registers, rows, (r, n) => f32x4.pmax(f.get(registers.sums[r]![n]!), v128.splatConst(0))),
    );
  }
  for (let r = 0; r < rows; r++)
    storeLanes(f, f.get(output), registers.sums[r]!, { lanes, offset: r * p.n * 4 });
}

/** Where A's rows for a tile that starts at `row` begin: in the packed block, or in A as it stands. Tiles of fewer rows come last. */
function startOfA({ f, p, addressOf, at }: Context, row: number): Code {
  if (!p.transposeA) {
    const element = i32.add(i32.mul(f.get(row), i32.const(p.k)), f.get(at.k));
    return i32.add(i32.const(addressOf(p.a)), i32.mul(element, i32.const(4)));
  }
  const inBlock = f.keep("i32", i32.sub(f.get(row), f.get(at.m)));
  const tile = i32.mul(i32.divU(f.get(inBlock), i32.const(TILE_ROWS)), i32.const(tileBytesA(p)));
  const lane = i32.mul(i32.remU(f.get(inBlock), i32.const(TILE_ROWS)), i32.const(4));
  return i32.add(i32.add(f.get(SCRATCH), i32.const(packedBytesB(p))), i32.add(tile, lane));
}
