import { type FoveaError, fault, plural } from "../../base/index.ts";
import type { Cleanup } from "../cleanup.ts";
import type { FileStore, FolderClaim, FolderHeld } from "../context.ts";
import { join } from "./paths.ts";

/** The folder that one piece of work writes; it holds whole files only. */
export interface RunFolder {
  readonly path: string;
  write(name: string, bytes: Uint8Array | string): Promise<void>;
  read(name: string): Promise<Uint8Array>;
  hasCheckpoint(): boolean;
  /** Takes back what was written; the folder itself goes at the end of the work where it is empty and was made for it. */
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
  learningRates: "learning-rates.csv",
  checkpoint: "checkpoints/last.safetensors",
} as const;

/** The next free folder of a row: `parent`/`name`-1, -2, … */
export interface NumberedFolder {
  readonly parent: string;
  readonly name: string;
}

/** Where results go: a path as the user gave it, or the next free folder. */
export type OutFolder = string | NumberedFolder;

interface FolderContext {
  readonly files: FileStore;
  readonly cleanup: Cleanup;
}

/**
 * Takes a folder for new results, new or empty; nobody else writes there until the work ends. Of a row, the number after the highest
 * one that is there. @throws when it holds files, when another process has it, or when it cannot be written to.
 */
export async function createRunFolder(
  out: OutFolder,
  context: FolderContext,
  options: { readonly canResume?: boolean } = {},
): Promise<RunFolder> {
  if (typeof out !== "string") return createNumbered(out, context);
  const claim = claimed(out, await context.files.claim(out));
  const run = claimedFolder(out, claim, context);
  const held = await context.files.list(out);
  if (held.length > 0) throw occupied(out, held, options);
  return run;
}

async function createNumbered({ parent, name }: NumberedFolder, context: FolderContext): Promise<RunFolder> {
  const { files } = context;
  for (let least = 1; ; least++) {
    const taken = (await files.list(parent)).map((entry) =>
      entry.startsWith(`${name}-`) ? Number(entry.slice(name.length + 1)) : 0,
    );
    const number = Math.max(least, ...taken.filter(Number.isSafeInteger).map((n) => n + 1));
    const path = join(parent, `${name}-${number}`);
    const claim = await files.claim(path);
    if (claim.type === "held") continue;
    if ((await files.list(path)).length === 0) return claimedFolder(path, claim, context);
    // Another process made it, filled it and left it since the names were listed.
    await claim.release();
  }
}

function occupied(
  path: string,
  held: readonly string[],
  { canResume = false }: { readonly canResume?: boolean },
): FoveaError {
  const isRun = held.includes(runFiles.config);
  return fault(`--out ${path}`, {
    expected: "a new or empty folder",
    received: isRun ? "the folder of a training" : `a folder with ${plural(held.length, "file")} in it`,
    fix:
      canResume && isRun && held.includes("checkpoints")
        ? "choose another, or continue that training with --resume"
        : "choose another",
    exitCode: 2,
  });
}

/** What a folder holds whose work can go on. */
export interface Resumable {
  /** Names in it. */
  readonly files: readonly string[];
  /** In words. */
  readonly folder: string;
  /** What to do where it is another. */
  readonly fix: string;
}

const interruptedRun: Resumable = {
  files: [runFiles.config, "checkpoints"],
  folder: "the folder of an interrupted run",
  fix: "give the folder of the run with --out",
};

/**
 * Takes the folder of a run that was interrupted, for as long as the work lasts.
 * @throws when it holds none, or when another process has it
 */
export const reopenRunFolder = async (given: OutFolder, context: FolderContext): Promise<RunFolder> =>
  reopenFolder(folderToResume(given), context, interruptedRun);

/** Takes a folder whose work goes on. @throws when it holds no such work, or when another process has it */
export async function reopenFolder(out: string, context: FolderContext, kind: Resumable): Promise<RunFolder> {
  const { files } = context;
  await refuseOther(out, kind, files);
  const claim = claimed(out, await files.claim(out));
  const run = claimedFolder(out, claim, context);
  // It may have been taken away by who had it until now.
  await refuseOther(out, kind, files);
  return run;
}

/** The folder of a run to resume. @throws where it is not named */
export function folderToResume(out: OutFolder): string {
  if (typeof out === "string") return out;
  throw fault("--resume", {
    expected: "the folder of the interrupted run",
    fix: "give it with --out",
    exitCode: 2,
  });
}

/** @throws where a folder holds no such work */
async function refuseOther(path: string, kind: Resumable, files: FileStore): Promise<void> {
  const held = await files.list(path);
  if (kind.files.every((name) => held.includes(name))) return;
  throw fault(`--resume: ${path}`, {
    expected: kind.folder,
    received: held.length === 0 ? "no such folder" : `a folder without ${kind.files.join(" and ")}`,
    fix: kind.fix,
  });
}

/** @throws where another process has the folder */
function claimed(path: string, claim: FolderClaim | FolderHeld): FolderClaim {
  if (claim.type === "claimed") return claim;
  const { pid, host, lock } = claim.by;
  // Only a process of this machine is known to run, but its number may be that of a killed one.
  const doubt = pid === undefined || host !== undefined ? "no longer runs" : "is not Fovea";
  const process = pid === undefined ? "another process" : `process ${pid}`;
  throw fault(`--out ${path}`, {
    expected: "a folder that no other process writes to",
    received: `one that ${process}${host === undefined ? "" : ` on ${host}`} writes to`,
    fix: `choose another, or wait until that process ends; if it ${doubt}, delete ${lock}`,
    exitCode: 2,
  });
}

/** The folder of a claim, which ends with the work. */
function claimedFolder(path: string, claim: FolderClaim, { files, cleanup }: FolderContext): RunFolder {
  cleanup.atEnd(() => claim.release());
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
    },
  };
}
