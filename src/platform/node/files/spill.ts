import { type FileHandle, mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SpillFile } from "../../../data/index.ts";
import { fault } from "../../../base/index.ts";
import { fileFault } from "./files.ts";

/** Opens an empty temporary file for pixels; its folder is gone after close(). @default folder the system's own for temporary files */
export async function spillFile(folder: string = tmpdir()): Promise<SpillFile> {
  try {
    const own = await mkdtemp(join(folder, "fovea-pixels-"));
    const path = join(own, "pixels");
    const file = await open(path, "wx+");
    return spillOver(file, path, () => rm(own, { recursive: true, force: true }));
  } catch (cause) {
    throw fileFault(folder, "room for a temporary file", cause);
  }
}

function spillOver(file: FileHandle, path: string, remove: () => Promise<void>): SpillFile {
  let closed = false;
  return {
    async write(bytes, at) {
      try {
        for (let done = 0; done < bytes.length;) {
          done += (await file.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
        }
      } catch (cause) {
        throw fileFault(path, `room for ${bytes.length} more bytes`, cause);
      }
    },
    async read(target, at) {
      for (let done = 0; done < target.length;) {
        const { bytesRead } = await file.read(target, done, target.length - done, at + done);
        if (bytesRead === 0)
          throw fault(path, { expected: `bytes at ${at + done}`, received: "the end of the file" });
        done += bytesRead;
      }
    },
    async close() {
      if (closed) return;
      closed = true;
      await file.close();
      await remove();
    },
  };
}
