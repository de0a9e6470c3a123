import { type Bundle, readBundle } from "../../bundle/index.ts";
import { fault } from "../../base/index.ts";
import type { FileStore } from "../context.ts";
import { join } from "./paths.ts";
import { runFiles } from "./runFolder.ts";

/** A model file that was read. */
export interface ModelFile {
  readonly path: string;
  /** Where it lies; a run folder holds the split beside it. */
  readonly folder: string;
  readonly bundle: Bundle;
}

/** Reads a model file, or that of a run folder. @throws naming a folder that holds none */
export async function readModelFile(given: string, files: FileStore): Promise<ModelFile> {
  const held = await files.list(given);
  const path = held.length === 0 ? given : join(given, runFiles.model);
  if (held.length > 0 && !held.includes(runFiles.model)) {
    throw fault(given, {
      expected: `a model file, or a run folder with ${runFiles.model}`,
      received: held.includes(runFiles.config) ? "a run that wrote no model" : "another folder",
      fix: "give the folder of a finished training, or its model file",
      exitCode: 2,
    });
  }
  return { path, folder: folderOf(path), bundle: readBundle(await files.read(path), path) };
}

const folderOf = (path: string): string => /^(.*)[/\\]/.exec(path)?.[1] ?? ".";
