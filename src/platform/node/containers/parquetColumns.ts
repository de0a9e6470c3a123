import { type FileMetaData, type SchemaTree, parquetSchema } from "hyparquet";
import { fault, isObject, listText } from "../../../base/index.ts";
import { type OpenTreeOptions, labelColumns } from "../../../data/index.ts";
import { checkedNames } from "./labels.ts";

/** The two columns that matter. */
export interface ParquetColumns {
  readonly image: string;
  /** Absent where none is needed and there is not one alone. */
  readonly label: string | undefined;
  /** Names of the classes by their numbers, where the file has them. */
  readonly classNames: readonly string[] | undefined;
}

/**
 * The columns of images and labels, by what Hugging Face writes about them and else by their types and names; why not where there is no
 * column of images. @throws FoveaError where there are several of one kind, or no labels though they are needed
 */
export function columnsOf(
  metadata: FileMetaData,
  path: string,
  { allowUnlabelled = false }: OpenTreeOptions,
): ParquetColumns | { readonly reason: string } {
  const columns = parquetSchema(metadata).children;
  const names = columns.map(({ element }) => element.name);
  const features = featuresOf(metadata);
  const images = imageColumns(columns, features);
  if (images.length === 0)
    return { reason: `a Parquet file without a column of images (${listText(names)})` };
  const image = theOne(images, { path, what: "image", names });
  const others = names.filter((name) => !images.includes(name));
  const labels = labelNames(others, features);
  const label =
    allowUnlabelled && chosen(labels, "label") === undefined
      ? undefined
      : theOne(labels, { path, what: "label", names });
  const classNames = label === undefined ? undefined : classNamesOf(features[label], path);
  return { image, label, classNames };
}

interface Wanted {
  readonly path: string;
  readonly what: "image" | "label";
  /** All columns of the file. */
  readonly names: readonly string[];
}

/** The column of the usual name, else the only one. */
const chosen = (found: readonly string[], what: string): string | undefined =>
  found.find((name) => name === what) ?? (found.length === 1 ? found[0] : undefined);

function theOne(found: readonly string[], { path, what, names }: Wanted): string {
  const one = chosen(found, what);
  if (one !== undefined) return one;
  throw fault(path, {
    expected: `one column of ${what}s, named ${what}`,
    received: found.length === 0 ? `the columns ${listText(names)}` : listText(found),
    fix: `rename one to ${what}`,
  });
}

type Features = Readonly<Record<string, unknown>>;

/** What the library datasets writes about each column. */
function featuresOf({ key_value_metadata: pairs = [] }: FileMetaData): Features {
  const text = pairs.find(({ key }) => key === "huggingface")?.value;
  if (text === undefined) return {};
  try {
    const written: unknown = JSON.parse(text);
    const info = isObject(written) ? written["info"] : undefined;
    const features = isObject(info) ? info["features"] : undefined;
    return isObject(features) ? features : {};
  } catch {
    // Written by another program: types and names still tell.
    return {};
  }
}

const kindOf = (feature: unknown): unknown => (isObject(feature) ? feature["_type"] : undefined);

function imageColumns(columns: readonly SchemaTree[], features: Features): readonly string[] {
  const told = columns.filter(({ element }) => kindOf(features[element.name]) === "Image");
  const found = told.length > 0 ? told : columns.filter(mayHoldImages);
  return found.map(({ element }) => element.name);
}

/** A struct of bytes and path, or bytes under an image's name. */
function mayHoldImages({ element, children }: SchemaTree): boolean {
  if (children.length > 0) return children.some((child) => child.element.name === "bytes" && isBytes(child));
  return /^(image|img|photo|bytes|image_?bytes)$/i.test(element.name) && isBytes({ element, children });
}

const isBytes = ({ element, children }: Pick<SchemaTree, "element" | "children">): boolean =>
  children.length === 0 &&
  element.type === "BYTE_ARRAY" &&
  element.converted_type === undefined &&
  element.logical_type === undefined;

/** Columns of classes, else those of the usual names; of CIFAR-100's two the fine ones. */
function labelNames(names: readonly string[], features: Features): readonly string[] {
  const classes = names.filter((name) => kindOf(features[name]) === "ClassLabel");
  const fine = classes.filter((name) => name !== "coarse_label");
  const candidates = fine.length > 0 ? fine : names;
  const usual = labelColumns(candidates);
  return usual.length > 0 || fine.length === 0 ? usual : fine;
}

function classNamesOf(feature: unknown, path: string): readonly string[] | undefined {
  const names = isObject(feature) ? feature["names"] : undefined;
  return Array.isArray(names) ? checkedNames(names.map(String), path) : undefined;
}

/** The class of a cell; nothing where it is empty or -1, which stands for an unknown one. @throws FoveaError for a number without a name */
export function labelText(
  cell: unknown,
  { classNames, label }: ParquetColumns,
  path: string,
): string | undefined {
  const text = cell instanceof Uint8Array ? new TextDecoder().decode(cell) : textOf(cell);
  if (text === "" || text === "-1") return undefined;
  if (!classNames || typeof cell === "string") return text;
  const name = classNames[Number(text)];
  if (name !== undefined) return name;
  throw fault(path, {
    expected: `classes from 0 to ${classNames.length - 1} in the column ${label}`,
    received: text,
    fix: "download it again",
  });
}

const textOf = (cell: unknown): string =>
  typeof cell === "string" ||
  typeof cell === "number" ||
  typeof cell === "bigint" ||
  typeof cell === "boolean"
    ? String(cell)
    : "";
