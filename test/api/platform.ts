import { fault, seeded } from "../../src/base/index.ts";
import { type Api, type Platform, createApi } from "../../src/api/index.ts";
import type { FileTree } from "../../src/data/index.ts";
import { referenceBackend } from "../../src/engine/index.ts";

/** Files in memory, images of noise in the colour of their class, and the reference backend. */
export function toyPlatform(): {
  api: Api;
  files: Map<string, Uint8Array>;
  lines: string[];
  opened: string[];
} {
  const files = new Map<string, Uint8Array>();
  const lines: string[] = [];
  const opened: string[] = [];
  let ticks = 0;
  const read = (path: string): Promise<Uint8Array> => {
    const bytes = files.get(path);
    return bytes
      ? Promise.resolve(bytes)
      : Promise.reject(fault(path, { expected: "a file", received: "none" }));
  };
  const openTree = (root: string): Promise<FileTree> => {
    const inside = [...files.keys()].filter((path) => path.startsWith(`${root}/`)).sort();
    const paths = inside.map((path) => path.slice(root.length + 1));
    return Promise.resolve({
      name: root,
      list: () => Promise.resolve(paths),
      read: (path) => read(`${root}/${path}`),
      close: () => Promise.resolve(),
    });
  };
  const platform: Platform = {
    backend: (options) => {
      const backend = referenceBackend();
      opened.push(`open ${JSON.stringify(options)}`);
      const close = (): Promise<void> => {
        opened.push("close");
        return backend.close();
      };
      return Promise.resolve({ ...backend, close });
    },
    codec: {
      decode: ([seed = 0, channel = 0, broken], path) => {
        if (broken !== undefined)
          return Promise.reject(fault(path, { expected: "an image", received: "a text" }));
        const random = seeded(seed);
        const data = Uint8Array.from(
          { length: 300 },
          (_, i) => random.integer(100) + (i % 3 === channel ? 150 : 0),
        );
        return Promise.resolve({ width: 10, height: 10, data });
      },
    },
    openTree,
    readFile: read,
    writeAtomic: (path, bytes) => {
      files.set(path, bytes);
      return Promise.resolve();
    },
    clock: () => 1000 * ticks++,
    log: (line) => lines.push(line),
  };
  return { api: createApi(platform), files, lines, opened };
}

/** A folder of three classes, named so that the classes are not in the order of their channels. */
export function fillFolder(files: Map<string, Uint8Array>, root: string, perClass: number): void {
  for (const [name, channel] of [
    ["red", 0],
    ["green", 1],
    ["blue", 2],
  ] as const) {
    for (let i = 0; i < perClass; i++) {
      files.set(
        `${root}/${name}/${String(i).padStart(3, "0")}.png`,
        Uint8Array.of(i + channel * 60, channel),
      );
    }
  }
}
