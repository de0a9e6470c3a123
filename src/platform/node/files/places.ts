import type { FileTree } from "../../../data/index.ts";

/** Where the bytes of a file of a tree lie on this machine. */
export interface FilePlace {
  /** Path of the file that holds them. */
  readonly file: string;
  /** Which of its bytes they are. @default all */
  readonly range?: { readonly start: number; readonly length: number };
}

/** The place of a path of the tree. */
export type Places = (path: string) => FilePlace;

const placesOfTrees = new WeakMap<FileTree, Places>();

/** Says where the files of a tree lie. */
export const setPlaces = (tree: FileTree, places: Places): void => void placesOfTrees.set(tree, places);

/** Where the files of a tree lie, for those who read them elsewhere; nothing of another platform's tree. */
export const placesOf = (tree: FileTree): Places | undefined => placesOfTrees.get(tree);
