// Hashes of everything that a refactoring must leave as it is, to the bit: npx tsx bench/hashes.ts --against bench/results/hashes.json
import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import type { Backend } from "../src/engine/index.ts";
import { wasmBackend } from "../src/platform/node/index.ts";
import type { Hashes } from "./hashes/digest.ts";
import { hashDrawn, hashResized } from "./hashes/drawn.ts";
import { hashExplanations } from "./hashes/explanations.ts";
import { hashMetrics } from "./hashes/metrics.ts";
import { hashAlgorithms, hashModules } from "./hashes/modules.ts";
import { ownNets, smallNets, wholeNets } from "./hashes/nets.ts";
import { hashFit, hashTraining } from "./hashes/training.ts";

const usage = `hashes.ts: SHA-256 of emitted modules, weights, predictions, pixels, splits and metrics
  --record FILE    write them; those of sections not asked for stay
  --against FILE   compare with what was written; names that differ or are missing are printed, and the exit code is 1
  --only TEXT      only sections whose name contains TEXT: data, metrics, explain, modules, algorithms, weights, fit, or a net`;

const { values } = parseArgs({
  options: {
    record: { type: "string" },
    against: { type: "string" },
    only: { type: "string", default: "" },
    help: { type: "boolean", default: false },
  },
});

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Some hashes that are computed together; their names begin with the section's. */
interface Section {
  readonly name: string;
  readonly hashes: () => Promise<Hashes>;
}

function sectionsOn(backends: readonly Backend[]): readonly Section[] {
  const own = ownNets();
  const small = smallNets();
  const plain3 = small.find(({ name }) => name === "plain3")!;
  return [
    { name: "data/drawn", hashes: hashDrawn },
    { name: "data/resized", hashes: hashResized },
    { name: "metrics/made", hashes: hashMetrics },
    { name: "explain/plain3", hashes: () => hashExplanations(plain3, backends[0]!) },
    ...[...wholeNets(), ...own].map((net) => ({
      name: `modules/${net.name}`,
      hashes: () => hashModules(net),
    })),
    ...own.map((net) => ({ name: `algorithms/${net.name}`, hashes: () => hashAlgorithms(net) })),
    ...[...small, ...own].map((net) => ({
      name: `weights/${net.name}`,
      hashes: () => hashTraining(net, backends),
    })),
    ...[plain3, ...own].map((net) => ({
      name: `fit/${net.name}`,
      hashes: () => hashFit(net, backends),
    })),
  ];
}

/** Computes the sections asked for, one after the other. */
async function collect(only: string): Promise<Hashes> {
  const backends = await Promise.all([1, 2].map((threads) => wasmBackend({ threads, exact: true })));
  const found: Record<string, string> = {};
  try {
    for (const { name, hashes } of sectionsOn(backends).filter((section) => section.name.includes(only))) {
      const started = performance.now();
      for (const [part, hash] of Object.entries(await hashes())) found[`${name}/${part}`] = hash;
      process.stderr.write(`${name}: ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
    }
  } finally {
    await Promise.all(backends.map((backend) => backend.close()));
  }
  return found;
}

/** Section of a hash, from its name. */
const sectionOf = (name: string): string => name.split("/").slice(0, 2).join("/");

async function recordedIn(file: string): Promise<Hashes> {
  return JSON.parse(await readFile(file, "utf8")) as Hashes;
}

/** Writes them in the order of their names; a file of before keeps those of other sections. */
async function record(file: string, found: Hashes, only: string): Promise<void> {
  const before = only === "" ? {} : await recordedIn(file);
  const others = Object.entries(before).filter(([name]) => !sectionOf(name).includes(only));
  const all = [...others, ...Object.entries(found)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  await writeFile(file, `${JSON.stringify(Object.fromEntries(all), null, 2)}\n`);
}

/** What differs, a line each. */
function differences(found: Hashes, recorded: Hashes, only: string): readonly string[] {
  const expected = Object.keys(recorded).filter((name) => sectionOf(name).includes(only));
  return [
    ...expected.filter((name) => !(name in found)).map((name) => `missing  ${name}`),
    ...Object.keys(found).flatMap((name) => {
      if (!(name in recorded)) return [`new      ${name}`];
      return found[name] === recorded[name] ? [] : [`differs  ${name}`];
    }),
  ];
}

if (values.help || (values.record === undefined && values.against === undefined)) {
  say(usage);
} else {
  const found = await collect(values.only);
  if (values.record !== undefined) await record(values.record, found, values.only);
  if (values.against !== undefined) {
    const recorded = await recordedIn(values.against);
    const lines = differences(found, recorded, values.only);
    for (const line of lines) say(line);
    say(`${Object.keys(found).length} hashes, ${lines.length} not as recorded`);
    if (lines.length > 0) process.exitCode = 1;
  }
}
