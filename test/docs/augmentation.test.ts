import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { augmentSetNames, parseAugmentation } from "../../src/data/index.ts";
import { augmentTypes } from "../../src/data/augment/steps.ts";

const page = await readFile("docs/augmentation.md", "utf8");
const rowOf = (name: string): string =>
  page.split("\n").find((line) => line.startsWith(`| \`${name}\``)) ?? "";

test.each(
  parseAugmentation(
    "steps",
    augmentTypes.map((type) => ({ type })),
  ),
)("docs/augmentation.md has the fields of $type with their defaults", (step) => {
  const row = rowOf(step.type);
  for (const [field, value] of Object.entries(step)) {
    // Those that all steps have stand once, where they have their usual default.
    if (field === "type" || field === "fillMode" || (field === "fillValue" && value === 0)) continue;
    if (field === "probability") {
      if (value !== 1) expect(row).toContain(`\`probability\` ${value}`);
      continue;
    }
    const shown = JSON.stringify(value)
      .replace(/,/g, ", ")
      .replace("0.75", "3/4")
      .replace("1.3333333333333333", "4/3");
    expect(row).toContain(`\`${field}\` (${shown}`);
  }
});

test("docs/augmentation.md has every set, docs/layers.md every step", async () => {
  for (const name of augmentSetNames) expect(rowOf(name)).not.toBe("");
  const layers = await readFile("docs/layers.md", "utf8");
  for (const type of augmentTypes) expect(layers).toContain(`| \`${type}\``);
});
