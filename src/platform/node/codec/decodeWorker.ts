import { createHash } from "node:crypto";
import { parentPort, workerData } from "node:worker_threads";
import { type ImageFile, bytesToPrepare, readImage } from "../../../data/index.ts";
import { sharedPixelBudget } from "./budget.ts";
import type { DecodeAnswer, DecodeOrder, DecodeSetup, DecodedImage, PlacedFile } from "./decodeThreads.ts";
import { imageDecoder } from "./decoder.ts";
import { readPlaceSync } from "../files/readPlace.ts";

const { transforms, inspect, maxPixels, freePixels, pixels } = workerData as DecodeSetup;
const codec = imageDecoder({ maxPixels, budget: sharedPixelBudget(freePixels) });
const imageBytes = bytesToPrepare(transforms);

const imageFileOf = (placed: PlacedFile): ImageFile => ({
  path: placed.path,
  // Waiting for a promise costs more than reading a small file.
  read: () => readPlaceSync(placed, placed.path),
  digest: (bytes) => createHash("sha256").update(bytes).digest("hex"),
});

async function readTo(offset: number, placed: PlacedFile): Promise<DecodedImage> {
  const target = new Uint8Array(pixels, offset, imageBytes);
  const image = await readImage(imageFileOf(placed), { codec, transforms, target, inspect });
  if ("reason" in image) return image;
  // The pixels are in the shared memory already.
  const { data: _, ...facts } = image;
  return facts;
}

async function carryOut({ order, files, offset }: DecodeOrder): Promise<void> {
  const images: DecodedImage[] = [];
  for (const [i, placed] of files.entries()) images.push(await readTo(offset + i * imageBytes, placed));
  const answer: DecodeAnswer = { order, images };
  parentPort?.postMessage(answer);
}

// One image after the other: a thread that waits for free pixels must hold none.
let last: Promise<void> = Promise.resolve();
parentPort?.on("message", (order: DecodeOrder) => {
  last = last.then(() => carryOut(order));
});
