import { type FunctionBuilder, type I32Local, type V128Local, f32x4, v128 } from "../../../simd/index.ts";
import { type Access, type Expr, type Nest, visitExpr } from "../../kernels/index.ts";
import { expressionsOf } from "../../plan/index.ts";
import { ExprEmitter, type Place, type ReductionLocals, emitStore } from "./expr.ts";
import type { Schedule } from "./nestLoops.ts";
import { type Pointers, advancePointers, sharedPointers, stepOf } from "./pointers.ts";

/** Fewer rows are not worth writing their sums back. */
const MIN_ROWS = 8;
/** Bytes of sums that stay in the nearest cache while the rows pass. */
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
  /** Values that are the same everywhere. */
  readonly fixed: ReadonlyMap<Expr, V128Local>;
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

  constructor(f: FunctionBuilder, nest: Nest, options: SweepOptions) {
    this.f = f;
    this.nest = nest;
    this.options = options;
  }

  emit(): void {
    const pointers = this.copied(this.options.pointers);
    const take = (first: boolean): void => {
      this.overColumns(pointers, (columns) => this.addRow(columns, first));
      advancePointers(this.f, pointers, (access) => this.rowBytes(access));
    };
    take(true);
    this.f.repeat(this.nest.reduce[0]! - 1, () => take(false));
    this.overColumns(this.options.pointers, (columns) => this.write(columns));
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
    const at = (access: Access): I32Local => pointers.get(access)!;
    return sharedPointers(
      pointers.keys(),
      (access) => `${at(access).index} ${this.rowBytes(access)} ${this.columnBytes(access)}`,
      (access) => this.f.keep(at(access)),
    );
  }

  /** All columns from the first to the last, two vectors at a time. */
  private overColumns(from: Pointers, inside: (columns: Columns) => void): void {
    const { f } = this;
    const extent = this.nest.axes.at(-1)!;
    const pointers = this.copied(from);
    const sums = f.keep(this.options.scratch);
    const some = (vectors: number): void => {
      inside({ pointers, vectors, sums });
      advancePointers(this.f, pointers, (access) => vectors * 4 * this.columnBytes(access));
      f.advance(sums, vectors * 16);
    };
    f.repeat(Math.floor(extent / 8), () => some(2));
    if (extent % 8 > 0) some(1);
  }

  /** Where reduction `i` of vector `u` waits, in bytes from the columns' sums. */
  private sumOffset(i: number, u: number): number {
    return (i * this.nest.axes.at(-1)! + u * 4) * 4;
  }

  private place({ pointers }: Columns, reductions: readonly ReductionLocals[]): Place {
    return {
      counters: [],
      pointer: (access) => pointers.get(access)!,
      lane: this.nest.axes.length - 1,
      wide: true,
      reductions,
    };
  }

  private loadSums({ vectors, sums }: Columns): readonly ReductionLocals[] {
    return this.nest.reductions.map((_, i) => ({
      value: Array.from({ length: vectors }, (__, u) => this.f.keep(v128.load(sums, this.sumOffset(i, u)))),
      argmax: [],
    }));
  }

  /** sums += the terms of a row. */
  private addRow(columns: Columns, first: boolean): void {
    const { f, nest } = this;
    const reductions = first
      ? nest.reductions.map(({ initial }) => ({
          value: Array.from({ length: columns.vectors }, () => f.keep(f32x4.const(initial))),
          argmax: [],
        }))
      : this.loadSums(columns);
    const emitter = new ExprEmitter(f, this.place(columns, reductions), this.options.fixed);
    for (let u = 0; u < columns.vectors; u++) {
      for (const [i, { term }] of nest.reductions.entries()) {
        const sum = reductions[i]!.value[u]!;
        f.set(sum, f32x4.add(sum, emitter.value(term, u)));
      }
    }
    for (const [i, { value }] of reductions.entries())
      for (const [u, sum] of value.entries()) f.store(columns.sums, sum, this.sumOffset(i, u));
  }

  private write(columns: Columns): void {
    const { f, nest } = this;
    const place = this.place(columns, this.loadSums(columns));
    const emitter = new ExprEmitter(f, place, this.options.fixed);
    const results = nest.writes.map(({ value }) =>
      Array.from({ length: columns.vectors }, (_, u) => f.keep(emitter.value(value, u))),
    );
    for (const [i, { access }] of nest.writes.entries())
      for (const [u, result] of results[i]!.entries()) emitStore(f, access, result, { place, u });
  }
}
