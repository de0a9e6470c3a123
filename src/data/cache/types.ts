/** What the entries of a cache are; those of one kind are found by the SHA-256 of the bytes that they were made of, in hexadecimal. */
export interface CacheKind {
  /** For people and as part of a file name: "facts", "pixels-64x64"; letters, digits, dots and dashes. */
  readonly name: string;
  /** What decides an entry besides its key and the program's version: settings, and the form of the bytes. */
  readonly settings: string;
}

/** Entries of one kind, as they were when it was opened. */
export interface CacheReader {
  /** The whole bytes, good until the next call; nothing where there are none or they are damaged. */
  read(key: string): Uint8Array | undefined | Promise<Uint8Array | undefined>;
  close(): Promise<void>;
}

/** Takes new entries of one kind. It never fails: what cannot be kept is forgotten. */
export interface CacheWriter {
  put(key: string, bytes: Uint8Array): void | Promise<void>;
  /** From now on others find the entries. */
  close(): Promise<void>;
}

/** What a cache holds of one kind. */
export interface CachedKind {
  readonly name: string;
  readonly entries: number;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly lastUsed: number;
}

/** Keeps from run to run what is costly to make of a file; a platform provides it. It may forget anything at any time. */
export interface Cache {
  /** Nothing where there are no entries of this kind. */
  open(kind: CacheKind): Promise<CacheReader | undefined>;
  /** Nothing where so many bytes have no room. */
  write(kind: CacheKind, bytes: number): CacheWriter | undefined;
}
