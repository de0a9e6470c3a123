import { fault, listText, groupBy } from "../../base/index.ts";
import type { Image, Part, SkippedFile } from "../types.ts";
import { type Level, childrenOf, companionsAmong, unwrapped } from "./levels.ts";
import { partsAmong } from "./parts.ts";

/** Which folders name the classes, where several outer ones hold the same inner ones. */
export type ClassFolders = "outer" | "inner";

/** Images by their folders. */
export interface Layout {
  readonly images: readonly Image[];
  readonly skipped: readonly SkippedFile[];
  /** Folders, each with its slash, whose folders are the classes. */
  readonly roots: readonly string[];
}

/** A layout that need not say of every image what becomes of it. */
interface Partly extends Layout {
  /** The folders of parts, each with its slash. */
  readonly parts?: readonly string[];
}

export interface LayoutOptions {
  /** The data, for messages. */
  readonly name: string;
  readonly classFolders?: ClassFolders | undefined;
}

/** A folder whose folders are classes, and the part that it is. */
interface ClassLevel {
  readonly level: Level;
  readonly part?: Part;
}

const because = (paths: readonly string[], reason: string): readonly SkippedFile[] =>
  paths.map((path) => ({ path, reason }));

/**
 * The class and part of each image by the folders that it is in. Folders that only wrap the others do not count.
 * @throws when folders may be classes, parts or versions, and nobody said which
 */
export function layoutOf(paths: readonly string[], options: LayoutOptions): Layout {
  const { level, skipped } = rootOf({ prefix: "", paths }, options);
  const found: Partly =
    options.classFolders === "outer" ? classesIn([{ level }]) : layoutBelow(level, options);
  const all = [...skipped, ...found.skipped];
  const told = new Set([...found.images, ...all].map(({ path }) => path));
  const parts = found.parts ?? [];
  const rest = paths
    .filter((path) => !told.has(path))
    .map((path) => ({
      path,
      reason:
        parts.length > 0 && !parts.some((part) => path.startsWith(part))
          ? "outside of the train, validation and test folders"
          : "not in a class folder",
    }));
  return { images: found.images, roots: found.roots, skipped: [...all, ...rest] };
}

interface Root {
  readonly level: Level;
  readonly skipped: readonly SkippedFile[];
}

/** The folder of the classes or parts, without what wraps it and without masks beside it. */
function rootOf(outer: Level, options: LayoutOptions): Root {
  const level = unwrapped(outer);
  const pair = options.classFolders === "outer" ? undefined : companionsAmong(childrenOf(level));
  if (!pair) return { level, skipped: [] };
  if (childrenOf(pair.images).folders.size === 0) throw onlyImagesAndMasks(options.name, pair);
  const inner = rootOf(pair.images, options);
  return { level: inner.level, skipped: [...inner.skipped, ...besideImages(pair)] };
}

type Pair = NonNullable<ReturnType<typeof companionsAmong>>;

