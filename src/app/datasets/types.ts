import type { Services } from "../context.ts";
import type { KnownDataset, PublishedDigest } from "./catalogue.ts";

/** Files that are too large for memory, for downloads. */
export interface LargeFiles {
  /** Bytes of a file; nothing where there is none. */
  size(path: string): Promise<number | undefined>;
  /** Checksum in hexadecimal. @throws FoveaError where it cannot be read */
  digest(path: string, algorithm: PublishedDigest["algorithm"]): Promise<string>;
  /** Gives a file another name in its folder. */
  rename(from: string, to: string): Promise<void>;
  /**
   * Unpacks folders of an archive, whose one outer folder does not count, side by side into a new folder, which is there only once it
   * is whole. @throws FoveaError where the archive is damaged or lacks one
   */
  unpackFolders(archive: string, folders: readonly string[], into: string): Promise<void>;
}

/** What downloading needs from the place it runs in. */
export interface DownloadServices extends Pick<Services, "files" | "now"> {
  readonly largeFiles: LargeFiles;
  /** Fetch of the web. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Waits; rejects as soon as the signal says so. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** The data sets that can be had. */
  readonly datasets: readonly KnownDataset[];
}

export interface DatasetRequest {
  readonly name: string;
  /** Folder for the files. @default datasets/<name> */
  readonly out?: string | undefined;
}

/** Whose data it is, before anything is downloaded. */
export interface SourceEvent {
  readonly type: "source";
  readonly dataset: KnownDataset;
  readonly folder: string;
}

/** Bytes that are here. */
export interface DownloadingEvent {
  readonly type: "downloading";
  readonly file: string;
  readonly received: number;
  /** Absent where the server does not say. */
  readonly total?: number;
}

/** An address was tried in vain. */
export interface TroubleEvent {
  readonly type: "trouble";
  readonly url: string;
  readonly reason: string;
}

export interface UnpackingEvent {
  readonly type: "unpacking";
  readonly file: string;
}

export type DatasetEvent = SourceEvent | DownloadingEvent | TroubleEvent | UnpackingEvent;

/** A file as it came. */
export interface DownloadedFile {
  readonly name: string;
  /** Absent where it was there already. */
  readonly url?: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Checksum that was published and that it has; absent where none is known, so that only its size and digest are recorded. */
  readonly published?: PublishedDigest;
}

export interface DatasetResult extends Pick<
  KnownDataset,
  "name" | "title" | "licence" | "source" | "citation"
> {
  /** Folder of the files. */
  readonly folder: string;
  /** What to give to train. */
  readonly data: string;
  readonly files: readonly DownloadedFile[];
}

export interface DatasetsResult {
  readonly datasets: readonly KnownDataset[];
}
