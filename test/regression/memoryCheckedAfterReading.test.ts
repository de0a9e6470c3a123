import { join } from "node:path";
import { expect, test } from "vitest";
import { ranIn } from "../cli/inProcess.ts";
import { filesIn, put, temporaryFolder } from "../cli/support.ts";

// The need for memory was computed once all images had been decoded; these cannot be, so reading them first shows.
test.each(["30000", "1000000000"])("--size %s is refused before any image is read", async (size) => {
  const folder = await temporaryFolder();
  for (const path of ["a/1.png", "a/2.png", "b/1.png", "b/2.png"])
    await put(join(folder, "data", path), "no image");
  const before = await filesIn(folder);
  const { code, err, out } = await ranIn(folder, ["train", "data", "--size", size, "--threads", "1"]);
  expect(err).toMatch(/fovea: memory: expected at most .* smaller/);
  expect(err).not.toMatch(/1\.png/);
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(await filesIn(folder)).toEqual(before);
});
