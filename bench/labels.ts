// How many of the labels that were made wrong does `fovea labels` find among its first? Fashion-MNIST's first images, or CIFAR-10's.
// tsx bench/labels.ts fashion-mnist|cifar10 [images] [epochs] [threads]
import { createReadStream } from "node:fs";
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { gunzipSync } from "node:zlib";
import { extract } from "tar";
import { type LabelsResult, labels, resultOf } from "../src/app/index.ts";
import { seeded } from "../src/base/index.ts";
import { nodeServices } from "../src/cli/services.ts";
import { encodePng } from "../src/platform/node/index.ts";

const shared = "../shared/data";
/** Share of the labels that are flipped; chosen, not measured. */
const flipped = 0.05;

/** One image's file, and the class it truly is of. */
interface Truth {
  readonly name: string;
  readonly label: string;
  readonly bytes: Uint8Array;
}

/** The first images of the idx files: grey, 28 x 28. */
async function fashion(count: number): Promise<readonly Truth[]> {
  const read = async (name: string): Promise<Uint8Array> =>
    gunzipSync(await readFile(join(shared, "fashion-mnist", name)));
  const pixels = (await read("train-images-idx3-ubyte.gz")).subarray(16);
  const classes = (await read("train-labels-idx1-ubyte.gz")).subarray(8);
  return Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const grey = pixels.subarray(i * 784, (i + 1) * 784);
      const data = Uint8Array.from({ length: 784 * 3 }, (_, j) => grey[Math.floor(j / 3)]!);
      const bytes = await encodePng({ width: 28, height: 28, data });
      return { name: `${i}.png`, label: `class ${classes[i]}`, bytes };
    }),
  );
}

/** As many of each class: colour, 32 x 32, JPEG as they come. */
async function cifar(count: number): Promise<readonly Truth[]> {
  const folder = await mkdtemp(join(tmpdir(), "fovea-cifar-"));
  try {
    await pipeline(createReadStream(join(shared, "cifar10-train.tar.gz")), extract({ cwd: folder }));
    const files = (await readdir(folder, { recursive: true })).filter((path) => path.endsWith(".jpg")).sort();
    const taken = new Map<string, number>();
    const chosen = files.filter((path) => {
      const label = dirname(path);
      const n = taken.get(label) ?? 0;
      taken.set(label, n + 1);
      return n < count / 10;
    });
    return await Promise.all(
      chosen.map(async (path, i) => ({
        name: `${i}.jpg`,
        label: dirname(path).split("/").at(-1) ?? "",
        bytes: await readFile(join(folder, path)),
      })),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Writes class folders in which every twentieth image lies in a wrong one; the names of those. */
async function flip(truths: readonly Truth[], folder: string): Promise<ReadonlySet<string>> {
  const random = seeded(1);
  const names = [...new Set(truths.map(({ label }) => label))].sort();
  const wrong = new Set(random.shuffle(truths).slice(0, Math.round(truths.length * flipped)));
  for (const name of names) await mkdir(join(folder, name), { recursive: true });
  for (const truth of truths) {
    const others = names.filter((name) => name !== truth.label);
    const label = wrong.has(truth) ? others[random.integer(others.length)]! : truth.label;
    await writeFile(join(folder, label, truth.name), truth.bytes);
  }
  return new Set([...wrong].map(({ name }) => name));
}

async function review(data: string, out: string, epochs: number | undefined): Promise<LabelsResult> {
  const threads = Number(process.argv[5] ?? 1);
  const request = { data, out, threads, ...(epochs && { epochs }) };
  return resultOf(labels(request, nodeServices(), new AbortController().signal), (event) => {
    if (event.type === "groups") console.log("groups", event.groups);
    if (event.type === "epoch")
      console.log(event.epoch, event.accuracy.toFixed(3), event.validationAccuracy.toFixed(3));
  });
}

const [set = "fashion-mnist", count = "5000", epochs] = process.argv.slice(2);
const truths = await (set === "cifar10" ? cifar : fashion)(Number(count));
const folder = await mkdtemp(join(tmpdir(), "fovea-labels-"));
try {
  const wrong = await flip(truths, join(folder, "data"));
  const result = await review(join(folder, "data"), join(folder, "run"), Number(epochs) || undefined);
  const isWrong = result.labels.map(({ path }) => wrong.has(path.split("/").at(-1) ?? ""));
  const first = isWrong.slice(0, Math.round(truths.length * flipped)).filter(Boolean).length;
  const suspects = result.labels.filter(({ suspect }) => suspect);
  const right = suspects.filter(({ path }) => wrong.has(path.split("/").at(-1) ?? "")).length;
  console.log(
    `${set}, ${result.count} images, ${wrong.size} labels made wrong: ` +
      `${((100 * first) / wrong.size).toFixed(1)} % of them among the first ${(100 * flipped).toFixed(0)} % of the ranking; ` +
      `listed ${result.labels.length}, suspect ${suspects.length} (${right} of them made wrong), ` +
      `expected ${result.expectedWrong?.toFixed(0) ?? "unknown"}; accuracy ${(100 * result.accuracy).toFixed(1)} %; ${result.seconds.toFixed(0)} s`,
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}
