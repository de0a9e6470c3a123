import type { FileFacts, Inspection } from "./inspect/types.ts";
import type { ScanNote } from "./scan/notes.ts";
import type { PrepareTransform, StoredRange } from "./transforms/types.ts";

/**
 * An image decoded to RGB bytes, row by row: data[(y * width + x) * 3 + channel].
 * @example
 * const black: Raster = { width: 2, height: 2, data: new Uint8Array(2 * 2 * 3) };
 */
export interface Raster {
  /** Pixels of a row. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** Bytes, width · height · 3 of them. */
  readonly data: Uint8Array;
}

/** Which part of the data an image belongs to. */
export type Part = "train" | "validation" | "test";

/** One labelled image that nobody has read yet. */
export interface Image {
  /** Path relative to the data, with forward slashes; unique in its collection. */
  readonly path: string;
  /** Name of its class. */
  readonly label: string;
  /** Images of one group (patient, source image) belong on one side of a split. */
  readonly group?: string;
  /**
   * Set where several groups show one scene, such as two shots of one field, or where near-duplicates link named groups: those
   * belong on one side as well.
   */
  readonly scene?: string;
  /** Set where groups are named and an image has near-duplicates in other groups: the path of the first of them all. */
  readonly nearDuplicates?: string;
  /** Set where the data brings its own split (train/val/test folders, or a CSV column). */
  readonly part?: Part;
  /** What its loss counts in training, 0 or more; set where a table has such a column. */
  readonly weight?: number;
}

/**
 * A file of the data that is not used, and why.
 * @example
 * const line = ({ path, reason }: SkippedFile): string => `${path}: ${reason}`;
 */
export interface SkippedFile {
  /** Relative to the root of the data; where it stands for several, that of the first. */
  readonly path: string;
  /** One line for people. */
  readonly reason: string;
  /** Files that it stands for: those of a folder, or all of one kind. @default 1 */
  readonly files?: number;
}

/** How many files a list of skipped ones stands for. */
export const countSkipped = (skipped: readonly SkippedFile[]): number =>
  skipped.reduce((sum, { files = 1 }) => sum + files, 0);

/** What a scan found. */
export interface Collection {
  readonly images: readonly Image[];
  /** Sorted by code unit, so that the order does not depend on the machine's language. */
  readonly classNames: readonly string[];
  readonly skipped: readonly SkippedFile[];
  /** What the owner of the data should know about how it was read. */
  readonly notes: readonly ScanNote[];
}

/** What a listing of files leaves out. */
export interface Unlisted {
  /** Files and folders that cannot be read or followed, and why. */
  readonly skipped: readonly SkippedFile[];
  /** Folders with nothing in them, relative to the root, without a slash at the end. */
  readonly emptyFolders: readonly string[];
}

/**
 * Read access to a tree of files; a platform provides it for a folder or an unpacked archive.
 * @example
 * const names = async (tree: FileTree): Promise<readonly string[]> => {
 *   const paths = await tree.list();
 *   await tree.close();
 *   return paths;
 * };
 */
export interface FileTree {
  /** The path or name as the user typed it, for messages. */
  readonly name: string;
  /** Path of the one table that is the data, where the user gave a table and not its folder. */
  readonly table?: string;
  /** Path of every file below the root, relative with forward slashes, in code-unit order. */
  list(): Promise<readonly string[]>;
  /** What `list` leaves out; absent where it lists everything. */
  unlisted?(): Promise<Unlisted>;
  /** Bytes of a file by its path below the root. */
  read(path: string): Promise<Uint8Array>;
  /** Frees what the tree holds, e.g. the folder an archive was unpacked to. */
  close(): Promise<void>;
}

/** How data is opened. */
export interface OpenTreeOptions {
  /** Takes images of unknown class out of files of many images too, as for predicting. @default false: what has no label is refused or left out */
  readonly allowUnlabelled?: boolean;
}

