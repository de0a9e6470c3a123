import { join } from "node:path";
import { expect, test } from "vitest";
import { ranIn } from "../cli/inProcess.ts";
import { filesIn, put, temporaryFolder } from "../cli/support.ts";

// The need for memory was computed once all images had been decoded; these cannot be, so reading them first shows.
test.each([
  { size: "5000", says: /fovea: memory: expected at most .* smaller/, refused: 1 },
  { size: "30000", says: /fovea: --size 30000: expected images small enough .* smaller --size/, refused: 2 },
  { size: "1000000000", says: /fovea: --size 1000000000: .* small enough .* smaller --size/, refused: 2 },
])("--size $size is refused before any image is read", async ({ size, says, refused }) => {
  const folder = await temporaryFolder();
  for (const path of ["a/1.png", "a/2.png", "b/1.png", "b/2.png"])
    await put(join(folder, "data", path), "no image");
  const before = await filesIn(folder);
  const { code, err, out } = await ranIn(folder, ["train", "data", "--size", size, "--threads", "1"]);
  expect(err).toMatch(says);
  expect(err).not.toMatch(/1\.png/);
  expect({ code, out }).toEqual({ code: refused, out: "" });
  expect(await filesIn(folder)).toEqual(before);
});
