import { expect, test } from "vitest";
import { datasets } from "../../../src/app/index.ts";
import { datasetsText } from "../../../src/cli/views/datasets.ts";

test("the list of data sets is at most 80 columns wide, and says name and licence of each", () => {
  const text = datasetsText({ datasets: datasets() });
  const list = text.split("\n").slice(0, -1);
  expect(Math.max(...list.map((line) => line.length))).toBeLessThanOrEqual(80);
  for (const { name, licence } of datasets()) {
    expect(text).toContain(`  ${name} `);
    expect(text.replaceAll(/\s+/g, " ")).toContain(`Licence: ${licence}`);
  }
});
