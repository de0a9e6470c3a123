import type { FileTree, OpenTreeOptions, SkippedFile } from "../../../data/index.ts";

/** An image out of a file that holds many. */
export interface ContainedImage {
  /** Part and class, such as "train/cat", below the container's folder; without what is not known. */
  readonly folder: string;
  /** Position among the images of its part, from 1. */
  readonly number: number;
  /** An image file of its own. */
  readonly bytes: Uint8Array;
  /** Of that file, without the dot. */
  readonly extension: string;
}

/** A data set, or a part of one, in files that hold many images. */
export interface ImageContainer {
  /** Folder in the tree, with a slash at the end; "" for the root. */
  readonly folder: string;
  /** Files of the tree that it is made of. */
  readonly files: readonly string[];
  /** Files that are not needed besides those, and why. */
  readonly skipped: readonly SkippedFile[];
  /** Its images in the order of the files, and what of them cannot be used. @throws FoveaError where a file is not what its name says */
  readonly images: () => AsyncIterable<ContainedImage | SkippedFile>;
}

/** Finds the containers of one format by the names in a tree. */
export type FindContainers = (
  tree: FileTree,
  paths: readonly string[],
  options: OpenTreeOptions,
) => Promise<readonly ImageContainer[]>;
