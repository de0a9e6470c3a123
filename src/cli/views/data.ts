import {
  type ComparingEvent,
  type EvaluateEvent,
  type FoundEvent,
  type GroupsEvent,
  type ReadEvent,
  type ReadingEvent,
  countText,
  groupWord,
  plural,
} from "../../app/index.ts";
import type { Progress } from "../terminal/progress.ts";

interface LeftOut {
  readonly path: string;
  readonly reason: string;
}

const namedAtMost = 5;

/** What is said of the data, by every command that reads it. */
export function showData(event: EvaluateEvent, progress: Progress): void {
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
    default:
      return event satisfies never;
  }
}

/** Classes with their counts, and what is no image. */
function showFound({ classes, leftOut }: FoundEvent, progress: Progress): void {
  const total = classes.reduce((sum, { count }) => sum + count, 0);
  const list = classes.map(({ name, count }) => `${name} ${countText(count)}`);
  const shown = list.length > 12 ? [...list.slice(0, 12), `and ${list.length - 12} more`] : list;
  progress.line(
    `${progress.paint.bold(`${plural(total, "image")} of ${plural(classes.length, "class", "classes")}`)}: ${shown.join(", ")}`,
  );
  showLeftOut("file", leftOut, progress);
}

/** A bar while the images are read. */
function showReading({ done, total }: ReadingEvent, progress: Progress): void {
  progress.redraw(`${bar(done / total, 24)} reading images: ${countText(done)} of ${countText(total)}`);
}

/** Images that could not be read. */
function showRead({ leftOut, spilled }: ReadEvent, progress: Progress): void {
  progress.clear();
  showLeftOut("image", leftOut, progress);
  if (spilled) progress.line("The images do not fit in memory; they wait in a temporary file.");
}

/** A bar while copies of one photograph are looked for. */
function showComparing({ done, total }: ComparingEvent, progress: Progress): void {
  progress.redraw(
    `${bar(done / total, 24)} looking for copies of one photograph: ${countText(done)} of ${countText(total)}`,
  );
}

/** Which images belong together; nothing where nobody says so. */
function showGroups(event: GroupsEvent, progress: Progress): void {
  const { source, groups, images, unnamed, photographs = groups } = event;
  progress.clear();
  const count = plural(images, "image");
  switch (source) {
    case "none":
      return;
    case "content":
      return progress.line(
        groups === images
          ? `Compared all ${count}: no two of them show the same photograph.`
          : `The ${count} come from ${plural(photographs, "photograph")} (found by comparing what they show)${
              photographs > groups
                ? `; some show the same scene and count as one, which leaves ${countText(groups)}`
                : ""
            }.`,
      );
    case "column":
    case "pattern":
    case "file": {
      const told = groupTellers[source];
      const alone =
        unnamed > 0 ? `; ${countText(unnamed)} that ${told} names none for count as their own` : "";
      return progress.line(
        `The ${count} are of ${plural(groups, groupWord(source))}, as ${told} says${alone}.`,
      );
    }
    default:
      return source satisfies never;
  }
}

const groupTellers = {
  column: "the column group",
  pattern: "--group-pattern",
  file: "the split file",
} as const;

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
