import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { type ReadPicture, readPicture } from "../../data/index.ts";
import { sharedPixelBudget } from "./budget.ts";
import type { DecodeAnswer, DecodeOrder, DecodeSetup } from "./decodeThreads.ts";
import { pictureDecoder } from "./decoder.ts";
import { fileFault } from "./files.ts";

const { folder, transforms, maxPixels, freePixels } = workerData as DecodeSetup;
const codec = pictureDecoder({ maxPixels, budget: sharedPixelBudget(freePixels) });

const readOne = (path: string): Promise<ReadPicture> =>
  readPicture(
    {
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
    },
    { codec, transforms },
  );

/** Memory of a decoder's own, e.g. of a picture that already has its size, cannot be handed over. */
const handedOver = (picture: ReadPicture): ReadPicture =>
  "data" in picture && picture.data instanceof Buffer
    ? { ...picture, data: new Uint8Array(picture.data) }
    : picture;

async function carryOut({ order, paths }: DecodeOrder): Promise<void> {
  const pictures: ReadPicture[] = [];
  for (const path of paths) pictures.push(handedOver(await readOne(path)));
  const answer: DecodeAnswer = { order, pictures };
  const buffers = pictures.flatMap((picture) =>
    "data" in picture ? [picture.data.buffer as ArrayBuffer] : [],
  );
  parentPort?.postMessage(answer, buffers);
}

// One picture after the other: a thread that waits for free pixels must hold none.
let last: Promise<void> = Promise.resolve();
parentPort?.on("message", (order: DecodeOrder) => {
  last = last.then(() => carryOut(order));
});
