import type { FileStore, Services } from "../../src/app/context.ts";
import { type Events, type TrainRequest, resultOf } from "../../src/app/index.ts";
import { fault, seeded } from "../../src/base/index.ts";
import { type Codec, type FileTree } from "../../src/data/index.ts";
import { referenceBackend } from "../../src/engine/index.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** A store of files in memory, with the names in the order in which they were written. */
export interface MemoryStore extends FileStore {
  readonly held: Map<string, Uint8Array>;
  readonly written: string[];
  /** Folders that one piece of work has to itself. */
  readonly claimed: ReadonlySet<string>;
  text(path: string): string;
}

/** A store that holds some files to begin with; these do not count as written. */
export function memoryStore(given: Readonly<Record<string, string | Uint8Array>> = {}): MemoryStore {
  const held = new Map(
    Object.entries(given).map(([path, one]) => [path, typeof one === "string" ? bytesOf(one) : one]),
  );
  const written: string[] = [];
  const claimed = new Set<string>();
  const read = (path: string): Uint8Array => {
    const bytes = held.get(path);
    if (bytes) return bytes;
    throw fault(path, { expected: "a file", received: "none" });
  };
  return {
    held,
    written,
    claimed,
    text: (path) => textOf(read(path)),
    read: async (path) => read(path),
    write: async (path, bytes) => {
      written.push(path);
      held.set(path, typeof bytes === "string" ? bytesOf(bytes) : bytes);
    },
    append: async (path, bytes) => {
      held.set(path, Uint8Array.of(...(held.get(path) ?? []), ...bytes));
    },
    list: async (folder) => {
      const below = [...held.keys()].filter((path) => path.startsWith(`${folder}/`));
      return [...new Set(below.map((path) => path.slice(folder.length + 1).replace(/\/.*/, "")))];
    },
    claim: async (folder) => {
      if (claimed.has(folder)) return { type: "held", by: { pid: 1, lock: `${folder}/lock` } };
      claimed.add(folder);
      return { type: "claimed", release: async () => void claimed.delete(folder) };
    },
    remove: async (path) => {
      for (const name of held.keys()) if (name === path || name.startsWith(`${path}/`)) held.delete(name);
    },
  };
}

const side = 6;

/** Decodes "r g b seed" as a noisy image of that colour; anything else is no image. */
export const textCodec: Codec = {
  decode: async (bytes, path) => {
    const numbers = textOf(bytes).split(" ").map(Number);
    const [red = Number.NaN, green = 0, blue = 0, seed = 0] = numbers;
    if (Number.isNaN(red)) throw fault(path, { expected: "an image", received: "other bytes" });
    const random = seeded(seed);
    const colour = [red, green, blue];
    const data = Uint8Array.from(
      { length: side * side * 3 },
      (_, i) => (colour[i % 3] ?? 0) + random.integer(40),
    );
    return { width: side, height: side, data };
  },
};

const colours = { blue: "20 40 190", green: "30 180 30", red: "190 20 30" };

/** Images of three colours, `count` each, as file texts by path. */
export function colourImages(
  count: number,
  name = (i: number): string => `${i}.png`,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(colours).flatMap(([label, colour], c) =>
      Array.from({ length: count }, (_, i) => [`${label}/${name(i)}`, `${colour} ${c * 1000 + i}`]),
    ),
  );
}

export const tiny = "tiny.json";

const tinyModel = JSON.stringify({
  name: "tiny",
  layers: [{ type: "globalAveragePooling2d" }, { type: "dense", units: 3, activation: "softmax" }],
});

export interface FakeServices extends Services {
  readonly files: MemoryStore;
  /** What was opened and is not closed. */
  readonly open: Set<string>;
}

/** What a verb told, and what it came to. */
export interface Recorded<E, T> {
  readonly events: readonly E[];
  readonly result: T;
}

/** Reads a verb to its end. @throws what the verb throws */
export async function recorded<E extends { readonly type: string }, T>(
  running: Events<E, T>,
): Promise<Recorded<E, T>> {
  const events: E[] = [];
  return { result: await resultOf(running, (event) => events.push(event)), events };
}

/** The files below a folder, sorted. */
export const filesBelow = ({ files }: FakeServices, folder: string): readonly string[] =>
  [...files.held.keys()]
    .filter((path) => path.startsWith(`${folder}/`))
    .map((path) => path.slice(folder.length + 1))
    .sort();

/** Services that touch nothing outside: the data of every path is `images`, and tiny.json is a model for three classes. */
export function fakeServices(
  images: Readonly<Record<string, string>> = colourImages(10),
  changes: Partial<Omit<Services, "files">> = {},
): FakeServices {
  const files = memoryStore();
  files.held.set(tiny, bytesOf(tinyModel));
  const open = new Set<string>();
  let milliseconds = 0;
  return {
    versions: { fovea: "0.0.0", runtime: "test", system: "none" },
    invocation: "fovea",
    openTree: async (path): Promise<FileTree> => {
      open.add("tree");
      return {
        name: path,
        list: async () => Object.keys(images).sort(),
        read: async (name) => bytesOf(images[name] ?? ""),
        close: async () => void open.delete("tree"),
      };
    },
    codec: textCodec,
    encodePng: async ({ data }) => data,
    encodeJpeg: async ({ data }) => data.slice(0, 12),
    openSpill: () => Promise.reject(new Error("these images fit in memory")),
    openBackend: async () => {
      open.add("backend");
      const backend = referenceBackend();
      return { ...backend, close: async () => void open.delete("backend") };
    },
    files,
    clock: () => (milliseconds += 10),
    now: () => 1_700_000_000_000,
    memory: { bytes: 1e9, of: "of the test" },
    open,
    ...changes,
  };
}

/** The quickest training there is. */
export const request: TrainRequest = {
  data: "cells",
  out: "run",
  model: tiny,
  size: 6,
  epochs: 2,
  batch: 8,
  detect: false,
};

export const never: AbortSignal = new AbortController().signal;
