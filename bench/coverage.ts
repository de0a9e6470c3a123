import { parseArgs } from "node:util";
import { seeded } from "../src/base/index.ts";
import { type Coverage, type World, coverage } from "../test/evaluate/simulated.ts";

// How often the 95% intervals hold the truth, on simulated predictions whose truth is known: a CSV on standard output.

const { values } = parseArgs({
  options: {
    draws: { type: "string", default: "500" },
    replicates: { type: "string", default: "250" },
    areas: { type: "boolean", default: false },
    seed: { type: "string", default: "1" },
    help: { type: "boolean", default: false },
  },
});

if (values.help) {
  process.stdout.write("tsx bench/coverage.ts [--draws 500] [--replicates 250] [--areas] [--seed 1]\n");
  process.exit(0);
}

const worlds: readonly World[] = [20, 50, 100, 300].flatMap((groups) =>
  [0, 0.3, 0.6, 0.9].flatMap((correlation) =>
    [0.6, 0.8, 0.95, 0.99].map((accuracy) => ({ groups, correlation, accuracy })),
  ),
);

let header = true;
for (const world of worlds) {
  const held: Coverage = coverage(world, {
    draws: Number(values.draws),
    replicates: Number(values.replicates),
    random: seeded(Number(values.seed)),
    areas: values.areas,
  });
  const { groups, correlation, accuracy } = world;
  const row = { groups, correlation, trueAccuracy: accuracy, ...held };
  if (header) process.stdout.write(`${Object.keys(row).join(",")}\n`);
  header = false;
  process.stdout.write(
    `${Object.values(row)
      .map((value) => Number(value.toFixed(3)))
      .join(",")}\n`,
  );
}
