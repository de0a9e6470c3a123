import { type ChildProcess, execFile, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { inject, vi } from "vitest";

export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Holds what `npm run build` puts into dist. */
export const folder = inject("buildFolder");
const log = join(folder, "compiler.log");

/** Compiles the source as `npm run build` does, into `folder`, and leaves what the compiler complains of in `log`. */
async function build(): Promise<void> {
  const compiler = createRequire(import.meta.url).resolve("@typescript/native/package.json");
  const tsc = join(compiler, "..", "bin", "tsc");
  const args = [tsc, "-p", "tsconfig.build.json", "--outDir", folder, "--declaration", "false"];
  const complaint = await promisify(execFile)(process.execPath, args).then(
    () => "",
    (error: Error & { readonly stdout: string }) => error.stdout || error.message,
  );
  if (!complaint)
    await promisify(execFile)(process.execPath, ["--import", "tsx", "scripts/inlineWorkers.mjs", folder]);
  // By renaming, so that who waits never reads half of it.
  await writeFile(`${log}.part`, complaint);
  await rename(`${log}.part`, log);
}

// The file of tests that makes the folder builds, the others wait for it: at import, where no test's time runs.
const first = await mkdir(folder).then(
  () => true,
  () => false,
);
if (first) await build();
const complaint = await vi.waitFor(() => readFile(log, "utf8"), { timeout: 120_000, interval: 100 });
if (complaint) throw new Error(`the program does not compile:\n${complaint}`);

/** Starts the built program in `cwd`, with its output in the file `stdout` where that is given; the answer resolves at its end. */
export function start(
  args: readonly string[],
  cwd: string,
  { stdout }: { readonly stdout?: string } = {},
): { child: ChildProcess; end: Promise<Outcome> } {
  const env = { ...process.env, FOVEA_DEBUG: "", NO_COLOR: "1" };
  const file = stdout === undefined ? undefined : openSync(stdout, "w");
  const child = spawn(process.execPath, [join(folder, "cli", "main.js"), ...args], {
    cwd,
    env,
    stdio: ["pipe", file ?? "pipe", "pipe"],
  });
  if (file !== undefined) closeSync(file);
  let out = "";
  let err = "";
  child.stdout?.on("data", (bytes: Buffer) => (out += bytes.toString()));
  child.stderr?.on("data", (bytes: Buffer) => (err += bytes.toString()));
  const end = new Promise<Outcome>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, out, err }));
  });
  return { child, end };
}

export const fovea = (args: readonly string[], cwd: string): Promise<Outcome> => start(args, cwd).end;
