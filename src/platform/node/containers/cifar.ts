import { fault, plural } from "../../../base/index.ts";
import type { FileTree, Part } from "../../../data/index.ts";
import { bitmapOf } from "./bitmap.ts";
import { classNamesIn, folderNameOf } from "./labels.ts";
import type { ContainedImage, FindContainers, ImageContainer } from "./types.ts";

/** One of the two sets, as https://www.cs.toronto.edu/~kriz/cifar.html describes its binary version. */
interface CifarFormat {
  readonly title: string;
  /** Class names, one a line. */
  readonly names: string;
  readonly batches: RegExp;
  /** Bytes before the pixels, the last of which is the class. */
  readonly labelBytes: number;
}

const formats: readonly CifarFormat[] = [
  {
    title: "CIFAR-10",
    names: "batches.meta.txt",
    batches: /^(data_batch_\d+|test_batch)\.bin$/,
    labelBytes: 1,
  },
  { title: "CIFAR-100", names: "fine_label_names.txt", batches: /^(train|test)\.bin$/, labelBytes: 2 },
];

const side = 32;
const pixelBytes = side * side * 3;

/** Batches of CIFAR-10 or CIFAR-100 beside the file of their class names. */
export const cifarContainers: FindContainers = async (tree, paths) =>
  paths.flatMap((path) => {
    checkVersion(tree, paths, path);
    return formats
      .filter(({ names }) => path === names || path.endsWith(`/${names}`))
      .flatMap((format) => containerIn(tree, paths, { format, names: path }));
  });

/** @throws for the version for Python, whose pickles are programs */
function checkVersion({ name }: FileTree, paths: readonly string[], path: string): void {
  const [, folder] = /^(.*\/)?data_batch_1$/.exec(path) ?? [undefined, undefined];
  const isPickled = path.endsWith("data_batch_1") && paths.includes(`${folder ?? ""}batches.meta`);
  if (!isPickled) return;
  throw fault(name, {
    expected: "the binary version of CIFAR-10 (data_batch_1.bin)",
    received: "the version for Python",
    fix: "get cifar-10-binary.tar.gz from https://www.cs.toronto.edu/~kriz/cifar.html",
  });
}

interface Found {
  readonly format: CifarFormat;
  /** Path of the file of class names. */
  readonly names: string;
}

function containerIn(
  tree: FileTree,
  paths: readonly string[],
  { format, names }: Found,
): readonly ImageContainer[] {
  const folder = names.slice(0, names.length - format.names.length);
  const batches = paths.filter(
    (path) => path.startsWith(folder) && format.batches.test(path.slice(folder.length)),
  );
  if (batches.length === 0) return [];
  const others = paths.filter((path) => path === `${folder}coarse_label_names.txt`);
  return [
    {
      folder,
      files: [names, ...others, ...batches],
      skipped: [],
      images: () => imagesOf(tree, batches, { format, names }),
    },
  ];
}

async function* imagesOf(
  tree: FileTree,
  batches: readonly string[],
  { format, names }: Found,
): AsyncGenerator<ContainedImage> {
  const classNames = await classNamesIn(tree, names);
  const counts = { train: 0, test: 0 };
  for (const path of batches) {
    const part = partOfBatch(path);
    for (const { label, data } of recordsOf(await tree.read(path), path, format)) {
      const name = classNames[label];
      if (name === undefined) throw unknownClass(path, label, { names, count: classNames.length });
      yield {
        folder: `${part}/${folderNameOf(name)}`,
        number: ++counts[part],
        bytes: bitmapOf({ width: side, height: side, data }),
        extension: "bmp",
      };
    }
  }
}

const partOfBatch = (path: string): Exclude<Part, "validation"> =>
  /(^|\/)test/.test(path) ? "test" : "train";

interface CifarRecord {
  readonly label: number;
  /** [3, 32, 32] */
  readonly data: Uint8Array;
}

function* recordsOf(
  bytes: Uint8Array,
  path: string,
  { title, labelBytes }: CifarFormat,
): Generator<CifarRecord> {
  const recordBytes = labelBytes + pixelBytes;
  if (bytes.length === 0 || bytes.length % recordBytes !== 0) {
    throw fault(path, {
      expected: `a batch of ${title}: records of ${recordBytes} bytes`,
      received: plural(bytes.length, "byte"),
      fix: "download it again",
    });
  }
  for (let at = 0; at < bytes.length; at += recordBytes) {
    const label = bytes[at + labelBytes - 1] ?? 0;
    yield { label, data: bytes.subarray(at + labelBytes, at + recordBytes) };
  }
}

const unknownClass = (
  path: string,
  label: number,
  { names, count }: { readonly names: string; readonly count: number },
): Error =>
  fault(path, {
    expected: `classes from 0 to ${count - 1}, the ${count} names in ${names}`,
    received: `class ${label}`,
    fix: "use the two files of one data set",
  });
