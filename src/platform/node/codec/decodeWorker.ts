import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { type ImageFile, bytesToPrepare, readImage } from "../../../data/index.ts";
import { sharedPixelBudget } from "./budget.ts";
import type { DecodeAnswer, DecodeOrder, DecodeSetup, DecodedImage } from "./decodeThreads.ts";
import { imageDecoder } from "./decoder.ts";
import { fileFault } from "../files/files.ts";

const { folder, transforms, inspect, maxPixels, freePixels, pixels } = workerData as DecodeSetup;
const codec = imageDecoder({ maxPixels, budget: sharedPixelBudget(freePixels) });
const imageBytes = bytesToPrepare(transforms);

const fileAt = (path: string): ImageFile => ({
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

async function readTo(offset: number, path: string): Promise<DecodedImage> {
  const target = new Uint8Array(pixels, offset, imageBytes);
  const image = await readImage(fileAt(path), { codec, transforms, target, inspect });
  if ("reason" in image) return image;
  // The pixels are in the shared memory already.
  const { data: _, ...facts } = image;
  return facts;
}

async function carryOut({ order, paths, offset }: DecodeOrder): Promise<void> {
  const images: DecodedImage[] = [];
  for (const [i, path] of paths.entries()) images.push(await readTo(offset + i * imageBytes, path));
  const answer: DecodeAnswer = { order, images };
  parentPort?.postMessage(answer);
}

// One image after the other: a thread that waits for free pixels must hold none.
let last: Promise<void> = Promise.resolve();
parentPort?.on("message", (order: DecodeOrder) => {
  last = last.then(() => carryOut(order));
});
