// Replaces the module that bundles the workers from their sources, in a folder that tsc has filled, by one that holds the finished scripts.
// usage: tsx scripts/inlineWorkers.mjs FOLDER
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { workerSource } from "../src/platform/node/workers/workerSource.ts";

const [folder = "dist"] = process.argv.slice(2);
const scripts = { engine: workerSource("engine"), decode: workerSource("decode") };
writeFileSync(
  join(folder, "platform", "node", "workers", "workerSource.js"),
  `const scripts = ${JSON.stringify(scripts)};\nexport const workerSource = (name) => scripts[name];\n`,
);
