import { countText, listText, plural } from "../base/index.ts";
import {
  type ClassCount,
  type ColumnMeaning,
  type GroupSource,
  type ScanNote,
  groupWord,
} from "../data/index.ts";
import type { Catalogue } from "./types.ts";

/** What is said while a data set is read. */
export type ReadingStatement =
  | {
      readonly code: "groups";
      readonly data: {
        readonly source: Exclude<GroupSource, "none">;
        readonly images: number;
        readonly groups: number;
        /** Images that the source names no group for; each is one of its own. */
        readonly ungrouped: number;
        /** Source images, where some show one scene and so share a group; at least as many as groups. */
        readonly photographs?: number | undefined;
        /** Groups that are named, where near-duplicates link some, so that these count as one; at least as many as groups. */
        readonly named?: number | undefined;
      };
    }
  | {
      /** The same in an audit, which tells the largest group as well. */
      readonly code: "group-sizes";
      readonly data: {
        readonly source: GroupSource;
        readonly images: number;
        readonly groups: number;
        readonly ungrouped: number;
        /** Images of the largest group. */
        readonly largestGroup: number;
      };
    }
  | { readonly code: "images-spilled"; readonly data: { readonly images: number } }
  | ScanNote;

/** Where groups come from, as it stands in brackets. */
const sources: Readonly<Record<Exclude<GroupSource, "none">, string>> = {
  content: " (detected by content)",
  column: " (from the column group)",
  pattern: " (from --group-pattern)",
  file: " (from the split file)",
};

/** What becomes of images that the source names no group for. */
const ungroupedText = (images: number): string =>
  images === 1
    ? "1 image without a group counts as its own group"
    : `${countText(images)} images without a group count as their own groups`;

const maxNamed = 6;

/** The first of many. */
const someOf = (texts: readonly string[]): string => listText(texts, { most: maxNamed });

/** The letters of a name that are not in another and look like others: "U+0441". */
function oddLetters(name: string, other: string): string {
  const odd = Array.from(name).filter(
    (letter) => !/^[!-~]$/.test(letter) && !other.toLowerCase().includes(letter.toLowerCase()),
  );
  const codes = [...new Set(odd)].slice(0, 3).map((letter) => letter.codePointAt(0) ?? 0);
  return codes.map((code) => `U+${code.toString(16).toUpperCase().padStart(4, "0")}`).join(", ");
}

/** '"Cat" (120 images) and "cat" (3 images)'; letters that only look like those of the first name are told by their codes. */
const alikeText = (classes: readonly ClassCount[]): string =>
  listText(
    classes.map(({ name, images }, i) => {
      const odd = i === 0 ? "" : oddLetters(name, classes[0]?.name ?? "");
      return `"${name}" (${odd === "" ? "" : `with ${odd}, `}${plural(images, "image")})`;
    }),
  );

const meanings: Readonly<Record<ColumnMeaning, string>> = {
  path: "path",
  label: "label",
  split: "split",
  group: "group",
  weight: "sample weight (what an image's loss counts in training)",
};