const lastName = ({ prefix }: Level): string => prefix.slice(0, -1).replace(/.*\//, "");

const besideImages = ({ images, others }: Pair): readonly SkippedFile[] =>
  others.flatMap(({ paths }) =>
    because(paths, `beside the folder ${lastName(images)}, so it is seen as a mask or preview`),
  );

function layoutBelow(level: Level, options: LayoutOptions): Partly {
  const { folders } = childrenOf(level);
  const parts = partsAmong(folders.keys());
  if (parts && "mixed" in parts) throw classAndPart(options.name, parts.mixed);
  if (!parts) return decided([{ level }], options);
  const levels = levelsOf(folders, parts);
  const found = decided(withoutWrappers(levels), options);
  const masks = levels.flatMap((one) => {
    const pair = companionsAmong({ ...childrenOf(one.level), loose: [] });
    return pair ? besideImages(pair) : [];
  });
  return {
    ...found,
    skipped: [...masks, ...found.skipped],
    parts: levels.map((one) => one.level.prefix),
  };
}

const levelsOf = (
  folders: ReadonlyMap<string, Level>,
  parts: ReadonlyMap<string, Part>,
): readonly ClassLevel[] =>
  [...folders].flatMap(([name, level]) => {
    const part = parts.get(name);
    return part ? [{ level, part }] : [];
  });

/** Parts whose class folders lie one level deeper, as in train/images/cat: never where the folder is a class in another part. */
function withoutWrappers(levels: readonly ClassLevel[]): readonly ClassLevel[] {
  const classes = new Set(
    levels.flatMap(({ level }) => {
      const { folders } = childrenOf(level);
      return folders.size > 1 ? [...folders.keys()] : [];
    }),
  );
  return levels.map(({ level, ...rest }) => {
    const { folders } = childrenOf(level);
    const pair = companionsAmong({ folders, loose: [] });
    const [name = ""] = folders.keys();
    if (pair) return { level: unwrapped(pair.images), ...rest };
    return { level: classes.has(name) ? level : unwrapped(level), ...rest };
  });
}

/** Takes the outer folders for the classes, unless what they hold says otherwise. @throws when that cannot be told */
function decided(levels: readonly ClassLevel[], { name, classFolders }: LayoutOptions): Layout {
  const outer = groupBy(
    levels.flatMap(({ level }) => [...childrenOf(level).folders]),
    ([folder]) => folder,
  );
  const folders = [...outer].map(([folder, same]) => ({ folder, levels: same.map(([, level]) => level) }));
  const isDeeper = folders.some((one) => one.levels.some((level) => childrenOf(level).folders.size > 0));
  if (classFolders === "inner") return isDeeper ? innerClasses(levels) : classesIn(levels);
  const inParts = levels.length === 1 && classesOfParts(levels[0]?.level);
  if (inParts) return inParts;
  const shared = sharedInside(folders.map((one) => one.levels));
  if (shared.length === 0) return classesIn(levels);
  throw outerOrInner(
    name,
    folders.map(({ folder }) => folder),
    shared,
  );
}

/** The outer folders are the classes. */
function classesIn(levels: readonly ClassLevel[]): Layout {
  const images: Image[] = [];
  const skipped: SkippedFile[] = [];
  for (const { level, part } of levels) {
    for (const [label, folder] of childrenOf(level).folders) {
      const pair = companionsAmong(childrenOf(folder));
      if (pair) skipped.push(...besideImages(pair));
      const { paths } = pair?.images ?? folder;
      images.push(...paths.map((path) => ({ path, label, ...(part && { part }) })));
    }
  }
  return { images, skipped, roots: levels.map(({ level }) => level.prefix) };
}

/** The folders inside of the outer ones are the classes; the outer ones may be divided into parts. */
const innerClasses = (levels: readonly ClassLevel[]): Layout =>
  classesIn(
    levels.flatMap(({ level, part }) =>
      [...childrenOf(level).folders.values()].flatMap((folder) => levelsInside(unwrapped(folder), part)),
    ),
  );

function levelsInside(level: Level, part: Part | undefined): readonly ClassLevel[] {
  const { folders } = childrenOf(level);
  const parts = part ? undefined : partsAmong(folders.keys());
  return !parts || "mixed" in parts ? [{ level, ...(part && { part }) }] : levelsOf(folders, parts);
}

/** Class folders that hold the parts: cat/train, cat/test, dog/train, dog/test; nothing where they do not. */
function classesOfParts(level: Level | undefined): Layout | undefined {
  if (!level) return undefined;
  const { folders } = childrenOf(level);
  const inside = [...folders].map(([label, folder]) => ({ label, ...childrenOf(folder) }));
  const parts = partsAmong(inside.flatMap((one) => [...one.folders.keys()]));
  if (!parts || "mixed" in parts) return undefined;
  const divided = inside.every(
    (one) =>
      one.loose.length === 0 &&
      [...one.folders].every(([name, folder]) => parts.has(name) && childrenOf(folder).folders.size === 0),
  );
  if (!divided) return undefined;
  const images = inside.flatMap(({ label, folders: own }) =>
    [...own].flatMap(([name, { paths }]) => {
      const part = parts.get(name);
      return paths.map((path) => ({ path, label, ...(part && { part }) }));
    }),
  );
  return { images, skipped: [], roots: [level.prefix] };
}

// One image in twenty outside of the inner folders, such as an overview of them, does not make an outer folder a class.
const maxLoose = 0.05;

/** The folders that the outer ones all hold; none unless there are two, and half of all that any of them holds. */
function sharedInside(outer: readonly (readonly Level[])[]): readonly string[] {
  if (outer.length < 2) return [];
  const inside = outer.map((levels) => {
    const children = levels.map((level) => childrenOf(unwrapped(level)));
    const total = levels.reduce((sum, { paths }) => sum + paths.length, 0);
    const loose = children.reduce((sum, one) => sum + one.loose.length, 0);
    const plain = loose <= maxLoose * total && !children.every(companionsAmong);
    return new Set(plain ? children.flatMap(({ folders }) => [...folders.keys()]) : []);
  });
  const all = new Set(inside.flatMap((names) => [...names]));
  const shared = [...all].filter((name) => inside.every((names) => names.has(name)));
  return shared.length >= 2 && shared.length * 2 >= all.size ? shared : [];
}

const maxNamed = 4;

const someOf = (names: readonly string[]): string =>
  names.length > maxNamed
    ? `${names.slice(0, maxNamed).join(", ")} and ${names.length - maxNamed} more`
    : listText(names);

function outerOrInner(name: string, outer: readonly string[], inner: readonly string[]): Error {
  return fault(name, {
    expected: "to know which folders are the classes",
    received: `${outer.length} folders (${someOf(outer)}) that hold the same folders (${someOf(inner)})`,
    fix:
      `say --class-folders inner for the classes ${someOf(inner)}, or --class-folders outer for ${someOf(outer)}; ` +
      "if they are training, validation and test set, name them train, validation and test",
    exitCode: 2,
  });
}

const classAndPart = (name: string, mixed: readonly string[]): Error =>
  fault(name, {
    expected: "train, validation and test folders with class folders inside",
    received: `folders named after a class and a part each (${someOf(mixed)})`,
    fix: "move each class into a train and a test folder; or say --class-folders outer if each is a class",
    exitCode: 2,
  });

const onlyImagesAndMasks = (name: string, { images, others }: Pair): Error =>
  fault(name, {
    expected: "one folder of images for each class",
    received: `images (${lastName(images)}) beside what looks like masks or previews of them (${someOf(others.map(lastName))})`,
    fix: "put the images of each class in a folder of its own; or say --class-folders outer if these are the classes",
    exitCode: 2,
  });
