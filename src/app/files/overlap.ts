import { type PreparedImages, type SplitTable, parseSplitTable } from "../../data/index.ts";
import type { TrainingOverlap } from "../../messages/index.ts";
import type { FileStore } from "../context.ts";
import type { ModelFile } from "./modelFile.ts";
import { join } from "./paths.ts";
import { runFiles } from "./runFolder.ts";

/** Counts the images that the model was trained or validated on: files of the same bytes, by the split.csv beside the model file. */
export async function overlapOf(
  { sha256 }: Pick<PreparedImages, "sha256">,
  { folder }: Pick<ModelFile, "folder">,
  files: FileStore,
): Promise<TrainingOverlap> {
  const images = sha256.length;
  const table = await splitBeside({ folder }, files);
  const seen = table && seenDigests(table);
  if (!seen) return { code: "training-overlap-unknown", data: { images } };
  const training = sha256.filter((digest) => seen.training.has(digest)).length;
  const validation = sha256.filter(
    (digest) => seen.validation.has(digest) && !seen.training.has(digest),
  ).length;
  return training + validation > 0
    ? { code: "training-overlap", data: { images, training, validation } }
    : { code: "no-training-overlap", data: { images } };
}

export interface SeenDigests {
  readonly training: ReadonlySet<string>;
  readonly validation: ReadonlySet<string>;
}

/** The split.csv in the folder of a model file; nothing where there is none. */
export async function splitBeside(
  { folder }: Pick<ModelFile, "folder">,
  files: FileStore,
): Promise<SplitTable | undefined> {
  if (!(await files.list(folder)).includes(runFiles.split)) return undefined;
  const path = join(folder, runFiles.split);
  return parseSplitTable(await files.read(path), path);
}

/** Digests of the files that a model was made from; nothing where the split was written without them. */
export function seenDigests({ rows, folds }: SplitTable): SeenDigests | undefined {
  const of = (wanted: "train" | "validation"): ReadonlySet<string> =>
    new Set(
      [...rows.values()].flatMap(({ part, sha256 }) =>
        // After a cross-validation, the model that is kept is trained on all images of the folds.
        sha256 !== undefined && (folds > 0 && part !== "test" ? "train" : part) === wanted ? [sha256] : [],
      ),
    );
  const [training, validation] = [of("train"), of("validation")];
  return training.size > 0 ? { training, validation } : undefined;
}
