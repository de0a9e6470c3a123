import { type FoundEvent, type ReadEvent, type ReadingEvent, countText, plural } from "../app/index.ts";
import type { Progress } from "./say.ts";

interface LeftOut {
  readonly path: string;
  readonly reason: string;
}

const namedAtMost = 5;

/** Classes with their counts, and what is no picture. */
export function showFound({ classes, leftOut }: FoundEvent, progress: Progress): void {
  const total = classes.reduce((sum, { count }) => sum + count, 0);
  const list = classes.map(({ name, count }) => `${name} ${countText(count)}`);
  const shown = list.length > 12 ? [...list.slice(0, 12), `and ${list.length - 12} more`] : list;
  progress.line(
    `${progress.paint.bold(`${plural(total, "picture")} of ${plural(classes.length, "class", "classes")}`)}: ${shown.join(", ")}`,
  );
  showLeftOut("file", leftOut, progress);
}

/** A bar while the pictures are read. */
export function showReading({ done, total }: ReadingEvent, progress: Progress): void {
  progress.redraw(`${bar(done / total, 24)} reading pictures: ${countText(done)} of ${countText(total)}`);
}

/** Pictures that could not be read. */
export function showRead({ leftOut, spilled }: ReadEvent, progress: Progress): void {
  progress.clear();
  showLeftOut("picture", leftOut, progress);
  if (spilled) progress.line("The pictures do not fit in memory; they wait in a temporary file.");
}

function showLeftOut(what: string, leftOut: readonly LeftOut[], progress: Progress): void {
  if (leftOut.length === 0) return;
  progress.line(progress.paint.warn(`${plural(leftOut.length, what)} left out:`));
  for (const { path, reason } of leftOut.slice(0, namedAtMost)) progress.line(`  ${path}: ${reason}`);
  if (leftOut.length > namedAtMost) progress.line(`  and ${countText(leftOut.length - namedAtMost)} more`);
}

/** A bar of `width` characters of which the fraction `done` is full. */
export function bar(done: number, width: number): string {
  const full = Math.round(Math.min(Math.max(done, 0), 1) * width);
  return "█".repeat(full) + "░".repeat(width - full);
}
