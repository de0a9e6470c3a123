import { fault } from "../base/index.ts";
import {
  type Collection,
  type GroupSource,
  type Picture,
  type PreparedPictures,
  type Split,
  type SplitTable,
  checkDigests,
  matchTable,
  parseSplitTable,
  splitByTable,
} from "../data/index.ts";
import { splitAs } from "./dataParts.ts";
import { type Grouping, namedGroups } from "./groups.ts";
import type { Resumed } from "./resume.ts";
import { runFiles } from "./runFolder.ts";
import type { FileStore } from "./services.ts";
import type { TrainSettings } from "./settings.ts";

/** What is known of the split before a picture is read. */
export interface Division {
  readonly collection: Collection;
  /** Absent where nobody names groups. */
  readonly grouping?: Grouping | undefined;
  /** A split that was written down before. */
  readonly table?: SplitTable;
  /** Pictures to learn from, those that cannot be read among them. */
  readonly trainCount: number;
}

/** What decides the split. */
export interface DivisionOrder {
  readonly settings: TrainSettings;
  readonly resumed?: Resumed | undefined;
}

/**
 * Finds the groups that the data or the pattern names, and the split where a file says it.
 * @throws what can be known now: a class with too few pictures, a file of another split.
 */
export async function planDivision(
  found: Collection,
  order: DivisionOrder,
  files: FileStore,
): Promise<Division> {
  const written = await readTable(order, files);
  if (!written) {
    const named = namedGroups(found, order.settings.groupPattern);
    const { train } = splitAs(named.collection.pictures, order.settings);
    return { ...named, trainCount: train.length };
  }
  const { pictures, table } = matchTable(found.pictures, written);
  const { train } = splitByTable(pictures, table, order.settings.classNames);
  return { ...tableGroups({ ...found, pictures }, table, order), table, trainCount: train.length };
}

/** The groups that a table names; without any, those that the data or the pattern does. */
function tableGroups(
  collection: Collection,
  { grouped }: SplitTable,
  { settings, resumed }: DivisionOrder,
): Pick<Division, "collection" | "grouping"> {
  const source: GroupSource = resumed ? resumed.groupSource : "file";
  if (!grouped && !resumed) return namedGroups(collection, settings.groupPattern);
  return { collection, grouping: { source, unnamed: countUnnamed(collection.pictures) } };
}

const countUnnamed = (pictures: readonly Picture[]): number =>
  pictures.filter(({ group }) => group === undefined).length;

async function readTable(
  { settings, resumed }: DivisionOrder,
  files: FileStore,
): Promise<SplitTable | undefined> {
  const { splitFile } = settings;
  if (resumed) return parseSplitTable(resumed.split, `${resumed.run.path}/${runFiles.split}`);
  if (splitFile === undefined) return undefined;
  return parseSplitTable(await readSplitFile(splitFile, files), splitFile);
}

async function readSplitFile(path: string, files: FileStore): Promise<Uint8Array> {
  try {
    return await files.read(path);
  } catch (cause) {
    throw fault("--split", {
      expected: "grouped, random, folders, or the split.csv of a run",
      received: `"${path}", which is none of these and no file`,
      exitCode: 2,
      cause,
    });
  }
}

/** Divides the pictures that could be read. @throws when a class has too few of them, or they are not those of the file. */
export function divide(
  prepared: PreparedPictures,
  { table }: Pick<Division, "table">,
  settings: TrainSettings,
): Split {
  if (!table) return splitAs(prepared.pictures, settings);
  checkDigests(prepared, table);
  return splitByTable(prepared.pictures, table, settings.classNames);
}
