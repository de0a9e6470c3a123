import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeAtomic } from "../../src/platform/node/index.ts";

// Two writers that both found the folder missing: the second must not fail because the first has made it.
test("files written at once into a folder that is not there yet all arrive", async () => {
  const folder = await mkdtemp(join(tmpdir(), "fovea-test-"));
  try {
    const names = Array.from({ length: 20 }, (_, i) => `${i}.txt`);
    for (let round = 0; round < 30; round++) {
      const deep = join(folder, `${round}`, "a", "b");
      await Promise.all(names.map((name) => writeAtomic(join(deep, name), name)));
      expect((await readdir(deep)).toSorted()).toEqual(names.toSorted());
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
