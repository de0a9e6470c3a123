import type { Nest } from "../../../kernels/index.ts";
import { affineIndicesOf } from "../../../plan/index.ts";

/**
 * How a nest is cut into work and run.
 * rows: a unit is one index of the leading axes; the last axis is a vector loop inside.
 * columns: a unit is one element of the last axis; all other axes are loops around it.
 */
export interface Schedule {
  readonly mode: "rows" | "columns";
  /** Leading axes whose product is cut into tasks; 0 in columns mode. */
  readonly leading: number;
  /** The last axis can run four elements at a time. */
  readonly vector: boolean;
  readonly units: number;
  readonly unitsPerTask: number;
  readonly tasks: number;
}

/** Points of a nest below which a task is not worth taking. Chosen, not measured; a barrier costs 0.5 µs (docs/performance.md, Scaling). */
const WORK_PER_TASK = 32_768;

/** Enough to share out evenly among a few dozen threads. Chosen, not measured. */
const MAX_TASKS = 64;

/** Columns are units where there are fewer other points than this, and at least so many columns. Chosen, not measured. */
const COLUMNS = { maxOthers: 8, minWidth: 1024 };

/** Cuts a nest (simplified, at least one axis) into tasks; depends on shapes alone, never on the number of threads. */
export function nestScheduleOf(nest: Nest): Schedule {
  const last = nest.axes.length - 1;
  const width = nest.axes[last] ?? 1;
  const others = product(nest.axes.slice(0, last));
  const columns = last === 0 || (others < COLUMNS.maxOthers && width >= COLUMNS.minWidth);
  let leading = 0;
  while (!columns && leading < last && (leading === 0 || product(nest.axes.slice(0, leading)) < MAX_TASKS))
    leading++;
  const units = columns ? width : product(nest.axes.slice(0, leading));
  const work = others * width * product(nest.reduce);
  const wanted = Math.min(MAX_TASKS, Math.max(1, Math.floor(work / WORK_PER_TASK)), units);
  // Columns are cut at multiples of 16 elements: one cache line, and whole vectors.
  const step = columns ? 16 : 1;
  const unitsPerTask = Math.ceil(units / wanted / step) * step;
  return {
    mode: columns ? "columns" : "rows",
    leading,
    vector: width >= 4 && isVector(nest, last),
    units,
    unitsPerTask,
    tasks: Math.ceil(units / unitsPerTask),
  };
}

const product = (extents: readonly number[]): number => extents.reduce((a, b) => a * b, 1);

/** Four neighbours along the axis lie side by side, or are one, in every access. */
function isVector(nest: Nest, axis: number): boolean {
  const free = nest.guards.every((guard) => (guard.strides[axis] ?? 0) === 0);
  const written = nest.writes.every(({ access }) => access.strides[axis] === 1);
  const read = affineIndicesOf(nest).every(
    (affine) => !("buffer" in affine) || affine.strides[axis] === 0 || affine.strides[axis] === 1,
  );
  return free && written && read;
}
