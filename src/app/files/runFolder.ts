import { fault } from "../../base/index.ts";
import { join } from "./paths.ts";
import type { FileStore } from "../context.ts";

/** The folder that one training writes; it holds whole files only. */
export interface RunFolder {
  readonly path: string;
  write(name: string, bytes: Uint8Array | string): Promise<void>;
  read(name: string): Promise<Uint8Array>;
  hasCheckpoint(): boolean;
  /** Takes back what was written, and the folder where it was made for this run. */
  discard(): Promise<void>;
}

export const runFiles = {
  model: "model.safetensors",
  config: "config.json",
  split: "split.csv",
  metrics: "metrics.json",
  predictions: "predictions.csv",
  history: "history.csv",
  report: "report.html",
  labels: "labels-to-review.csv",
  checkpoint: "checkpoints/last.safetensors",
} as const;

/** @throws when the folder already holds files. */
export async function refuseOccupied(files: FileStore, path: string): Promise<void> {
  const held = await files.list(path);
  if (held.length === 0) return;
  const isRun = held.includes(runFiles.config);
  throw fault(`--out ${path}`, {
    expected: "a new or empty folder",
    received: isRun ? "the folder of another run" : `a folder with ${held.length} files`,
    fix: isRun ? "choose another, or go on with that run by --resume" : "choose another",
    exitCode: 2,
  });
}

/** Makes a folder for a new run. @throws when it already holds files, or cannot be written to. */
export async function createRunFolder(files: FileStore, path: string): Promise<RunFolder> {
  await refuseOccupied(files, path);
  return writing(files, path, await files.makeFolder(path));
}

/** Opens the folder of a run that was interrupted. @throws when it holds none. */
export async function reopenRunFolder(files: FileStore, path: string): Promise<RunFolder> {
  const held = await files.list(path);
  if (!held.includes(runFiles.config) || !held.includes("checkpoints")) {
    throw fault(`--resume: ${path}`, {
      expected: "the folder of an interrupted run",
      received: held.length === 0 ? "no such folder" : "a folder without config.json and checkpoints",
      fix: "give the folder of the run with --out",
    });
  }
  return writing(files, path, await files.makeFolder(path));
}

function writing(files: FileStore, path: string, undo: () => Promise<void>): RunFolder {
  const written = new Set<string>();
  return {
    path,
    write: async (name, bytes) => {
      written.add(name.replace(/\/.*/, ""));
      await files.write(join(path, name), bytes);
    },
    read: (name) => files.read(join(path, name)),
    hasCheckpoint: () => written.has("checkpoints"),
    discard: async () => {
      for (const name of written) await files.remove(join(path, name));
      await undo();
    },
  };
}
