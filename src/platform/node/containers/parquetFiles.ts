import { groupBy } from "../../../base/index.ts";
import { type Part, type SkippedFile, partNamed } from "../../../data/index.ts";

/** Whether a name ends as one of a Parquet file does. */
export const isParquetName = (name: string): boolean => /\.parquet$/i.test(name);

/** Files that hold one part of a data set, in their order. */
export interface ParquetPart {
  /** Folder of the data set, with a slash at the end; "" for the root. */
  readonly folder: string;
  /** Absent where no file of the data set names one. */
  readonly part: Part | undefined;
  readonly files: readonly string[];
}

interface NamedFile {
  readonly path: string;
  readonly folder: string;
  /** "train" of data/train-00000-of-00002.parquet and of train/0000.parquet. */
  readonly split: string;
  readonly part: Part | undefined;
}

/** "data/train-00000-of-00002-a09b74b3ef9c3b56.parquet" → data/, train */
function namedFile(path: string): NamedFile {
  const [, folder = "", stem = ""] = /^(.*\/)?([^/]*)\.parquet$/i.exec(path) ?? [];
  const split = stem.replace(/-\d+-of-\d+(-[0-9a-f]+)?$/i, "");
  const part = partNamed(split);
  const [, above = "", inner = ""] = /^(.*\/)?([^/]+)\/$/.exec(folder) ?? [];
  const partAbove = part === undefined ? partNamed(inner) : undefined;
  return partAbove === undefined
    ? { path, folder, split, part }
    : { path, folder: above, split: inner, part: partAbove };
}

/** The parts that files hold by their names; a file of another split than those three is left out where others have one. */
export function partsOfFiles(paths: readonly string[]): {
  readonly parts: readonly ParquetPart[];
  readonly skipped: readonly SkippedFile[];
} {
  const named = paths.map(namedFile);
  const divided = new Set(named.filter(({ part }) => part !== undefined).map(({ folder }) => folder));
  const others = named.filter(({ part, folder }) => part === undefined && divided.has(folder));
  const used = named.filter((one) => !others.includes(one));
  const parts = [...groupBy(used, ({ folder, part }) => `${folder}${part ?? ""}`).values()].flatMap(
    (same) => {
      const [first] = same;
      return first ? [{ folder: first.folder, part: first.part, files: same.map(({ path }) => path) }] : [];
    },
  );
  const skipped = others.map(({ path, split }) => ({
    path,
    reason: `of the split ${split}, which is neither train, validation nor test`,
  }));
  return { parts, skipped };
}
