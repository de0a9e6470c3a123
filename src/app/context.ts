import type {
  Cache,
  CachedKind,
  Codec,
  FileTree,
  OpenTreeOptions,
  Raster,
  SpillFile,
} from "../data/index.ts";
import type { Backend } from "../engine/index.ts";

/** A folder that this process has to itself. */
export interface FolderClaim {
  readonly type: "claimed";
  /** Lets others have it, and removes the folders that were made for it and are empty. May be called twice. */
  release(): Promise<void>;
}

/** A folder that another process has to itself. */
export interface FolderHeld {
  readonly type: "held";
  readonly by: {
    /** Absent where it cannot be told. */
    readonly pid?: number | undefined;
    /** Name of its machine, where that is not this one. */
    readonly host?: string | undefined;
    /** Path of its lock file. */
    readonly lock: string;
  };
}

/** Files by path, as the platform writes them; every error is a FoveaError that names the path. */
export interface FileStore {
  read(path: string): Promise<Uint8Array>;
  /** Writes the whole file or nothing, and the folder above it. */
  write(path: string, bytes: Uint8Array | string): Promise<void>;
  /** Adds to the end of a file, made where it is missing, and the folder above it. */
  append(path: string, bytes: Uint8Array): Promise<void>;
  /** Names in a folder, but those of lock files; empty where there is no such folder. */
  list(folder: string): Promise<readonly string[]>;
  /** Takes a folder for this process alone, made where it is missing: of several that try at once one gets it. */
  claim(folder: string): Promise<FolderClaim | FolderHeld>;
  /** Removes a file or a whole folder; one that is not there is fine. */
  remove(path: string): Promise<void>;
}

/** Memory that may be taken, and whose limit that is. */
export interface MemoryBudget {
  readonly bytes: number;
  /** "80% of this machine's memory" */
  readonly of: string;
}

/** What is kept from run to run about images, outside of the data. */
export interface CacheStore extends Cache {
  readonly folder: string;
  /** Of all entries together; the least recently used go first. */
  readonly maxBytes: number;
  list(): Promise<readonly CachedKind[]>;
  /** Forgets everything. */
  clear(): Promise<void>;
}

/** All that the verbs need from the place they run in. */
export interface Services {
  /** What runs here; written into the page of a run. */
  readonly versions: { readonly fovea: string; readonly runtime: string; readonly system: string };
  /** How a reader starts the program here, such as "node dist/cli/main.js"; before the commands that a page suggests. */
  readonly invocation: string;
  readonly openTree: (path: string, options?: OpenTreeOptions) => Promise<FileTree>;
  readonly codec: Codec;
  /** What is known about images from other runs. @default none: every image is read anew */
  readonly cache?: CacheStore | undefined;
  readonly encodePng: (raster: Raster) => Promise<Uint8Array>;
  /** Small rather than true to the last pixel: for looking at. */
  readonly encodeJpeg: (raster: Raster) => Promise<Uint8Array>;
  readonly openSpill: () => Promise<SpillFile>;
  /** @default threads all that the machine has */
  readonly openBackend: (options: {
    readonly threads?: number;
    readonly exact?: boolean;
  }) => Promise<Backend>;
  readonly files: FileStore;
  /** Milliseconds from any fixed moment. */
  readonly clock: () => number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** The memory that this process may take in all. */
  readonly memory: MemoryBudget;
}