export const readingMessages: Catalogue<ReadingStatement> = {
  groups: ({ source, images, groups, ungrouped, photographs = groups, named = groups }) => {
    const count = plural(images, "image");
    if (source === "content" && groups === images)
      return { text: `No near-duplicates among ${count}${sources.content}.` };
    const what = `${plural(named, "group")}${source === "content" ? " of near-duplicates" : ""}`;
    const scenes =
      photographs > groups
        ? `; ${countText(photographs)} source images, those of one scene in one group`
        : "";
    const linked =
      named > groups ? `, or ${countText(groups)} where groups that share near-duplicates count as one` : "";
    const rest = ungrouped > 0 ? `; ${ungroupedText(ungrouped)}` : "";
    return {
      text: `${count} ${images === 1 ? "forms" : "form"} ${what}${sources[source]}${linked}${scenes}${rest}.`,
    };
  },
  "group-sizes": ({ source, images, groups, ungrouped, largestGroup }) => {
    const how = source === "none" ? "" : sources[source];
    if (groups === images) return { text: `No two images share a group${how}.` };
    const rest = ungrouped > 0 ? ` ${ungroupedText(ungrouped)}.` : "";
    return {
      text: `${plural(images, "image")} from ${plural(groups, groupWord(source))}${how}; the largest has ${plural(largestGroup, "image")}.${rest}`,
    };
  },
  "images-spilled": ({ images }) => ({
    text:
      images === 1
        ? "The decoded image does not fit in memory; it is kept in a temporary file."
        : `The ${plural(images, "decoded image")} do not fit in memory; they are kept in a temporary file.`,
  }),
  "columns-read": ({ table, columns, unused }) => ({
    text:
      `${table}: ${listText(columns.map(({ column, meaning }) => `column ${column} is read as ${meanings[meaning]}`))}` +
      (unused.length > 0 ? `; ${listText(unused)} ${unused.length === 1 ? "is" : "are"} not used.` : "."),
    ...(columns.some(({ meaning }) => meaning === "weight") && {
      suggestion: "Rename the column of weights if it means something else.",
    }),
  }),
  "unused-range": ({ images, bits, max, full }) => ({
    text:
      `Of ${plural(images, "image")} with ${bits} bits a value, looked at as a sample, no value is above ${countText(max)} of ${countText(2 ** bits - 1)}: ` +
      `as 8 bits they are ${Math.floor(max / 2 ** (bits - 8))} of 255 at most, nearly black.`,
    suggestion: `If ${countText(full)} is white, train with --range 0-${full}; the model then scales new images alike.`,
  }),
  "range-exceeded": ({ images, max, range }) => ({
    text:
      `In ${plural(images, "image")} looked at as a sample, values go up to ${countText(max)}: ` +
      `those above ${countText(range.max)} become white.`,
    suggestion: `Choose a --range that holds all values, such as ${range.min}-${max}, unless brighter parts do not matter.`,
  }),
  "encoding-assumed": ({ table, encoding, example }) => ({
    text: `${table} is not UTF-8; it is read as ${encoding} (for example: ${example}).`,
    suggestion: "If that looks wrong, save it again as UTF-8.",
  }),
  "paths-found": ({ table, byName, moved }) => ({
    text: [
      ...(moved
        ? [`${table}: ${moved.folder} is taken off the front of ${plural(moved.rows, "path")}.`]
        : []),
      ...(byName > 0
        ? [
            `${table}: ${plural(byName, "row")} ${byName === 1 ? "names its file" : "name their files"} without folder or extension; ` +
              `${byName === 1 ? "it is" : "each is"} the only one of that name.`,
          ]
        : []),
    ].join(" "),
  }),
  "conflicting-rows": ({ paths, example: { path, rows, column, values } }) => {
    const [first, second] = rows;
    const where =
      first.table === second.table
        ? `row ${first.row} and ${values[1]} in row ${second.row} of ${first.table}`
        : `row ${first.row} of ${first.table} and ${values[1]} in row ${second.row} of ${second.table}`;
    const more = paths.length - 1;
    const others =
      more === 0 ? "" : `; ${plural(more, "other image")} ${more === 1 ? "is" : "are"} named twice as well`;
    return {
      text: `Rows of a table contradict each other: ${path} has the ${column} ${values[0]} in ${where}${others}. ${paths.length === 1 ? "It is" : "They are"} left out.`,
      suggestion: "Keep the correct row of each.",
    };
  },
  "alike-classes": ({ sets }) => ({
    text: `${sets.length === 1 ? "Classes have names that are" : `${countText(sets.length)} sets of classes have names that are`} hard to tell apart: ${sets.slice(0, maxNamed).map(alikeText).join("; ")}${sets.length > maxNamed ? "; and others" : ""}.`,
    suggestion: "If they are one class, add --merge-classes (in the library mergeClasses: true).",
  }),
  "merged-classes": ({ sets }) => ({
    text: `Merged: ${sets
      .slice(0, maxNamed)
      .map(({ into, classes }) => `${alikeText(classes)} into "${into}"`)
      .join("; ")}${sets.length > maxNamed ? "; and others" : ""}.`,
  }),
  "classes-without-images": ({ classes }) => ({
    text: `No image can be used, so ${classes.length === 1 ? "this is no class" : "these are no classes"}: ${someOf(
      classes.map(({ name, files, reason }) =>
        files === 0
          ? `${name} (empty)`
          : `${name} (${plural(files, "file")}${reason === undefined ? "" : `; ${reason}`})`,
      ),
    )}.`,
    suggestion: "Add images, or remove what is meant to be no class.",
  }),
};
