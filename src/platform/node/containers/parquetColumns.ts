import { type FileMetaData, type SchemaTree, parquetSchema } from "hyparquet";
import { fault, isObject, listText } from "../../../base/index.ts";
import { labelColumns } from "../../../data/index.ts";

/** The two columns that matter. */
export interface ParquetColumns {
  readonly image: string;
  readonly label: string;
  /** Names of the classes by their numbers, where the file has them. */
  readonly classNames: readonly string[] | undefined;
}

/**
 * The columns of images and labels, by what Hugging Face writes about them and else by their types and names; why not where there is no
 * column of images. @throws FoveaError where there are several of one kind, or no labels
 */
export function columnsOf(
  metadata: FileMetaData,
  path: string,
): ParquetColumns | { readonly reason: string } {
  const columns = parquetSchema(metadata).children;
  const names = columns.map(({ element }) => element.name);
  const features = featuresOf(metadata);
  const images = imageColumns(columns, features);
  if (images.length === 0)
    return { reason: `a Parquet file without a column of images (${listText(names)})` };
  const image = theOne(images, { path, what: "image", names });
  const label = theOne(
    labelNames(
      names.filter((name) => !images.includes(name)),
      features,
    ),
    {
      path,
      what: "label",
      names,
    },
  );
  return { image, label, classNames: classNamesOf(features[label]) };
}

interface Wanted {
  readonly path: string;
  readonly what: "image" | "label";
  /** All columns of the file. */
  readonly names: readonly string[];
}

function theOne(found: readonly string[], { path, what, names }: Wanted): string {
  const own = found.find((name) => name === what);
  const [first, second] = found;
  if (own !== undefined) return own;
  if (first !== undefined && second === undefined) return first;
  throw fault(path, {
    expected: `one column of ${what}s, named ${what}`,
    received: first === undefined ? `the columns ${listText(names)}` : listText(found),
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

function classNamesOf(feature: unknown): readonly string[] | undefined {
  const names = isObject(feature) ? feature["names"] : undefined;
  return Array.isArray(names) ? names.map(String) : undefined;
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
