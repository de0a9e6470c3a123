import { fault, nearestName } from "../../base/index.ts";
import {
  type AugmentChoice,
  type AugmentTransform,
  augmentSetNames,
  parseAugmentation,
} from "../../data/index.ts";
import type { FileStore } from "../context.ts";
import { parseJson } from "./json.ts";

/** Names that `--augment` takes. */
export const augmentNames = ["auto", ...augmentSetNames] as const;

/** What `--augment` stands for: a set by its name, or the steps of a file. */
interface AskedAugmentation {
  readonly augment: AugmentChoice | "auto";
  /** Path of the file, where it was one. */
  readonly augmentFile?: string;
}

/** A name wins over a file of that name; ./heavy is a file. @throws naming the option, or the file with the entry and field that is wrong */
export async function augmentationOf(
  given: string | readonly AugmentTransform[],
  files: FileStore,
): Promise<AskedAugmentation> {
  if (typeof given !== "string") return { augment: given };
  const name = augmentNames.find((known) => known === given);
  if (name !== undefined) return { augment: name };
  if (/[./\\]/.test(given))
    return {
      augment: parseAugmentation(given, parseJson(await files.read(given), given)),
      augmentFile: given,
    };
  const nearest = nearestName(given, augmentNames);
  throw fault("--augment", {
    expected: `${augmentNames.join(", ")} or a JSON file`,
    received: `"${given}"`,
    ...(nearest !== undefined && { fix: `use ${nearest}` }),
    exitCode: 2,
  });
}