/**
 * Turns an image file into RGB: EXIF orientation applied, alpha laid on white, grey and CMYK converted.
 * @example
 * const sizeOf = async (codec: Codec, bytes: Uint8Array): Promise<string> => {
 *   const { width, height } = await codec.decode(bytes, "upload");
 *   return `${width} × ${height}`;
 * };
 */
export interface Codec {
  /** Decodes a whole image; `path` names it in errors. @throws FoveaError when the bytes are not a whole image it can read */
  decode(bytes: Uint8Array, path: string, options?: DecodeOptions): Promise<Raster>;
  /** The lowest and the highest value that a file with more than 8 bits holds; nothing for others, and where a range does not apply. */
  values?(bytes: Uint8Array, path: string): Promise<StoredValues | undefined>;
  /** The file's metadata, as far as it can be read; absent where a platform cannot tell. */
  describe?(bytes: Uint8Array): FileFacts;
  /** Decodes as much as there is of a file that `decode` refuses; nothing where that is no damaged image. */
  salvage?(bytes: Uint8Array): Promise<Salvaged | undefined>;
  /** SHA-256 in hexadecimal of a file's bytes, in a quicker way than through the tree; nothing where there is none. @throws FoveaError when it cannot be read */
  digest?(tree: FileTree, path: string): string | undefined;
  /** Reads many files in a quicker way than one after the other in this thread, with the same results; absent where there is none. */
  readonly readMany?: ReadMany;
}

/**
 * How a file is decoded.
 * @example
 * const options: DecodeOptions = { range: { min: 0, max: 4095 } }; // 12 bits in a file of 16
 */
export interface DecodeOptions {
  /** The stored values that become 0 and 255. @default 0 and 255 of 8 bits; of 16 bits the upper 8 count */
  readonly range?: StoredRange | undefined;
}

/** Values that a file holds. */
export interface StoredValues extends StoredRange {
  /** Of each value. */
  readonly bits: number;
}

/** What is left of a damaged image. */
export interface Salvaged {
  /** Share of the rows in [0, 1], in the order of the file. */
  readonly share: number;
  /** The image with one colour in place of what is lost; absent where that is all. */
  readonly raster?: Raster;
}

/** The part of a codec that works on one file, the same in every thread. */
export type ImageDecoder = Omit<Codec, "readMany" | "digest">;

/** Result of reading a file: its prepared pixels [H, W, 3], or why there are none. */
export type ReadResult =
  | {
      readonly data: Uint8Array;
      /** Of the file's bytes, in hexadecimal. */
      readonly sha256: string;
      /** [ΣR, ΣG, ΣB, ΣR², ΣG², ΣB²] over the prepared pixels. */
      readonly channelSums: Float64Array;
      /** Where it was asked for. */
      readonly inspection?: Inspection;
    }
  | {
      readonly reason: string;
      /** Where inspection was asked for and the file is a damaged image: share of its rows that can still be decoded. */
      readonly recoverable?: number;
    };

/** Files to read, and what to make of them. */
export interface ReadRequest {
  readonly tree: FileTree;
  readonly paths: readonly string[];
  /** None: no pixels are prepared, for those who only inspect. */
  readonly transforms: readonly PrepareTransform[];
  /** Also take the facts of each image, from the same decoding. @default false */
  readonly inspect?: boolean;
  /** SHA-256 of the files in hexadecimal, where they were taken just before; a cache takes the others. */
  readonly digests?: readonly (string | undefined)[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Hands over each image once, with the index of its path, in any order; the next are read meanwhile.
 * An image's memory is used again for others once what `done` returns is settled.
 */
export type ReadMany = (
  request: ReadRequest,
  done: (index: number, image: ReadResult) => void | Promise<void>,
) => Promise<void>;

/** Room outside memory for decoded images; a platform provides it, e.g. as a temporary file. */
export interface SpillFile {
  /** Writes all bytes from position `at` on. */
  write(bytes: Uint8Array, at: number): Promise<void>;
  /** Fills `target` with the bytes from position `at` on. */
  read(target: Uint8Array, at: number): Promise<void>;
  /** Deletes what was written. */
  close(): Promise<void>;
}
