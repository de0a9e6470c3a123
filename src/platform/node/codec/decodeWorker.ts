import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { type PictureFile, bytesToPrepare, readPicture } from "../../../data/index.ts";
import { sharedPixelBudget } from "./budget.ts";
import type { DecodeAnswer, DecodeOrder, DecodeSetup, DecodedPicture } from "./decodeThreads.ts";
import { pictureDecoder } from "./decoder.ts";
import { fileFault } from "../files/files.ts";

const { folder, transforms, inspect, maxPixels, freePixels, pixels } = workerData as DecodeSetup;
const codec = pictureDecoder({ maxPixels, budget: sharedPixelBudget(freePixels) });
const pictureBytes = bytesToPrepare(transforms);

const fileAt = (path: string): PictureFile => ({
  path,
  // This thread has nothing else to do meanwhile, and waiting for a promise costs more than reading a small file.
  read() {
    try {
      return readFileSync(join(folder, path));
    } catch (cause) {
      throw fileFault(path, "a file that can be read", cause);
    }
  },
  digest: (bytes) => createHash("sha256").update(bytes).digest("hex"),
});

async function readTo(at: number, path: string): Promise<DecodedPicture> {
  const target = new Uint8Array(pixels, at, pictureBytes);
  const picture = await readPicture(fileAt(path), { codec, transforms, target, inspect });
  if ("reason" in picture) return picture;
  // The pixels are in the shared memory already.
  const { data: _, ...said } = picture;
  return said;
}

async function carryOut({ order, paths, at }: DecodeOrder): Promise<void> {
  const pictures: DecodedPicture[] = [];
  for (const [i, path] of paths.entries()) pictures.push(await readTo(at + i * pictureBytes, path));
  const answer: DecodeAnswer = { order, pictures };
  parentPort?.postMessage(answer);
}

// One picture after the other: a thread that waits for free pixels must hold none.
let last: Promise<void> = Promise.resolve();
parentPort?.on("message", (order: DecodeOrder) => {
  last = last.then(() => carryOut(order));
});
