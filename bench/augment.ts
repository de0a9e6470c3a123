// npx tsx bench/augment.ts [--built dist] [--against DIR]: microseconds that each augmentation step and each preset takes an image,
// on one thread, in turn with another build.
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { pathToFileURL } from "node:url";
import type * as dataLayer from "../src/data/index.ts";
import { median, seeded } from "../src/base/index.ts";
import { thisMachine } from "../src/platform/node/machine.ts";
import { aboutMachine } from "./measure/machine.ts";
import { figure, renderTable } from "./measure/table.ts";

const usage = `augment.ts: times augmentation on one thread
  --built DIR     the compiled package, after npm run build [dist]; run from source, inner functions are slower
  --against DIR   another build, to be measured in turn with this one
  --sizes LIST    sides of the images [32,96,224]
  --rounds N      turns of each [15]
  --only TEXT     only steps and presets whose name contains TEXT`;

const { values } = parseArgs({
  options: {
    built: { type: "string", default: "dist" },
    against: { type: "string" },
    sizes: { type: "string", default: "32,96,224" },
    rounds: { type: "string", default: "15" },
    only: { type: "string", default: "" },
    help: { type: "boolean", default: false },
  },
});

type Data = typeof dataLayer;
type Steps = readonly dataLayer.AugmentTransform[];

const builtAt = async (folder: string): Promise<Data> =>
  (await import(pathToFileURL(resolve(folder, "data/index.js")).href)) as Data;

/** A name and its steps; each step with the chance that every image gets it. */
function works(data: Data): readonly (readonly [string, Steps])[] {
  const { augmentSets, parseAugmentation } = data;
  const types = Object.keys(data).filter((name) => /^(random[A-Z]|randAugment|trivialAugment)/.test(name));
  const steps = types.map((type): readonly [string, Steps] => {
    const [step] = parseAugmentation(type, [{ type }]);
    if (!step) throw new Error(`${type}: no step`);
    return [type, ["probability" in step ? { ...step, probability: 1 } : step]];
  });
  const sets = Object.entries(augmentSets).filter(([name]) => name !== "none");
  return [...steps, ...sets.map(([name, set]) => [`preset ${name}`, set] as const)];
}

/** Drawn images, as those of the demo. */
function imagesOf({ syntheticCollection }: Data, side: number): readonly Uint8Array[] {
  const set = { photographsPerClass: 2, viewsPerPhotograph: 2, width: side, height: side, seed: 0 };
  return [...syntheticCollection(set)].map(({ raster }) => raster.data);
}

/** Microseconds an image: so many images, each with numbers of its own, the same in every round. */
function timeOf({ augment, augmentScratch }: Data, steps: Steps, job: Job): number {
  const { images, side, count } = job;
  const size = { height: side, width: side };
  const scratch = augmentScratch(size);
  const random = seeded(7);
  const start = performance.now();
  for (let i = 0; i < count; i++) {
    scratch.first.set(images[i % images.length]!);
    augment(scratch, size, steps, random.fork(`${i}`));
  }
  return ((performance.now() - start) * 1000) / count;
}

interface Job {
  readonly images: readonly Uint8Array[];
  readonly side: number;
  readonly count: number;
}

/** Milliseconds that a turn takes, about. */
const turnMs = 20;

function measured(sides: readonly Data[], name: string, job: Omit<Job, "count">): readonly string[] {
  const stepsOf = (data: Data): Steps => works(data).find(([one]) => one === name)?.[1] ?? [];
  // Warms up, and tells how many images a turn has.
  const [first] = sides.map((data) => {
    for (let round = 0; round < 3; round++) timeOf(data, stepsOf(data), { ...job, count: 60 });
    return timeOf(data, stepsOf(data), { ...job, count: 60 });
  });
  const count = Math.max(Math.round((turnMs * 1000) / (first ?? 1)), 32);
  const times = sides.map((): number[] => []);
  for (let round = 0; round < Number(values.rounds); round++)
    for (const [i, data] of sides.entries()) times[i]!.push(timeOf(data, stepsOf(data), { ...job, count }));
  const [now = [], then = []] = times;
  if (then.length === 0) return [figure(median(now))];
  const ratios = now.map((time, round) => time / then[round]!);
  return [figure(median(then)), figure(median(now)), median(ratios).toFixed(2)];
}

if (values.help) console.log(usage);
else {
  const here = await builtAt(values.built);
  const sides = values.against === undefined ? [here] : [here, await builtAt(values.against)];
  const sizes = values.sizes.split(",").map(Number);
  console.log(
    `${aboutMachine(thisMachine())}, Node ${process.versions.node}; microseconds an image, medians`,
  );
  const heads = sizes.flatMap((side) =>
    sides.length > 1 ? [`${side} there`, "here", "here / there"] : [`${side}x${side}`],
  );
  const images = sizes.map((side) => ({ side, images: imagesOf(here, side) }));
  const names = works(here).flatMap(([name]) => (name.includes(values.only) ? [name] : []));
  const rows = names.map((name) => [name, ...images.flatMap((job) => measured(sides, name, job))]);
  console.log(renderTable(["step", ...heads], rows));
}
