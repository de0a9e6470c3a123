// Keeps retired words out of sources, tests, scripts and documents: one idea, one word, and that word the field's (docs/glossary.md).
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Each retired word as a pattern, and the word that took its place. */
const retired = [
  [/pictures?/i, "image"],
  [/kept[ -]back|keeps? back/i, "validation set, held out"],
  [/numbers to learn/i, "parameters"],
  [/learn(s|ed|ing|t)? from/i, "train on"],
  [/by heart/i, "overfitting"],
  [/named? rightly/i, "correct"],
  [/taken for/i, "predicted as"],
  [/mix-ups?|mixups/i, "confusions"],
  [/\bsisters?\b/i, "near-duplicate"],
  [/\brivals?/i, "baseline"],
  [/giveaways?/i, "shortcut"],
  [/\bcertainty\b/i, "confidence"],
  [/how sure/i, "confidence"],
  [/surest/i, "most confident"],
  [/set right/i, "calibrated"],
  [/put right/i, "fix"],
  [/goes? on with/i, "resumes"],
  [/make (it|them) again|made again/i, "reproduce"],
  [/\bdoctor\b|\bpatient\.ts/i, "diagnostics"],
  [/colours alone/i, "colour baseline"],
  [/false alarms?/i, "false positive rate"],
  [/\d %/, "a percentage without a space"],
];

/** Places that must keep a retired word, and why. */
const kept = [
  // The name of a random stream decides the bits of every augmented image.
  { file: "src/data/batches.ts", text: "`picture ${index}`" },
];

const roots = ["src", "test", "bench", "scripts", "examples", "docs", "README.md", "CONTRIBUTING.md"];
const files = execFileSync("git", ["ls-files", ...roots], { encoding: "utf8" })
  .split("\n")
  .filter((file) => /\.(ts|mjs|md)$/.test(file) && file !== "scripts/words.mjs");

let found = 0;
for (const file of files) {
  const exceptions = kept.filter((one) => one.file === file);
  for (const [i, line] of readFileSync(file, "utf8").split("\n").entries()) {
    if (exceptions.some(({ text }) => line.includes(text))) continue;
    for (const [pattern, better] of retired) {
      const [word] = pattern.exec(line) ?? [];
      if (word === undefined) continue;
      found += 1;
      process.stdout.write(`${file}:${i + 1}: "${word}": write ${better}\n`);
    }
  }
}
if (found > 0) {
  process.stdout.write(`${found} retired words; docs/glossary.md has the field's own.\n`);
  process.exitCode = 1;
}
