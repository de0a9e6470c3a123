import type { GroupSource, SkippedFile, Part, ScanNote } from "../data/index.ts";
import type { ExampleStatement, FindingCode, FindingStatement, ImageChange } from "./statements.ts";

/** error: to be fixed before training; warning: to be checked before training; note: good to know. */
export type Severity = "error" | "warning" | "note";

/** Something that the owner of the data should know, counted and put together: never one finding an image. */
export type Finding = FindingStatement & {
  readonly severity: Severity;
  /** Paths of all images it is about; empty where it is about the collection as a whole. */
  readonly images: readonly string[];
  /** A few worth looking at, the clearest first. */
  readonly examples: readonly Example[];
};

/** Images that belong side by side, and what there is to see. */
export type Example = ExampleStatement & { readonly paths: readonly string[] };

/** One image of the collection, and the findings that name it. */
export interface AuditedImage {
  readonly path: string;
  readonly label: string;
  readonly part?: Part;
  /** Name of its group; an image without near-duplicates is its own, by its path. */
  readonly group: string;
  /** Path of the first image of its scene, where several source images show the same thing, such as two shots of one field. */
  readonly scene?: string;
  readonly findings: readonly FindingCode[];
}

/** Two images that are one, by their paths. */
export interface DuplicateLink {
  readonly a: string;
  readonly b: string;
  readonly kind: "same-file" | "same-pixels" | "near-duplicate";
  /** What became of a in b; none where they are equal. */
  readonly changes: readonly ImageChange[];
}

export interface ClassFacts {
  readonly name: string;
  readonly images: number;
  /** Groups that its images come from. */
  readonly groups: number;
  /** Images that cannot be read. */
  readonly unreadable: number;
}

/** How many images share a property, the most frequent first. */
export interface Share {
  /** "320 x 240", "jpeg", "grey" */
  readonly name: string;
  readonly images: number;
}

/** What is in a collection and what is wrong with it. */
export interface Audit {
  readonly images: readonly AuditedImage[];
  /** Number of groups. */
  readonly groups: number;
  readonly groupSource: GroupSource;
  /** Images of the largest group. */
  readonly largestGroup: number;
  /** How many groups have so many images, the smallest number first. */
  readonly groupSizes: readonly { readonly images: number; readonly groups: number }[];
  /** The most severe first. */
  readonly findings: readonly Finding[];
  readonly counts: {
    readonly images: number;
    readonly readable: number;
    /** Images that share a group with another. */
    readonly grouped: number;
    /** Images that the source names no group for; each is its own. */
    readonly ungrouped: number;
  };
  readonly classes: readonly ClassFacts[];
  /** Images in each part of the data's own split; empty where it brings none. */
  readonly parts: readonly { readonly part: Part; readonly images: number }[];
  readonly sizes: readonly Share[];
  readonly formats: readonly Share[];
  /** "colour" and "grey", by the pixels. */
  readonly colours: readonly Share[];
  readonly duplicates: readonly DuplicateLink[];
  /** Files that are no labelled images. */
  readonly skipped: readonly SkippedFile[];
  /** How the data was read, where that is not plain. */
  readonly notes: readonly ScanNote[];
}

/** All that the page of an audit shows; plain data. */
export interface AuditReport extends Omit<Audit, "images" | "duplicates" | "notes"> {
  /** Name of the data. */
  readonly title: string;
  /** How long it took. */
  readonly seconds: number;
  /** Data URLs of small images, by path, for those in the examples; one that cannot be shown has none. */
  readonly thumbnails: Readonly<Record<string, string>>;
}
