import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { open, readFile } from "node:fs/promises";
import { fileFault } from "./files.ts";
import type { FilePlace } from "./places.ts";

const expected = "a file that can be read";

const endsEarly = (): Error => new Error("one that became shorter while it was in use");

/** All bytes of a file; `path` names it. @throws FoveaError */
export async function readPlace({ file, range }: FilePlace, path: string): Promise<Uint8Array> {
  try {
    if (!range) return await readFile(file);
    const handle = await open(file);
    try {
      const bytes = new Uint8Array(range.length);
      const { bytesRead } = await handle.read(bytes, 0, range.length, range.start);
      if (bytesRead < range.length) throw endsEarly();
      return bytes;
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw fileFault(path, expected, cause);
  }
}

/** The same without a promise, for a thread that has nothing else to do meanwhile. @throws FoveaError */
export function readPlaceSync({ file, range }: FilePlace, path: string): Uint8Array {
  try {
    if (!range) return readFileSync(file);
    const handle = openSync(file, "r");
    try {
      const bytes = new Uint8Array(range.length);
      if (readSync(handle, bytes, 0, range.length, range.start) < range.length) throw endsEarly();
      return bytes;
    } finally {
      closeSync(handle);
    }
  } catch (cause) {
    throw fileFault(path, expected, cause);
  }
}
