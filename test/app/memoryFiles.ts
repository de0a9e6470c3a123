import type { FileStore } from "../../src/app/context.ts";

/** A store of texts by path; nothing can be written to it. */
export function memoryFiles(texts: Readonly<Record<string, string | Uint8Array>>): FileStore {
  const refuse = (): never => {
    throw new Error("these files are only read");
  };
  return {
    read: async (path) => {
      const text = texts[path];
      if (text === undefined) throw new Error(`no file ${path}`);
      return typeof text === "string" ? new TextEncoder().encode(text) : text;
    },
    list: async (folder) =>
      Object.keys(texts).flatMap((path) =>
        path.startsWith(`${folder}/`) ? (path.slice(folder.length + 1).split("/")[0] ?? []) : [],
      ),
    write: refuse,
    makeFolder: refuse,
    remove: refuse,
  };
}
