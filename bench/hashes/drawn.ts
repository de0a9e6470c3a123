import { type Random, seeded } from "../../src/base/index.ts";
import {
  type AugmentTransform,
  type NearDuplicates,
  type SyntheticImage,
  type Image,
  type PreparedImages,
  augmentSets,
  cellTypes,
  centerCrop,
  channelStatistics,
  createBatcher,
  syntheticCollection,
  epochOrder,
  findNearDuplicates,
  foldsOf,
  groupNumbers,
  groupedByContent,
  indicesOf,
  prepare,
  prepareImages,
  randomBrightness,
  resize,
  split,
  standardize,
} from "../../src/data/index.ts";
import { baselinesOf, groupsOf } from "../../src/evaluate/index.ts";
import { type Hashes, type Part, digest } from "./digest.ts";

/** The set that `fovea demo` draws, and the size that it trains at. */
const demo = { photographsPerClass: 30, viewsPerPhotograph: 8, width: 96, height: 96, seed: 0 };
/** Of each photograph, enough for groups to be found. An image depends on its names alone, so these are among the demo's. */
const few = { ...demo, viewsPerPhotograph: 3 };
const learned = { height: 64, width: 64 };

/** Ends of the randomness that training forks from its seed. */
const randomOf = (purpose: string): Random => seeded(0).fork(purpose);

/** Reads drawn images as if they were files, without encoding them. */
function prepareDrawn(set: readonly SyntheticImage[]): Promise<PreparedImages> {
  const rasters = new Map(set.map(({ path, raster }) => [path, raster]));
  const tree = {
    name: "drawn",
    list: () => Promise.resolve([...rasters.keys()]),
    read: (path: string) => Promise.resolve(new TextEncoder().encode(path)),
    close: () => Promise.resolve(),
  };
  const codec = { decode: (_: Uint8Array, path: string) => Promise.resolve(rasters.get(path)!) };
  const images = set.map(({ path, label }) => ({ path, label }));
  const options = { codec, transforms: [resize(learned)], classNames: cellTypes, inspect: true };
  return prepareImages(tree, images, options);
}

function pixelsOf(prepared: PreparedImages): Part {
  const size = learned.height * learned.width * 3;
  const pixels = new Uint8Array(prepared.count * size);
  for (let i = 0; i < prepared.count; i++) void prepared.copyInto(i, pixels, i * size);
  return pixels;
}

const inspected = ({ inspections = [] }: PreparedImages): Hashes => ({
  fingerprints: digest(
    ...inspections.map(({ fingerprint }) => [
      fingerprint.hash,
      fingerprint.positions,
      fingerprint.descriptors,
      fingerprint.thumbnail,
      [
        fingerprint.width,
        fingerprint.height,
        fingerprint.scale,
        fingerprint.thumbnailWidth,
        fingerprint.thumbnailHeight,
      ],
    ]),
  ),
  facts: digest(
    ...inspections.map(({ meanColour, brightness, sharpness, colourfulness, colourShare }) => [
      meanColour,
      [brightness.mean, brightness.deviation, brightness.range],
      [sharpness, colourfulness, colourShare],
    ]),
  ),
});

/** Every division that the command line offers, for groups that were found. */
function divided(prepared: PreparedImages, images: readonly Image[]): Hashes {
  const divide = (method: "grouped" | "random"): Part => {
    const { train, validation } = split(images, {
      method,
      random: randomOf("split"),
      classNames: cellTypes,
    });
    return [indicesOf(prepared, train), indicesOf(prepared, validation)];
  };
  const fold = (method: "grouped" | "random"): Part =>
    foldsOf(images, { folds: 5, method, random: randomOf("split"), classNames: cellTypes });
  return {
    "split grouped": digest(divide("grouped")),
    "split random": digest(divide("random")),
    "folds grouped": digest(fold("grouped")),
    "folds random": digest(fold("random")),
  };
}

const augmentations: Readonly<Record<string, readonly AugmentTransform[]>> = {
  ...augmentSets,
  brightness: [randomBrightness()],
};

