import { type ChildProcess, spawn } from "node:child_process";
import { cp, mkdir, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type SyntheticOptions, syntheticCollection } from "../../src/data/index.ts";
import { encodePng } from "../../src/platform/node/index.ts";
import { type Outcome, folder } from "../cli/built.ts";
import { put, temporaryFolder } from "../cli/support.ts";

/** A folder with the examples and the package as npm installs it: nothing leads from there to the sources. */
export async function installed(): Promise<string> {
  const home = await temporaryFolder();
  const place = join(home, "node_modules", "fovea");
  await mkdir(place, { recursive: true });
  await cp("package.json", join(place, "package.json"));
  await symlink(folder, join(place, "dist"), "junction");
  await cp("examples", join(home, "examples"), { recursive: true });
  await put(join(home, "package.json"), `{ "type": "module" }`);
  return home;
}

const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;

/** An example that runs. */
interface Started {
  readonly child: ChildProcess;
  /** What it prints first, once it does; fails where it ends before. */
  readonly line: Promise<string>;
  readonly end: Promise<Outcome>;
}

/** Starts an example in that folder. */
export function start(home: string, name: string, ...args: readonly string[]): Started {
  const path = join(home, "examples", `${name}.ts`);
  const child = spawn(process.execPath, ["--import", tsx, path, ...args], { cwd: home });
  let [out, err] = ["", ""];
  child.stdout.on("data", (bytes: Buffer) => (out += bytes.toString()));
  child.stderr.on("data", (bytes: Buffer) => (err += bytes.toString()));
  const end = new Promise<Outcome>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, out, err }));
  });
  const line = new Promise<string>((resolve, reject) => {
    child.stdout.once("data", (bytes: Buffer) => resolve(bytes.toString()));
    void end.then(() => reject(new Error(`ended before it said anything: ${err}`)));
  });
  return { child, line, end };
}

/** Runs an example to its end. */
export async function ran(home: string, name: string, ...args: readonly string[]): Promise<Outcome> {
  const { end, line } = start(home, name, ...args);
  line.catch(() => undefined);
  return await end;
}

/** Draws labelled images into a folder, as the demo does. */
export async function draw(to: string, options: SyntheticOptions): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const { path, raster } of syntheticCollection(options)) {
    await put(join(to, path), await encodePng(raster));
    paths.push(path);
  }
  return paths;
}
