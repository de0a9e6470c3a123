import { at } from "../../../../base/index.ts";
import { type FunctionBuilder, type I32Local, type V128, f32x4, v128 } from "../../../../simd/index.ts";
import { type Access, type Nest, visitExpr } from "../../../kernels/index.ts";
import { expressionsOf } from "../../../plan/index.ts";
import { ExprEmitter, type Invariants, type LoopContext, type ReductionLocals, emitWrites } from "./expr.ts";
import type { Schedule } from "./loops.ts";
import { type Pointers, advancePointers, pointerOf, sharedPointers, stepOf } from "./pointers.ts";

// Loops: rows (the reduction loop), and in each the columns (the last axis), two vectors at a time.
// Registers: the sums of the columns at hand, one a vector and reduction.
// Memory: scratch holds the partial sums [reduction][column].

/** Fewer rows are not worth writing their sums back. Chosen, not measured; what sweeps gain: docs/performance/lab-notes.md, What was tried. */
const MIN_ROWS = 8;
/** Bytes of sums that stay in the nearest cache while the rows pass: half of 32 KiB. Chosen, not measured. */
const MAX_SUMS = 16_384;

/**
 * Whether a nest sums many rows of side-by-side columns: then all columns of a row come before the next row, so that memory is
 * read in its order, and the sums wait in scratch.
 */
export function sweeps(nest: Nest, schedule: Schedule): boolean {
  const columns = nest.axes.at(-1) ?? 1;
  const plain = nest.reductions.every(({ combine, indexExpr }) => combine === "sum" && !indexExpr);
  const [rows = 0, ...others] = nest.reduce;
  const fits = columns >= 8 && columns % 4 === 0 && sweepScratch(nest) <= MAX_SUMS;
  const many =
    nest.reductions.length > 0 && rows >= MIN_ROWS && others.length === 0 && nest.guards.length === 0;
  return schedule.mode === "rows" && schedule.vector && plain && fits && many && readsOnly(nest);
}

/** Bytes of scratch for the sums. */
export const sweepScratch = (nest: Nest): number => nest.reductions.length * (nest.axes.at(-1) ?? 1) * 4;

/** No expression asks where in the loops it stands. */
function readsOnly(nest: Nest): boolean {
  let plain = true;
  for (const expr of expressionsOf(nest))
    visitExpr(expr, (part) => (plain &&= part.kind !== "index" && part.kind !== "uniform"));
  return plain;
}

export interface SweepOptions {
  /** Where every access stands at the first column and row. */
  readonly pointers: Pointers;
  readonly fixed: Invariants;
  /** The room for the sums. */
  readonly scratch: I32Local;
}

/** A few columns of a row: the pointers to them, how many vectors they are, and the pointer to their sums. */
interface Columns {
  readonly pointers: Pointers;
  readonly vectors: number;
  readonly sums: I32Local;
}

/** Emits one unit of a nest that {@link sweeps}. */
export class Sweep {
  private readonly f: FunctionBuilder;
  private readonly nest: Nest;
  private readonly options: SweepOptions;
  /** Columns of a row. */
  private readonly width: number;

  constructor(f: FunctionBuilder, nest: Nest, options: SweepOptions) {
    this.f = f;
    this.nest = nest;
    this.options = options;
    this.width = at(nest.axes, nest.axes.length - 1);
  }

  emit(): void {
    const pointers = this.copied(this.options.pointers);
    const take = (first: boolean): void => {
      this.overColumns(pointers, (columns) => this.addRow(columns, first));
      advancePointers(this.f, pointers, (access) => this.rowBytes(access));
    };
    take(true);
    this.f.repeat(at(this.nest.reduce, 0) - 1, () => take(false));
    this.overColumns(this.options.pointers, (columns) => {
      const loops = this.loops(
        columns,
        this.sums(columns, (offset) => v128.load(columns.sums, offset)),
      );
      const emitter = new ExprEmitter(this.f, loops, this.options.fixed);
      emitWrites(this.f, this.nest, emitter, { loops, vectors: columns.vectors });
    });
  }

  /** Bytes from one row to the next. */
  private rowBytes(access: Access): number {
    return stepOf(access, this.nest.axes.length);
  }

  /** Bytes from one column to the next. */
  private columnBytes(access: Access): number {
    return stepOf(access, this.nest.axes.length - 1);
  }

  private copied(pointers: Pointers): Pointers {
    const from = (access: Access): I32Local => pointerOf(pointers, access);
    return sharedPointers(
      pointers.keys(),
      (access) => `${from(access).index} ${this.rowBytes(access)} ${this.columnBytes(access)}`,
      (access) => this.f.keep(from(access)),
    );
  }

  /** All columns from the first to the last, two vectors at a time. */
  private overColumns(from: Pointers, inside: (columns: Columns) => void): void {
    const { f } = this;
    const pointers = this.copied(from);
    const sums = f.keep(this.options.scratch);
    f.cut(this.width, 8, (columns) => {
      inside({ pointers, vectors: columns / 4, sums });
      advancePointers(f, pointers, (access) => columns * this.columnBytes(access));
      f.advance(sums, columns * 4);
    });
  }

  private loops({ pointers }: Columns, reductions: readonly ReductionLocals[]): LoopContext {
    const pointer = (access: Access): I32Local => pointerOf(pointers, access);
    return { counters: [], pointer, lane: this.nest.axes.length - 1, wide: true, reductions };
  }

  /** New locals for the sums of some columns; `value` gets how far they stand from the columns' sums, and where they start. */
  private sums(
    { vectors }: Columns,
    value: (offset: number, initial: number) => V128,
  ): readonly ReductionLocals[] {
    return this.nest.reductions.map(({ initial }, i) => ({
      value: Array.from({ length: vectors }, (_, u) =>
        this.f.keep(value((i * this.width + u * 4) * 4, initial)),
      ),
      argmax: [],
    }));
  }

  /** sums += the terms of a row. */
  private addRow(columns: Columns, first: boolean): void {
    const { f, nest } = this;
    const reductions = this.sums(columns, (offset, initial) =>
      first ? f32x4.const(initial) : v128.load(columns.sums, offset),
    );
    const emitter = new ExprEmitter(f, this.loops(columns, reductions), this.options.fixed);
    for (let u = 0; u < columns.vectors; u++) {
      for (const [i, { term }] of nest.reductions.entries()) {
        const sum = at(at(reductions, i).value, u);
        f.set(sum, f32x4.add(sum, emitter.value(term, u)));
      }
    }
    for (const [i, { value }] of reductions.entries()) f.storeAll(columns.sums, value, i * this.width * 4);
  }
}
