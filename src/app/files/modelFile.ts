import { type Bundle, classifierIn, readNets } from "../../bundle/index.ts";
import { at, fault } from "../../base/index.ts";
import type { FileStore } from "../context.ts";
import { join } from "./paths.ts";
import { runFiles } from "./runFolder.ts";

/** A model file that was read. */
export interface ModelFile {
  readonly path: string;
  /** Where it lies; a run folder holds the split beside it. */
  readonly folder: string;
  /** Its first net; classes, input and preprocessing are those of all. */
  readonly bundle: Bundle;
  /** All of its nets: several where it is an ensemble. */
  readonly nets: readonly Bundle[];
}

/** Reads a model file, or that of a run folder. @throws naming a folder that holds none */
export async function readModelFile(given: string, files: FileStore): Promise<ModelFile> {
  const held = await files.list(given);
  const isFolder = held.length > 0;
  const path = isFolder ? join(given, runFiles.model) : given;
  if (isFolder && !held.includes(runFiles.model)) {
    throw fault(given, {
      expected: `a model file, or a run folder with ${runFiles.model}`,
      received: held.includes(runFiles.config) ? "a run that wrote no model" : "another folder",
      fix: "give the folder of a finished training, or its model file",
      exitCode: 2,
    });
  }
  const folder = isFolder ? given : await folderOf(path, files);
  const nets = readNets(await files.read(path), path).map(classifierIn);
  return { path, folder, bundle: at(nets, 0), nets };
}

/** The folder of a file: a backslash ends one on Windows and is a letter elsewhere, which the folder's own names tell. */
async function folderOf(path: string, files: FileStore): Promise<string> {
  const slash = path.lastIndexOf("/");
  const folder = slash < 0 ? "." : path.slice(0, slash);
  const names = await files.list(folder === "" ? "/" : folder);
  return names.includes(path.slice(slash + 1)) ? folder : (/^(.*)[/\\]/.exec(path)?.[1] ?? ".");
}
