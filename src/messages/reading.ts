import { countText, plural } from "../base/index.ts";
import { type GroupSource, groupWord } from "../data/index.ts";
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
  | { readonly code: "images-spilled"; readonly data: { readonly images: number } };

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
};
