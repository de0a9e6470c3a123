import { type FileTree, type OpenTreeOptions, type SkippedFile, sortFiles } from "../../../data/index.ts";
import { placesOf, setPlaces } from "../files/places.ts";
import { readPlace } from "../files/readPlace.ts";
import { cifarContainers } from "./cifar.ts";
import { idxContainers, idxFilesBeside } from "./idx.ts";
import { type Pack, openPack } from "./pack.ts";
import { isParquetName } from "./parquetFiles.ts";
import type { FindContainers, ImageContainer } from "./types.ts";

/** The package for Parquet is loaded where there is such a file. */
const parquetWhereNeeded: FindContainers = async (tree, paths, options) =>
  paths.some(isParquetName) ? (await import("./parquet.ts")).parquetContainers(tree, paths, options) : [];

const formats: readonly FindContainers[] = [cifarContainers, idxContainers, parquetWhereNeeded];

/** What stands in the place of containers. */
interface Opened {
  readonly pack: Pack;
  readonly paths: readonly string[];
  readonly skipped: readonly SkippedFile[];
}

/**
 * A tree in which files that hold many images are folders of images: train/cat/00001.bmp of a batch of CIFAR. They are written to a
 * temporary file when the tree is first listed, which close() removes. A tree with files of images stays as it is.
 */
export function containerTree(tree: FileTree, options: OpenTreeOptions = {}): FileTree {
  let opening: Promise<Opened | undefined> | undefined;
  let opened: Opened | undefined;
  const open = async (): Promise<Opened | undefined> =>
    (opened = await (opening ??= openContainers(tree, options)));
  const places = placesOf(tree);
  const view: FileTree = {
    ...tree,
    list: async () => (await open())?.paths ?? tree.list(),
    async unlisted() {
      const { skipped = [], emptyFolders = [] } = (await tree.unlisted?.()) ?? {};
      return { skipped: [...skipped, ...((await open())?.skipped ?? [])], emptyFolders };
    },
    async read(path) {
      const place = opened?.pack.placeOf(path);
      return place ? readPlace(place, path) : tree.read(path);
    },
    async close() {
      await (await opening?.catch(() => undefined))?.pack.close();
      await tree.close();
    },
  };
  if (places) setPlaces(view, (path) => opened?.pack.placeOf(path) ?? places(path));
  return view;
}

/** Nothing where there are none. */
async function openContainers(tree: FileTree, options: OpenTreeOptions): Promise<Opened | undefined> {
  const files = await tree.list();
  if (tree.table !== undefined || sortFiles(files).images.length > 0) return undefined;
  const containers = (await Promise.all(formats.map((find) => find(tree, files, options)))).flat();
  if (containers.length === 0) return undefined;
  const pack = await openPack();
  try {
    const skipped: SkippedFile[] = [];
    for (const container of containers)
      skipped.push(...container.skipped, ...(await packAll(container, pack)));
    await pack.finish();
    const used = new Set([...containers.flatMap((one) => one.files), ...skipped.map(({ path }) => path)]);
    const paths = [...files.filter((path) => !used.has(path)), ...pack.paths()].toSorted();
    return { pack, paths, skipped };
  } catch (error) {
    await pack.close();
    throw error;
  }
}

/** What of a container cannot be used. */
async function packAll({ folder, images }: ImageContainer, pack: Pack): Promise<readonly SkippedFile[]> {
  const skipped: SkippedFile[] = [];
  for await (const image of images()) {
    if ("reason" in image) {
      skipped.push(image);
      continue;
    }
    const name = `${String(image.number).padStart(5, "0")}.${image.extension}`;
    await pack.add(`${folder}${image.folder === "" ? "" : `${image.folder}/`}${name}`, image.bytes);
  }
  return skipped;
}

/** Of the names in a folder those that are data with the file of this name, which holds many images; nothing for other files. */
export const filesBeside = (name: string, names: readonly string[]): readonly string[] | undefined =>
  isParquetName(name) ? [name] : idxFilesBeside(name, names);
