import type { ScanNote } from "../../data/index.ts";
import type { Finding } from "../types.ts";

/** What the scan noticed and the owner of the data should mend. */
export const noteFindings = (notes: readonly ScanNote[]): readonly Finding[] => notes.flatMap(findingOf);

function findingOf(note: ScanNote): readonly Finding[] {
  switch (note.code) {
    case "conflicting-rows":
      return [{ ...note, severity: "error", images: note.data.paths, examples: [] }];
    case "alike-classes":
    case "classes-without-images":
      return [{ ...note, severity: "warning", images: [], examples: [] }];
    case "columns-read":
    case "encoding-assumed":
    case "paths-found":
    case "merged-classes":
    // An audit looks at the values of all images: see unusedBits.ts.
    case "unused-range":
    case "range-exceeded":
      return [];
    default:
      return note satisfies never;
  }
}
