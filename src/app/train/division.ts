import { fault } from "../../base/index.ts";
import {
  type Collection,
  type GroupSource,
  type Image,
  type PreparedImages,
  type Split,
  type SplitTable,
  acrossGroupsOf,
  checkDigests,
  checkWeightsOfTable,
  countUngrouped,
  foldsByTable,
  foldsOf,
  matchTable,
  parseSplitTable,
  splitByTable,
} from "../../data/index.ts";
import { splitAs, splitRandom } from "./dataParts.ts";
import { namedGroups } from "../data/grouping.ts";
import type { Resumed } from "./resume.ts";
import { splitNames } from "../requests.ts";
import type { FileStore } from "../context.ts";
import type { PlannedSettings } from "./settings.ts";
import type { Division } from "./types.ts";

/** What decides the split. */
export interface DivisionOrder {
  readonly settings: PlannedSettings;
  readonly resumed?: Resumed | undefined;
}

/**
 * Finds the groups that the data or the pattern names, and the split where a file says it.
 * @throws what can be known now: a class with too few images, a file of another split.
 */
export async function planDivision(
  found: Collection,
  order: DivisionOrder,
  files: FileStore,
): Promise<Division> {
  const { settings } = order;
  const written = await readTable(order, files);
  if (!written) {
    const named = namedGroups(found, settings.groupPattern);
    const { folds = 0 } = settings;
    return { ...named, folds, trainCount: countTrain(named.collection.images, { folds, settings }) };
  }
  const { images, table } = matchTable(found.images, written);
  const { folds } = table;
  checkTableFolds(table, settings);
  if (order.resumed) checkWeightsOfTable(images, table);
  const trainCount = countTrain(images, { folds, table, settings });
  return { ...tableGroups({ ...found, images }, table, order), table, folds, trainCount };
}

interface Drawing extends Pick<Division, "folds" | "table"> {
  readonly settings: PlannedSettings;
}

/** Draws once with what is known now. @throws when a class has too few images */
function countTrain(images: readonly Image[], { folds, table, settings }: Drawing): number {
  if (folds > 0) {
    const foldOf = drawFolds(images, { folds, table, settings });
    return foldOf.filter((fold) => fold > 0).length;
  }
  return (table ? splitByTable(images, table, settings.classNames) : splitAs(images, settings)).train.length;
}

function drawFolds(images: readonly Image[], { folds, table, settings }: Drawing): Int32Array {
  const { classNames, seed, split } = settings;
  if (table) return foldsByTable(images, table, classNames);
  const method = split === "random" || split === "pooled" ? split : "grouped";
  return foldsOf(images, { folds, method, random: splitRandom(seed), classNames });
}

/** @throws when the file and the option differ. */
function checkTableFolds({ name, folds }: SplitTable, settings: PlannedSettings): void {
  if (settings.folds === undefined || settings.folds === folds) return;
  throw fault(`--folds ${settings.folds}`, {
    expected: folds > 0 ? `${folds}, as ${name} has` : `a file with a column fold beside --split ${name}`,
    received: folds > 0 ? `${settings.folds}` : "one with a single split",
    ...(folds === 0 && { fix: "draw folds by --split grouped" }),
    exitCode: 2,
  });
}

/** The groups that a table names; without any, those that the data or the pattern does. */
function tableGroups(
  collection: Collection,
  { grouped }: SplitTable,
  { settings, resumed }: DivisionOrder,
): Pick<Division, "collection" | "grouping"> {
  const source: GroupSource = resumed ? resumed.groupSource : "file";
  if (!grouped && !resumed) return namedGroups(collection, settings.groupPattern);
  const unnamed = countUngrouped(collection.images);
  const { photographs } = resumed ?? {};
  const acrossGroups = acrossGroupsOf(collection.images);
  return {
    collection,
    grouping: {
      source,
      ungrouped: unnamed,
      ...(photographs !== undefined && { photographs }),
      ...(acrossGroups && { acrossGroups }),
    },
  };
}

async function readTable(
  { settings, resumed }: DivisionOrder,
  files: FileStore,
): Promise<SplitTable | undefined> {
  const { splitFile } = settings;
  if (resumed) return resumed.split;
  if (splitFile === undefined) return undefined;
  return readSplitFile(splitFile, files);
}

/** The split that a file says. @throws where there is none */
export async function readSplitFile(path: string, files: FileStore): Promise<SplitTable> {
  return parseSplitTable(await bytesOf(path, files), path);
}

async function bytesOf(path: string, files: FileStore): Promise<Uint8Array> {
  try {
    return await files.read(path);
  } catch (cause) {
    throw fault("--split", {
      expected: `${splitNames.join(", ")}, or the split.csv of a run`,
      received: `"${path}", which is none of these and no file`,
      exitCode: 2,
      cause,
    });
  }
}

/** The fold of each image that could be read, from 0. @throws as `divide` does */
export function divideFolds(
  prepared: PreparedImages,
  { table, folds }: Pick<Division, "table" | "folds">,
  settings: PlannedSettings,
): Int32Array {
  if (table) checkDigests(prepared, table);
  return drawFolds(prepared.images, { folds, table, settings });
}

/** Divides the images that could be read. @throws when a class has too few of them, or they are not those of the file. */
export function divideImages(
  prepared: PreparedImages,
  { table }: Pick<Division, "table">,
  settings: PlannedSettings,
): Split {
  if (!table) return splitAs(prepared.images, settings);
  checkDigests(prepared, table);
  return splitByTable(prepared.images, table, settings.classNames);
}
