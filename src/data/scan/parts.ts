import { groupBy } from "../../base/index.ts";
import type { Part } from "../types.ts";

/** Words for the parts; an evaluation set is the test set, unless there is another test set beside it. */
const partWords: Readonly<Record<string, Part | "evaluation">> = {
  train: "train",
  training: "train",
  trainval: "train",
  trainvalid: "train",
  trn: "train",
  val: "validation",
  valid: "validation",
  validate: "validation",
  validation: "validation",
  dev: "validation",
  development: "validation",
  test: "test",
  testing: "test",
  tst: "test",
  holdout: "test",
  eval: "evaluation",
  evaluation: "evaluation",
};

/** Words that say no more than that there are images in it. */
const fillers =
  /^(data|dataset|datasets|set|sets|image|images|img|imgs|photo|photos|split|splits|part|subset|samples?|folder|dir|files?|public|private|official|final|full|all|raw|\d+)$/;

const glued = new RegExp(
  `^(data|img|images?)?(${Object.keys(partWords).join("|")})(data|sets?|dataset|images?|imgs?|split)?$`,
);

/** A name that holds the word of a part. */
interface NamedPart {
  readonly name: string;
  readonly part: Part | "evaluation";
  /** What else the name says: "seg" of seg_train; empty where it says the part alone. */
  readonly rest: string;
}

/** "trainingSet-2" → training, set, 2 */
const wordsOf = (name: string): readonly string[] =>
  name
    .normalize("NFKC")
    .replaceAll(/hold[\s_-]?out/gi, "holdout")
    .replaceAll(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+|(?<=\p{L})(?=\d)/u)
    .filter((word) => word !== "");

function parsePart(name: string): NamedPart | undefined {
  const words = wordsOf(name);
  const parts = words.flatMap((word) => {
    const [, , found] = glued.exec(word) ?? [];
    return found === undefined ? [] : [partWords[found] ?? "train"];
  });
  const kinds = new Set(parts);
  // Images to train on and images to validate on in one folder have not been divided yet.
  const undivided = kinds.size === 2 && kinds.has("train") && kinds.has("validation");
  const [first] = parts;
  if (first === undefined || (kinds.size > 1 && !undivided)) return undefined;
  const part = undivided ? "train" : first;
  const rest = words.filter((word) => !glued.test(word) && !fillers.test(word)).join(" ");
  return { name, part, rest };
}

/** Names that are a class and a part at once, as cat_train, cat_test, dog_train and dog_test are. */
export interface Mixed {
  readonly mixed: readonly string[];
}

/**
 * The parts that names stand for: those that say a part and nothing else, and those that share what else they say, as seg_train and seg_test do.
 * Nothing where fewer than two parts are named: a class may be called "test".
 */
export function partsAmong(names: Iterable<string>): ReadonlyMap<string, Part> | Mixed | undefined {
  const parsed = [...names].flatMap((name) => parsePart(name) ?? []);
  const plain = parsed.filter(({ rest }) => rest === "");
  const qualified = [...groupBy(parsed, ({ rest }) => rest)]
    .filter(([rest, same]) => rest !== "" && new Set(same.map(({ part }) => part)).size > 1)
    .map(([, same]) => same);
  if (plain.length === 0 && qualified.length > 1) return { mixed: qualified.flat().map(({ name }) => name) };
  const taken = resolved([...plain, ...qualified.flat()]);
  return new Set(taken.values()).size > 1 ? taken : undefined;
}

function resolved(named: readonly NamedPart[]): ReadonlyMap<string, Part> {
  const evaluation = named.some(({ part }) => part === "test") ? "validation" : "test";
  return new Map(named.map(({ name, part }) => [name, part === "evaluation" ? evaluation : part]));
}

/** The part that a name says, and nothing else; nothing for other names. */
export function partNamed(name: string): Part | undefined {
  const parsed = parsePart(name);
  return parsed?.rest === "" ? resolved([parsed]).get(name) : undefined;
}

/** The parts that the cells of a column say. */
export const partsOfCells = (cells: Iterable<string>): ReadonlyMap<string, Part> =>
  resolved([...new Set(cells)].flatMap((cell) => parsePart(cell) ?? []).filter(({ rest }) => rest === ""));
