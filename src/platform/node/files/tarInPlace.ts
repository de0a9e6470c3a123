import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { Header, type HeaderData, Pax } from "tar";
import type { FileTree } from "../../../data/index.ts";
import { isOutside } from "./archiveNames.ts";
import { type Places, setPlaces } from "./places.ts";
import { readPlace } from "./readPlace.ts";

/** Which bytes of the archive a file's are. */
interface Range {
  readonly start: number;
  readonly length: number;
}

/** What a tar that needs no unpacking holds. */
export interface PlainTar {
  readonly files: ReadonlyMap<string, Range>;
  readonly emptyFolders: readonly string[];
}

const blockBytes = 512;
/** As `tar` does by default: longer ones are no names. */
const maxMetaBytes = 2 ** 20;

/**
 * Where the files of a tar lie in it. Nothing where it is gzipped, damaged, or holds anything but files and folders with
 * plain names, each once: such a tar is to be unpacked, which says what is wrong with it.
 */
export function plainTar(archive: string): PlainTar | undefined {
  const file = openSync(archive, "r");
  try {
    return walk(file, fstatSync(file).size);
  } finally {
    closeSync(file);
  }
}

function walk(file: number, size: number): PlainTar | undefined {
  const files = new Map<string, Range>();
  const folders = new Set<string>();
  let own: HeaderData | undefined;
  let ofAll: HeaderData | undefined;
  for (let position = 0; ;) {
    const header = headerAt(file, position, { own, ofAll });
    if (header === "end") return withoutConflict(files, folders);
    const start = position + blockBytes;
    if (!header || start + header.length > size) return undefined;
    position = start + Math.ceil(header.length / blockBytes) * blockBytes;
    const { kind, length } = header;
    if (kind === "meta") {
      const text = length > maxMetaBytes ? undefined : bytesAt(file, start, length)?.toString("utf8");
      if (text === undefined) return undefined;
      if (header.type === "GlobalExtendedHeader") ofAll = Pax.parse(text, ofAll, true);
      else if (header.type === "ExtendedHeader") own = Pax.parse(text, own, false);
      else own = { ...own, path: text.replace(/\0.*/s, "") };
      continue;
    }
    own = undefined;
    const path = plainPath(header.path);
    if (path === undefined || files.has(path)) return undefined;
    if (kind === "file") files.set(path, { start, length });
    else folders.add(path);
  }
}

type Entry =
  | { readonly kind: "file" | "folder"; readonly path: string; readonly length: number }
  | { readonly kind: "meta"; readonly type: string; readonly length: number };

const metaTypes = new Set([
  "ExtendedHeader",
  "GlobalExtendedHeader",
  "NextFileHasLongPath",
  "OldGnuLongPath",
]);
const fileTypes = new Set(["File", "OldFile", "ContiguousFile"]);

interface Extended {
  readonly own: HeaderData | undefined;
  readonly ofAll: HeaderData | undefined;
}

/** Nothing where it is none that can be read in place. */
function headerAt(file: number, position: number, { own, ofAll }: Extended): Entry | "end" | undefined {
  const block = bytesAt(file, position, blockBytes);
  const header = block && parsed(block, { own, ofAll });
  if (!header) return undefined;
  if (header.nullBlock) {
    const next = bytesAt(file, position + blockBytes, blockBytes);
    return next?.every((byte) => byte === 0) ? "end" : undefined;
  }
  const { type, size: length = 0 } = header;
  // The header puts its own prefix before the name of an extended header too.
  const path = own?.path ?? ofAll?.path ?? header.path;
  if (!header.cksumValid || !path || !Number.isSafeInteger(length) || length < 0) return undefined;
  if (metaTypes.has(type)) return { kind: "meta", type, length };
  if (fileTypes.has(type)) return { kind: "file", path, length };
  return type === "Directory" && length === 0 ? { kind: "folder", path, length } : undefined;
}

/** Nothing where the numbers in it are none. */
function parsed(block: Buffer, { own, ofAll }: Extended): Header | undefined {
  try {
    return new Header(block, 0, own, ofAll);
  } catch {
    return undefined;
  }
}

/** As a tree names it; nothing for a name that leads outside or is written in a roundabout way. */
function plainPath(name: string): string | undefined {
  const path = name.replace(/^(\.\/)+/, "").replace(/\/$/, "");
  if (path === "" || path === ".") return name.startsWith(".") ? "" : undefined;
  const isPlain = !isOutside(path) && !path.includes("\\") && !path.split("/").some(isRoundabout);
  return isPlain ? path : undefined;
}

const isRoundabout = (part: string): boolean => part === "" || part === ".";

/** Nothing where a file has the name of a folder. */
function withoutConflict(files: PlainTar["files"], folders: ReadonlySet<string>): PlainTar | undefined {
  const parents = new Set([...files.keys(), ...folders].flatMap(foldersAbove));
  if (
    files.size === 0 ||
    files.has("") ||
    [...files.keys()].some((path) => parents.has(path) || folders.has(path))
  )
    return undefined;
  return { files, emptyFolders: [...folders].filter((path) => path !== "" && !parents.has(path)) };
}

const foldersAbove = (path: string): readonly string[] =>
  [...path.matchAll(/\//g)].map(({ index }) => path.slice(0, index));

/** Nothing where the file ends before. */
function bytesAt(file: number, position: number, length: number): Buffer | undefined {
  const bytes = Buffer.alloc(length);
  return readSync(file, bytes, 0, length, position) === length ? bytes : undefined;
}

/** A tree of the files where they lie in the archive. */
export function plainTarTree(archive: string, { files, emptyFolders }: PlainTar): FileTree {
  const places: Places = (path) => {
    const range = files.get(path);
    return { file: range ? archive : `${archive}/${path}`, ...(range && { range }) };
  };
  const paths = [...files.keys()].toSorted();
  const tree: FileTree = {
    name: archive,
    list: async () => paths,
    unlisted: async () => ({ skipped: [], emptyFolders }),
    read: (path) => readPlace(places(path), path),
    close: async () => undefined,
  };
  setPlaces(tree, places);
  return tree;
}
