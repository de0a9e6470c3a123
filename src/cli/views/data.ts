import {
  type ComparingEvent,
  type DataEvent,
  type EvaluateEvent,
  type FoundEvent,
  type GroupsEvent,
  type ReadEvent,
  type ReadingEvent,
  type SkippedFile,
  type Work,
  type WorkingEvent,
  countSkipped,
  countText,
  plural,
} from "../../app/index.ts";
import { messageText, written } from "../../messages/index.ts";
import { wholePercent } from "../../base/index.ts";
import type { Progress } from "../terminal/progress.ts";

const maxNamed = 5;

/** Shows what every command that reads a data set finds in it. */
export function showData(event: DataEvent, progress: Progress): void {
  switch (event.type) {
    case "found":
      return showFound(event, progress);
    case "reading":
      return showReading(event, progress);
    case "read":
      return showRead(event, progress);
    case "comparing":
      return showComparing(event, progress);
    case "groups":
      return showGroups(event, progress);
    case "working":
      return showWorking(event, progress);
    default:
      return event satisfies never;
  }
}

const workWords: Readonly<Record<Work, string>> = {
  "finding-images": "looking for images",
  "looking-at-sizes": "looking at the sizes of some images",
  planning: "planning the network's memory",
  "recognising-images": "looking for images of the training",
  splitting: "splitting the images",
  preparing: "preparing the training set",
  compiling: "compiling the network",
  predicting: "evaluating the network",
  metrics: "computing metrics and their intervals",
  baselines: "training the baselines",
  auditing: "looking for problems",
  "drawing-images": "drawing images",
  "range-test": "testing learning rates",
  "measuring-speed": "timing the first steps",
  "report-images": "drawing the report",
  writing: "writing the results",
};

/** What goes on, and how much of it is done where that is known. */
function showWorking({ on, done }: WorkingEvent, progress: Progress): void {
  progress.redraw(`${done === undefined ? "" : `${gauge(done, progress)} `}${workWords[on]}`);
}

/** The same, and how many images are evaluated. */
export function showEvaluation(event: EvaluateEvent, progress: Progress): void {
  if (event.type !== "evaluating") return showData(event, progress);
  const { done, total } = event;
  progress.redraw(
    `${gauge(done / total, progress)} evaluating: ${countText(done)} of ${plural(total, "image")}`,
  );
  if (done === total) progress.clear();
}

/** Classes with their counts, how they were read, and skipped files. */
function showFound({ classes, skipped, notes }: FoundEvent, progress: Progress): void {
  const total = classes.reduce((sum, { count }) => sum + count, 0);
  const list = classes.map(({ name, count }) => `${name} ${countText(count)}`);
  const shown = list.length > 12 ? [...list.slice(0, 12), `and ${list.length - 12} more`] : list;
  progress.line(
    `${progress.paint.bold(`${plural(total, "image")} of ${plural(classes.length, "class", "classes")}`)}: ${shown.join(", ")}`,
  );
  for (const note of notes) progress.line(progress.paint.warn(messageText(note)));
  showSkipped("file", skipped, progress);
}

/** A bar while the images are read. */
function showReading({ done, total }: ReadingEvent, progress: Progress): void {
  progress.redraw(
    `${gauge(done / total, progress)} reading images: ${countText(done)} of ${countText(total)}`,
  );
}

/** Images that could not be read. */
function showRead({ count, skipped, spilled }: ReadEvent, progress: Progress): void {
  progress.clear();
  showSkipped("image", skipped, progress);
  if (spilled) progress.line(written({ code: "images-spilled", data: { images: count } }).text);
}

/** A bar during near-duplicate detection. */
function showComparing({ done, total }: ComparingEvent, progress: Progress): void {
  progress.redraw(
    `${gauge(done / total, progress)} detecting near-duplicates: ${countText(done)} of ${countText(total)}`,
  );
}

/** How the images are grouped; nothing where no groups are known. */
function showGroups(
  { source, groups, images, ungrouped, photographs, acrossGroups }: GroupsEvent,
  progress: Progress,
): void {
  progress.clear();
  if (source === "none") return;
  const data = { source, groups, images, ungrouped, photographs, named: acrossGroups?.named };
  progress.line(written({ code: "groups", data }).text);
}

/** Files that were left out, the first ones by name. */
export function showSkipped(what: string, skipped: readonly SkippedFile[], progress: Progress): void {
  if (skipped.length === 0) return;
  progress.line(progress.paint.warn(`${plural(countSkipped(skipped), what)} skipped:`));
  for (const { path, reason } of skipped.slice(0, maxNamed)) progress.line(`  ${path}: ${reason}`);
  const more = countSkipped(skipped.slice(maxNamed));
  if (more > 0) progress.line(`  and ${countText(more)} more`);
}

/** How much is done: a bar where the line can be rewritten, else a percentage. */
export const gauge = (done: number, { live }: Progress, width: number = 24): string =>
  live ? bar(done, width) : wholePercent(done).padStart(4);

/** A bar of `width` characters of which the fraction `done` is full. */
export function bar(done: number, width: number): string {
  const full = Math.round(Math.min(Math.max(done, 0), 1) * width);
  return "█".repeat(full) + "░".repeat(width - full);
}
