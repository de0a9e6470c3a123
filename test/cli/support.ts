import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach } from "vitest";
import { seeded } from "../../src/base/index.ts";
import type { TrainResult } from "../../src/app/index.ts";
import { encodePng } from "../../src/platform/node/index.ts";

const folders: string[] = [];

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

/** A new empty folder, removed after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "fovea-test-"));
  folders.push(folder);
  return folder;
}

/** Runs `work` as if the command line had been started in `folder`. */
export async function inFolder<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const before = process.cwd();
  process.chdir(folder);
  try {
    return await work();
  } finally {
    process.chdir(before);
  }
}

export async function put(path: string, bytes: Uint8Array | string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
}

type Colour = readonly [number, number, number];

/** A noisy image of one colour. */
export function image(colour: Colour, seed: number, side: number = 12): Promise<Uint8Array> {
  const random = seeded(seed);
  const data = Uint8Array.from({ length: side * side * 3 }, (_, i) =>
    Math.min((colour[i % 3] ?? 0) + random.integer(60), 255),
  );
  return encodePng({ width: side, height: side, data });
}

const colours = { blue: [20, 40, 190], green: [30, 180, 30], red: [190, 20, 30] } as const;

/** A data folder `data` of small images, `count` for each of the first classes. */
export async function images(
  folder: string,
  { count = 10, classes = 3 }: { readonly count?: number; readonly classes?: number } = {},
): Promise<string> {
  const data = join(folder, "data");
  for (const [c, [name, colour]] of Object.entries(colours).slice(0, classes).entries()) {
    for (let i = 0; i < count; i++)
      await put(join(data, name, `${i}.png`), await image(colour, c * 1000 + i));
  }
  return data;
}

/** A model file small enough to train in no time: [H, W, 3] to 3 classes. */
export async function tinyModel(folder: string, classes: number = 3): Promise<string> {
  const path = join(folder, "tiny.json");
  const layers = [
    { type: "globalAveragePooling2d" },
    { type: "dense", units: classes, activation: "softmax" },
  ];
  await put(path, JSON.stringify({ name: "tiny", layers }));
  return path;
}

/** Every file below a folder, with forward slashes, sorted. */
export async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

/** The one JSON document that train and demo print; anything else on standard output is an error. */
export function trainDocument(out: string): TrainResult {
  const json: unknown = JSON.parse(out);
  if (isTrainResult(json)) return json;
  throw new Error(`no document of train: ${out.slice(0, 200)}`);
}

const isTrainResult = (json: unknown): json is TrainResult =>
  typeof json === "object" &&
  json !== null &&
  ["run", "model", "classes", "accuracy", "loss", "seconds"].every((key) => key in json);
