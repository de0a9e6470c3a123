import {
  type AsyncBuffer,
  type FileMetaData,
  asyncBufferFromFile,
  parquetMetadataAsync,
  parquetReadObjects,
} from "hyparquet";
import { FoveaError, fault, plural } from "../../../base/index.ts";
import {
  type FileTree,
  type OpenTreeOptions,
  type SkippedFile,
  imageExtensionOf,
} from "../../../data/index.ts";
import { placesOf } from "../files/places.ts";
import { folderNameOf } from "./labels.ts";
import { type ParquetColumns, columnsOf, labelText } from "./parquetColumns.ts";
import { type ParquetPart, isParquetName, partsOfFiles } from "./parquetFiles.ts";
import type { ContainedImage, FindContainers, ImageContainer } from "./types.ts";

/** Parquet files with a column of images and one of labels, as Hugging Face publishes data sets. */
export const parquetContainers: FindContainers = async (tree, paths, options) => {
  const files = paths.filter(isParquetName);
  const opened = await Promise.all(files.map((path) => openTable(tree, path, options)));
  const withImages = opened.filter((table) => "columns" in table);
  const without = opened.filter((table) => "reason" in table);
  const { parts, skipped } = partsOfFiles(withImages.map(({ path }) => path));
  const containers = parts.map((part) => containerOf(part, withImages, options));
  return [...containers, ...leftOut([...skipped, ...without])];
};

/** What is no data, said as such. */
const leftOut = (skipped: readonly SkippedFile[]): readonly ImageContainer[] =>
  skipped.length === 0 ? [] : [{ folder: "", files: [], skipped, images: async function* () {} }];

interface ParquetTable {
  readonly path: string;
  readonly file: AsyncBuffer;
  readonly metadata: FileMetaData;
  readonly columns: ParquetColumns;
}

/** Its first and last four letters, and the length of what stands before the last. */
const minFileBytes = 12;

/** Reads what stands at the end of a file: its columns. */
async function openTable(
  tree: FileTree,
  path: string,
  options: OpenTreeOptions,
): Promise<ParquetTable | SkippedFile> {
  return reading(path, async () => {
    const file = await asyncBufferFromFile(placesOf(tree)?.(path).file ?? path);
    if (file.byteLength < minFileBytes) throw new Error(plural(file.byteLength, "byte"));
    const metadata = await parquetMetadataAsync(file);
    if (metadata.num_rows === 0n) return { path, reason: "a Parquet file without rows" };
    const columns = columnsOf(metadata, path, options);
    return "reason" in columns ? { path, reason: columns.reason } : { path, file, metadata, columns };
  });
}

async function reading<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof FoveaError) throw cause;
    throw fault(path, {
      expected: "a whole Parquet file",
      received: cause instanceof Error ? cause.message : String(cause),
      fix: "download it again",
      cause,
    });
  }
}

function containerOf(
  { folder, part, files }: ParquetPart,
  tables: readonly ParquetTable[],
  options: OpenTreeOptions,
): ImageContainer {
  const own = tables.filter(({ path }) => files.includes(path));
  return { folder, files, skipped: [], images: () => imagesOf(own, part, options) };
}

async function* imagesOf(
  tables: readonly ParquetTable[],
  part: string | undefined,
  options: OpenTreeOptions,
): AsyncGenerator<ContainedImage | SkippedFile> {
  let number = 0;
  for (const table of tables) {
    const unused = new Map<string, number>();
    for await (const row of rowsOf(table)) {
      number++;
      const image = imageOf(row, table, options);
      if (typeof image === "string") unused.set(image, (unused.get(image) ?? 0) + 1);
      else
        yield {
          ...image,
          folder: [part, image.folder].filter((name) => name !== undefined).join("/"),
          number,
        };
    }
    for (const [reason, files] of unused) yield { path: table.path, reason, ...(files > 1 && { files }) };
  }
}

type Row = Readonly<Record<string, unknown>>;

/** Rows, a group of them in memory at a time. */
async function* rowsOf({ path, file, metadata, columns }: ParquetTable): AsyncGenerator<Row> {
  const { compressors } = await import("hyparquet-compressors");
  const wanted = {
    columns: [columns.image, ...(columns.label === undefined ? [] : [columns.label])],
    utf8: false,
    compressors,
  };
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    const range = { file, metadata, rowStart, rowEnd };
    yield* await reading(path, (): Promise<Row[]> => parquetReadObjects({ ...range, ...wanted }));
    rowStart = rowEnd;
  }
}

interface UnnumberedImage extends Pick<ContainedImage, "bytes" | "extension"> {
  /** Absent where the label is not known. */
  readonly folder: string | undefined;
}

/** The image of a row, or why it has none. */
function imageOf(
  row: Row,
  { columns, path }: ParquetTable,
  { allowUnlabelled = false }: OpenTreeOptions,
): UnnumberedImage | string {
  const label = columns.label === undefined ? undefined : labelText(row[columns.label], columns, path);
  if (label === undefined && !allowUnlabelled) return "rows without a label";
  const value = row[columns.image];
  const bytes = isStruct(value) ? value["bytes"] : value;
  if (!(bytes instanceof Uint8Array)) return "rows that hold no image: at most its path";
  const extension = imageExtensionOf(bytes);
  if (extension === undefined) return "rows whose bytes do not begin as an image does";
  return { folder: label === undefined ? undefined : folderNameOf(label), bytes, extension };
}

const isStruct = (value: unknown): value is Row =>
  typeof value === "object" && value !== null && !(value instanceof Uint8Array);
