import { gunzip } from "node:zlib";
import { promisify } from "node:util";
import { fault, plural, showShape } from "../../../base/index.ts";
import { type FileTree, type OpenTreeOptions, type SkippedFile, partNamed } from "../../../data/index.ts";
import { bitmapOf } from "./bitmap.ts";
import { classNamesIn, folderNameOf } from "./labels.ts";
import type { ContainedImage, FindContainers, ImageContainer } from "./types.ts";

/** "emnist-letters-train-images-idx3-ubyte.gz", "train-images.idx3-ubyte"; t10k is MNIST's test part. */
const imagesName =
  /^(.*\/)?([^/]*?)(train|test|t10k|validation|valid|val)([-_.])images([-_.])idx3([-_.])ubyte(\.gz)?$/;

/** Names of the classes, one a line, for a format that has only numbers. */
const namesFile = "classes.txt";

/** What the name of a file of images says. */
interface IdxName {
  readonly folder: string;
  readonly part: string;
  readonly images: string;
  readonly labels: string;
}

/** The name of images and labels without .gz; nothing for other files. */
function idxNameOf(path: string): IdxName | undefined {
  const [, folder = "", set = "", part = "", a = "", b = "", c = ""] = imagesName.exec(path) ?? [];
  if (part === "") return undefined;
  return {
    folder,
    part: part === "t10k" ? "test" : (partNamed(part) ?? part),
    images: `${folder}${set}${part}${a}images${b}idx3${c}ubyte`,
    labels: `${folder}${set}${part}${a}labels${b}idx1${c}ubyte`,
  };
}

/** Files of images in the idx format (the MNIST family) with their files of labels, gzipped or not. */
export const idxContainers: FindContainers = async (tree, paths, options) => {
  const there = new Set(paths);
  const named = paths.flatMap((path) => idxNameOf(path) ?? []);
  const parts = new Map(named.map((name) => [name.images, name]));
  return [...parts.values()].map((name) => containerOf(tree, name, { there, ...options }));
};

/** Of the names in a folder those that belong to a file of images, itself among them; nothing for a file of another kind. */
export function idxFilesBeside(name: string, names: readonly string[]): readonly string[] | undefined {
  const found = idxNameOf(name);
  if (!found) return undefined;
  const own = new Set([found.images, found.labels].flatMap((one) => [one, `${one}.gz`]));
  return names.filter((one) => own.has(one) || one === namesFile);
}

function containerOf(
  tree: FileTree,
  { folder, part, images, labels }: IdxName,
  { there, allowUnlabelled = false }: OpenTreeOptions & { readonly there: ReadonlySet<string> },
): ImageContainer {
  const forms = (path: string): readonly string[] => [path, `${path}.gz`].filter((one) => there.has(one));
  const [[imageFile = images, ...imagesAgain], [labelFile, ...labelsAgain]] = [forms(images), forms(labels)];
  if (labelFile === undefined && !allowUnlabelled) {
    throw fault(imageFile, {
      expected: `its labels beside it, in ${labels} or ${labels}.gz`,
      received: "no such file",
    });
  }
  const names = there.has(folder + namesFile) ? folder + namesFile : undefined;
  return {
    folder,
    files: [imageFile, labelFile, names].filter((file) => file !== undefined),
    skipped: [...imagesAgain, ...labelsAgain].map((path) => ({ path, reason: "unpacked beside it" })),
    images: () => imagesOf(tree, { part, imageFile, labelFile, names }),
  };
}

interface IdxFiles {
  readonly part: string;
  readonly imageFile: string;
  /** Absent where no label is known. */
  readonly labelFile: string | undefined;
  readonly names: string | undefined;
}

async function* imagesOf(
  tree: FileTree,
  { part, imageFile, labelFile, names }: IdxFiles,
): AsyncGenerator<ContainedImage | SkippedFile> {
  const images = idxArray(await unpacked(tree, imageFile), { path: imageFile, axes: ["N", "H", "W"] });
  const [count = 0, height = 0, width = 0] = images.shape;
  const classes =
    labelFile === undefined ? undefined : await classesOf(tree, { imageFile, labelFile, names, count });
  for (let i = 0; i < count; i++) {
    const data = images.data.subarray(i * height * width, (i + 1) * height * width);
    yield {
      folder: classes ? `${part}/${folderNameOf(classes[i] ?? "")}` : part,
      number: i + 1,
      bytes: bitmapOf({ width, height, data }),
      extension: "bmp",
    };
  }
}

interface IdxLabels extends Omit<IdxFiles, "part" | "labelFile"> {
  readonly labelFile: string;
  /** Images that they belong to. */
  readonly count: number;
}

/** The class of each image. @throws FoveaError where there are more or fewer labels than images, or a class has no name */
async function classesOf(
  tree: FileTree,
  { imageFile, labelFile, names, count }: IdxLabels,
): Promise<readonly string[]> {
  const labels = idxArray(await unpacked(tree, labelFile), { path: labelFile, axes: ["N"] });
  if (labels.shape[0] !== count) {
    throw fault(labelFile, {
      expected: `${plural(count, "label")}, one for each image of ${imageFile}`,
      received: `${labels.shape[0]}`,
      fix: "use the two files of one data set",
    });
  }
  if (names === undefined) return Array.from(labels.data, String);
  const classNames = await classNamesIn(tree, names);
  return Array.from(labels.data, (label) => {
    const name = classNames[label];
    if (name !== undefined) return name;
    throw fault(names, {
      expected: `a name for class ${label}`,
      received: plural(classNames.length, "name"),
    });
  });
}

async function unpacked(tree: FileTree, path: string): Promise<Uint8Array> {
  const bytes = await tree.read(path);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return await promisify(gunzip)(bytes);
  } catch (cause) {
    throw fault(path, {
      expected: "a whole .gz file",
      received: cause instanceof Error ? cause.message : String(cause),
      fix: "download it again",
      cause,
    });
  }
}

interface IdxArray {
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

/** 0, 0, the type of an element (8: an unsigned byte), the number of axes; then their lengths, big-endian, and the elements. */
function idxArray(
  bytes: Uint8Array,
  { path, axes }: { readonly path: string; readonly axes: readonly string[] },
): IdxArray {
  const refuse = (received: string): Error =>
    fault(path, {
      expected: `an idx file of unsigned bytes [${axes.join(", ")}]`,
      received,
      fix: "download it again",
    });
  const headerBytes = 4 + 4 * axes.length;
  if (bytes.length < headerBytes) throw refuse(plural(bytes.length, "byte"));
  const [zero, alsoZero, type = 0, rank = 0] = bytes;
  if (zero !== 0 || alsoZero !== 0) throw refuse("another kind of file");
  if (type !== 8) throw refuse(`elements of type 0x${type.toString(16).padStart(2, "0")}`);
  if (rank !== axes.length) throw refuse(plural(rank, "axis", "axes"));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = axes.map((_, i) => view.getUint32(4 + 4 * i));
  const length = shape.reduce((product, one) => product * one, 1);
  if (length === 0 || bytes.length - headerBytes !== length)
    throw refuse(`shape ${showShape(shape)} with ${plural(bytes.length - headerBytes, "byte")} of elements`);
  return { shape, data: bytes.subarray(headerBytes) };
}
