// npx tsx bench/stall.ts DATA [--built dist] [--against DIR]: share of a training's time in which the engine had nothing to do, for each
// augmentation preset; in turn with another build.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { execFile } from "node:child_process";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";
import { parse } from "csv-parse/sync";
import { median } from "../src/base/index.ts";
import { augmentSetNames } from "../src/data/index.ts";
import { thisMachine } from "../src/platform/node/machine.ts";
import { aboutMachine } from "./measure/machine.ts";
import { figure, renderTable } from "./measure/table.ts";

const usage = `stall.ts DATA: stall fractions of short trainings with each augmentation preset
  --built DIR     the compiled package, after npm run build [dist]
  --against DIR   another build, which trains in turn with this one
  --presets LIST  [none,light,microscope,photo,heavy]
  --epochs N      epochs of a training, of which the first is left out [3]
  --rounds N      trainings with each preset [1]
  --node PATH     the Node that trains [this one]
  -- OPTIONS      more options of fovea train, such as --model resnet9 --size 32`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    built: { type: "string", default: "dist" },
    against: { type: "string" },
    presets: { type: "string", default: "none,light,microscope,photo,heavy" },
    epochs: { type: "string", default: "3" },
    rounds: { type: "string", default: "1" },
    node: { type: "string", default: process.execPath },
    help: { type: "boolean", default: false },
  },
});

const run = promisify(execFile);

/** What an epoch took: its stall fraction and its seconds. */
interface Epoch {
  readonly stall: number;
  readonly seconds: number;
}

/** Trains, and gives all epochs but the first, in which code is compiled. */
async function train(built: string, preset: string): Promise<readonly Epoch[]> {
  const folder = await mkdtemp(join(tmpdir(), "fovea-stall-"));
  try {
    const out = join(folder, "run");
    const options = ["--augment", preset, "--epochs", values.epochs, "--no-detect", "--out", out];
    await run(values.node, [join(built, "cli/main.js"), "train", ...positionals, ...options]);
    const rows: readonly Readonly<Record<string, string>>[] = parse(
      await readFile(join(out, "history.csv")),
      { columns: true },
    );
    return rows
      .slice(1)
      .map((row) => ({ stall: Number(row["stall_fraction"]), seconds: Number(row["seconds"]) }));
  } finally {
    await rm(folder, { recursive: true });
  }
}

const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;

async function measured(builds: readonly string[], preset: string): Promise<readonly string[]> {
  const epochs = builds.map((): Epoch[] => []);
  for (let round = 0; round < Number(values.rounds); round++)
    for (const [i, built] of builds.entries()) epochs[i]!.push(...(await train(built, preset)));
  return epochs.flatMap((list) => [
    percent(median(list.map(({ stall }) => stall))),
    `${figure(median(list.map(({ seconds }) => seconds)))} s`,
  ]);
}

if (values.help || positionals.length === 0) console.log(usage);
else {
  const presets = values.presets.split(",");
  const unknown = presets.find((name) => !augmentSetNames.some((known) => known === name));
  if (unknown !== undefined) throw new Error(`${unknown}: no preset`);
  const builds = values.against === undefined ? [values.built] : [values.against, values.built];
  console.log(`${aboutMachine(thisMachine())}, load ${loadavg()[0]?.toFixed(1)}; ${positionals.join(" ")}`);
  const heads = builds.length > 1 ? ["stall there", "epoch", "stall here", "epoch"] : ["stall", "epoch"];
  const rows: (readonly string[])[] = [];
  for (const preset of presets) rows.push([preset, ...(await measured(builds, preset))]);
  console.log(renderTable(["preset", ...heads], rows));
}
