import { fault, listText } from "../../base/index.ts";
import type { Part } from "../types.ts";
import { partNamed } from "./parts.ts";
import type { ColumnMeaning } from "./notes.ts";
import type { Records } from "./records.ts";

/** Usual names of a column, in small letters without spaces, hyphens and underscores. */
interface Names {
  readonly usual: readonly string[];
  /** Names that often mean something else too: taken where no usual name is there. */
  readonly last: readonly string[];
}

const named = (list: string): readonly string[] => list.split(" ");

const names: Readonly<Record<ColumnMeaning, Names>> = {
  path: {
    usual: named(
      "path paths filepath filepaths filename filenames file files fname image images imagepath imagepaths imagefile " +
        "imagefilename imagename img imgpath imgfile imgfilename imgname relativepath relpath photo",
    ),
    last: named("name imageid imageindex imgid id idcode uri url"),
  },
  label: {
    usual: named(
      "label labels labelname class classes classname classlabel category categories categoryname target targetname groundtruth",
    ),
    last: named(
      "classid classindex labelid labelindex categoryid targetid y findinglabels diagnosis dx emotion species breed tag tags type",
    ),
  },
  split: {
    usual: named("split splits set subset part partition dataset datasplit phase usage"),
    last: [],
  },
  group: { usual: named("group groupid"), last: [] },
  weight: { usual: named("weight sampleweight sampleweights imageweight"), last: [] },
};

/** Columns of yes and no that name a part: what yes and what no means. */
const flags: Readonly<Record<string, readonly [yes: Part, no: Part]>> = {
  isvalid: ["validation", "train"],
  isval: ["validation", "train"],
  isvalidation: ["validation", "train"],
  valid: ["validation", "train"],
  istest: ["test", "train"],
  istrain: ["train", "test"],
  istraining: ["train", "test"],
};

/** A column of a table. */
export interface TableColumn {
  /** As the header has it. */
  readonly name: string;
  readonly index: number;
}

export interface ChosenColumns {
  readonly path?: TableColumn;
  readonly label?: TableColumn;
  readonly split?: TableColumn & { readonly flag?: readonly [yes: Part, no: Part] };
  readonly group?: TableColumn;
  readonly weight?: TableColumn;
  /** Columns of a meaning that another has. */
  readonly unused: readonly TableColumn[];
}

/** One name for all its spellings: "Image Path", "image_path", "image-path". */
export const columnKey = (name: string): string =>
  name
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[\s_.-]+/g, "");

/** Whether some meaning may go by that name. */
export function isKnownColumn(name: string): boolean {
  const key = columnKey(name);
  const isName = Object.values(names).some(({ usual, last }) => usual.includes(key) || last.includes(key));
  return isName || Object.hasOwn(flags, key) || key === "part" || key === "fold";
}

/** Of the names of columns those that say label: Fovea's own, else the usual ones, else those that often mean something else too. */
export function labelColumns(columns: readonly string[]): readonly string[] {
  const own = columns.filter((name) => name.toLowerCase() === "label");
  const usual = columns.filter((name) => names.label.usual.includes(columnKey(name)));
  if (own.length > 0) return own;
  return usual.length > 0 ? usual : columns.filter((name) => isLast("label", name));
}

/**
 * What each column means. A column of Fovea's own name is taken before those of other names.
 * @throws when several columns may mean the same and differ
 */
export function chooseColumns(records: Records, table: string): ChosenColumns {
  const all = records.header.map((name, index): TableColumn => ({ name, index }));
  const choose = (meaning: ColumnMeaning): Choice => chosenFor(meaning, all, { records, table });
  const [path, label, split] = [choose("path"), choose("label"), choose("split")];
  const [group, weight] = [choose("group"), choose("weight")];
  const flag = flags[columnKey(split.taken?.name ?? "")];
  return {
    ...(path.taken && { path: path.taken }),
    ...(label.taken && { label: label.taken }),
    ...(split.taken && { split: { ...split.taken, ...(flag && { flag }) } }),
    ...(group.taken && { group: group.taken }),
    ...(weight.taken && { weight: weight.taken }),
    unused: [path, label, split, group, weight].flatMap(({ unused }) => unused),
  };
}

interface Choice {
  readonly taken?: TableColumn | undefined;
  readonly unused: readonly TableColumn[];
}

interface Context {
  readonly records: Records;
  readonly table: string;
}

function chosenFor(meaning: ColumnMeaning, all: readonly TableColumn[], context: Context): Choice {
  const own = all.filter(({ name }) => name.toLowerCase() === meaning);
  const usual = all.filter((column) => isUsual(meaning, column, context.records));
  if (own.length === 1) return { taken: own[0], unused: usual.filter((column) => column !== own[0]) };
  const candidates = usual.length > 0 ? usual : all.filter(({ name }) => isLast(meaning, name));
  const [first, second] = candidates;
  if (!first || !second || areEqual(candidates, context.records))
    return { taken: first, unused: candidates.slice(1) };
  throw fault(context.table, {
    expected: `one column for the ${meaning}`,
    received: `${listText(candidates.map(({ name }) => name))}, which differ`,
    fix: `name one of them ${meaning}, and no other`,
  });
}

const isLast = (meaning: ColumnMeaning, name: string): boolean => {
  const key = columnKey(name);
  return names[meaning].last.includes(key) || (meaning === "split" && Object.hasOwn(flags, key));
};

/** A column may be called "set" or "phase" and have nothing to do with training, so its cells have to name parts. */
function isUsual(meaning: ColumnMeaning, { name, index }: TableColumn, { rows }: Records): boolean {
  if (!names[meaning].usual.includes(columnKey(name))) return false;
  if (meaning !== "split" || name.toLowerCase() === "split") return true;
  return rows.some(({ cells }) => partNamed(cells[index] ?? "") !== undefined);
}

const areEqual = ([first, ...others]: readonly TableColumn[], { rows }: Records): boolean =>
  rows.every(({ cells }) => others.every(({ index }) => cells[index] === cells[first?.index ?? index]));

/** @throws naming the row when the cell names no part */
export function partOfCell(cell: string, where: string): Part {
  const part = partNamed(cell);
  if (!part) throw fault(where, { expected: "train, validation or test", received: cell || "nothing" });
  return part;
}

/** @throws naming the row when the cell is neither yes nor no */
export function partOfFlag(cell: string, [yes, no]: readonly [Part, Part], where: string): Part {
  if (/^(true|1|1\.0|yes|y|t)$/i.test(cell)) return yes;
  if (/^(false|0|0\.0|no|n|f|)$/i.test(cell)) return no;
  throw fault(where, { expected: "true or false", received: cell });
}

/** @throws naming the row when the cell is no weight; an empty one is 1 */
export function weightOfCell(cell: string, where: string): number {
  const weight = cell === "" ? 1 : Number(cell);
  if (weight >= 0 && weight < Infinity) return weight;
  throw fault(where, {
    expected: "a finite number from 0, or nothing for 1: what the image's loss counts in training",
    received: cell,
    fix: "rename the column if it means something else",
  });
}
