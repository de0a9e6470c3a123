import type { StoredRange } from "../transforms/types.ts";

/** What a column of a table means to Fovea, by its own name for it. */
export type ColumnMeaning = "path" | "label" | "split" | "group" | "weight";

/** A class and how many images it has. */
export interface ClassCount {
  readonly name: string;
  readonly images: number;
}

/** A row of a table. */
export interface TableRow {
  readonly table: string;
  /** Counts from 1, the header among them. */
  readonly row: number;
}

/** Values of images that were looked at. */
export interface ValuesSeen {
  /** Of more than 8 bits. */
  readonly images: number;
  /** Of each value. */
  readonly bits: number;
  /** The highest value. */
  readonly max: number;
}

/** What was noticed about the data before all images are read. */
export type ScanNote =
  | {
      /** Columns that were taken under other names than Fovea's, or chosen among several of one meaning. */
      readonly code: "columns-read";
      readonly data: {
        readonly table: string;
        readonly columns: readonly { readonly column: string; readonly meaning: ColumnMeaning }[];
        /** Columns of a meaning that another column has. */
        readonly unused: readonly string[];
      };
    }
  | {
      /** A table that is not UTF-8 and has no mark of its encoding. */
      readonly code: "encoding-assumed";
      readonly data: {
        readonly table: string;
        readonly encoding: string;
        /** A cell whose letters show whether that is right. */
        readonly example: string;
      };
    }
  | {
      /** Rows whose files were not where they say. */
      readonly code: "paths-found";
      readonly data: {
        readonly table: string;
        /** Rows whose file was found by its name alone, without its folder or extension. */
        readonly byName: number;
        /** Folder that was taken off the front of paths, and how many: the data lay there before. */
        readonly moved?: { readonly folder: string; readonly rows: number };
      };
    }
  | {
      /** Images that a table names more than once, and not the same each time. */
      readonly code: "conflicting-rows";
      readonly data: {
        readonly paths: readonly string[];
        readonly example: {
          readonly path: string;
          readonly rows: readonly [TableRow, TableRow];
          /** What the rows differ in. */
          readonly column: Exclude<ColumnMeaning, "path">;
          readonly values: readonly [string, string];
        };
      };
    }
  | {
      /** Classes whose names a reader can hardly tell apart: each set with the largest first. */
      readonly code: "alike-classes";
      readonly data: { readonly sets: readonly (readonly ClassCount[])[] };
    }
  | {
      /** The same where they were asked to be merged, each set into its first name. */
      readonly code: "merged-classes";
      readonly data: {
        readonly sets: readonly { readonly into: string; readonly classes: readonly ClassCount[] }[];
      };
    }
  | {
      /** Of some images that were looked at, those of more than 8 bits have low values only: nearly black in 8 bits. */
      readonly code: "unused-range";
      readonly data: ValuesSeen & {
        /** Highest value of the 8, 10, 12 or 14 bits that they fit in. */
        readonly full: number;
      };
    }
  | {
      /** Some have values above the range that was asked for. */
      readonly code: "range-exceeded";
      readonly data: ValuesSeen & { readonly range: StoredRange };
    }
  | {
      /** Names of classes that no image of is used. */
      readonly code: "classes-without-images";
      readonly data: {
        readonly classes: readonly {
          readonly name: string;
          /** Files or rows of it. */
          readonly files: number;
          /** Why the first of them is not used; absent where there is none. */
          readonly reason?: string;
        }[];
      };
    };