/** A batch of each set of augmentations, in two epochs. */
async function augmented(prepared: PreparedImages): Promise<Hashes> {
  const all = Int32Array.from(prepared.labels.keys());
  const normalise = [standardize(channelStatistics(prepared, all))];
  const found: Record<string, string> = {};
  for (const [name, augment] of Object.entries(augmentations)) {
    const batcher = createBatcher(prepared, { normalise, augment, seed: 0 });
    const batches: Part[] = [];
    for (const epoch of [1, 2]) {
      const order = epochOrder(all, 0, epoch);
      const images = new Float32Array(16 * learned.height * learned.width * 3);
      const labels = new Float32Array(16);
      await batcher.write({ order, from: 32, epoch }, { images, labels });
      batches.push([order, images, labels]);
    }
    found[`batch ${name}`] = digest(batches);
  }
  return { ...found, statistics: digest(normalise[0]!.mean, normalise[0]!.deviation) };
}

/** What needs no network, on the grouped split. */
async function baselines(prepared: PreparedImages, images: readonly Image[]): Promise<Hashes> {
  const parts = split(images, { random: randomOf("split"), classNames: cellTypes });
  const [train, measured] = [indicesOf(prepared, parts.train), indicesOf(prepared, parts.validation)];
  const numbers = groupNumbers(Array.from(measured, (index) => images[index]!));
  const {
    baselines: { majority, colour },
    colourPredicted,
  } = await baselinesOf(prepared, [{ train, validation: measured }], {
    measured,
    groups: groupsOf(numbers),
    classNames: cellTypes,
    random: randomOf("baselines"),
  });
  const numbersOf = (one: typeof colour): Part => [one.accuracy, one.balancedAccuracy, one.interval];
  return {
    "baseline majority": digest(numbersOf(majority), majority.label),
    "baseline colour": digest(numbersOf(colour), colourPredicted),
  };
}

/** Hashes every module that is compiled while `work` runs, named by the functions that it exports. */
async function withModules(work: () => Promise<Hashes>): Promise<Hashes> {
  const found: Record<string, string> = {};
  const { Module } = WebAssembly;
  WebAssembly.Module = new Proxy(Module, {
    construct: (target, [bytes]: [Uint8Array<ArrayBuffer>]) => {
      const compiled = new target(bytes);
      const names = target.exports(compiled).map(({ name }) => name);
      found[`module of ${names.sort().join(", ")}`] = digest(bytes);
      return compiled;
    },
  });
  try {
    return { ...(await work()), ...found };
  } finally {
    WebAssembly.Module = Module;
  }
}

/** What the demo draws, and everything that is made of it before a network sees it. Modules are compiled by the first call alone. */
export const hashDrawn = (): Promise<Hashes> => withModules(hashesOfDemo);

async function hashesOfDemo(): Promise<Hashes> {
  const set = [...syntheticCollection(demo)];
  const prepared = await prepareDrawn([...syntheticCollection(few)]);
  const fingerprints = (prepared.inspections ?? []).map(({ fingerprint }) => fingerprint);
  const copies: NearDuplicates = await findNearDuplicates(fingerprints);
  const grouped = groupedByContent(prepared.images, copies);
  return {
    pixels: digest(...set.map(({ raster }) => raster.data)),
    names: digest(...set.map(({ path, label, group }) => [path, label, group])),
    resized: digest(pixelsOf(prepared), prepared.labels, prepared.channelSums),
    ...inspected(prepared),
    groups: digest(copies.groups, copies.scenes),
    ...divided(prepared, grouped),
    ...(await augmented(prepared)),
    ...(await baselines(prepared, grouped)),
  };
}

const steps = [
  ...(["stretch", "crop", "pad"] as const).flatMap((fit) => [
    resize({ height: 40, width: 56, fit }),
    resize({ height: 301, width: 97, fit }),
    resize({ height: 1, width: 3, fit }),
  ]),
  centerCrop({ height: 60, width: 130 }),
  centerCrop({ height: 200, width: 31 }),
];

/** Images of other sizes, larger and smaller, in every way that they can be made to fit. */
export function hashResized(): Promise<Hashes> {
  const found: Record<string, string> = {};
  for (const [width, height] of [
    [128, 96],
    [33, 217],
  ] as const) {
    const drawn = [
      ...syntheticCollection({ photographsPerClass: 1, viewsPerPhotograph: 1, width, height, seed: 7 }),
    ];
    for (const step of steps) {
      const how = "fit" in step ? step.fit : step.type;
      const made = drawn.map(({ raster }) => prepare(raster, [step]).data);
      found[`${width}x${height} ${how} ${step.width}x${step.height}`] = digest(made);
    }
  }
  return Promise.resolve(found);
}
