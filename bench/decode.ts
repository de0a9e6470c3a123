// Images read, decoded and scaled to 200 x 200 a second, in each way there is, in turns:
//   npx tsx bench/decode.ts <folder or archive of images> [images] [rounds]
// Prints medians and ranges and keeps nothing.
import { availableParallelism, cpus } from "node:os";
import sharp from "sharp";
import { type Codec, prepareImages, resize, scan } from "../src/data/index.ts";
import { openTree, sharpCodec } from "../src/platform/node/index.ts";

const [, , path, imageCount = "2000", roundCount = "5"] = process.argv;
if (path === undefined) {
  console.error("usage: npx tsx bench/decode.ts <folder or archive of images> [images] [rounds]");
  process.exit(2);
}

const codec = sharpCodec();
const variants: Readonly<Record<string, Codec>> = {
  "a call of sharp each": { decode: bySharp },
  "this thread": { decode: (bytes, name) => codec.decode(bytes, name) },
  "1 thread": sharpCodec({ threads: 1 }),
  "2 threads": sharpCodec({ threads: 2 }),
};

async function bySharp(bytes: Uint8Array): ReturnType<Codec["decode"]> {
  const image = sharp(bytes, { failOn: "error", autoOrient: true, sequentialRead: true });
  const { data, info } = await image.toColourspace("srgb").raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

interface Timing {
  /** Images a second of wall time, threads started and ended. */
  readonly whole: number;
  /** The same from the first image on. */
  readonly started: number;
  /** Milliseconds of processor time for each image, all threads. */
  readonly processor: number;
}

const tree = await openTree(path);
const { images: all, classNames } = await scan(tree, { minClasses: 1 });
const images = all.slice(0, Number(imageCount));

async function time(way: Codec): Promise<Timing> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  let first = start;
  const prepared = await prepareImages(tree, images, {
    codec: way,
    transforms: [resize({ height: 200, width: 200 })],
    classNames,
    onProgress: (done) => {
      if (done === 1) first = performance.now();
    },
  });
  const end = performance.now();
  const { user, system } = process.cpuUsage(cpu);
  await prepared.close();
  return {
    whole: (images.length * 1000) / (end - start),
    started: (images.length * 1000) / (end - first),
    processor: (user + system) / 1000 / images.length,
  };
}

const timings = new Map<string, Timing[]>(Object.keys(variants).map((name) => [name, []]));
for (let round = 0; round <= Number(roundCount); round++) {
  for (const [name, way] of Object.entries(variants)) {
    const timing = await time(way);
    // The first round warms up.
    if (round > 0) timings.get(name)?.push(timing);
  }
}
await tree.close();

const spread = (values: readonly number[], digits: number): string => {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (fraction: number): string =>
    (sorted[Math.floor((sorted.length - 1) * fraction)] ?? 0).toFixed(digits);
  return `${at(0.5)} (${at(0)} - ${at(1)})`;
};

console.log(`${cpus()[0]?.model ?? "?"}, ${availableParallelism()} cores, Node ${process.version}`);
console.log(`${images.length} images, ${roundCount} rounds in turns: median (least - most)`);
console.table(
  Object.fromEntries(
    Array.from(timings, ([name, rounds]) => [
      name,
      {
        "images/s": spread(
          rounds.map(({ whole }) => whole),
          0,
        ),
        "images/s once started": spread(
          rounds.map(({ started }) => started),
          0,
        ),
        "processor ms/image": spread(
          rounds.map(({ processor }) => processor),
          2,
        ),
      },
    ]),
  ),
);
