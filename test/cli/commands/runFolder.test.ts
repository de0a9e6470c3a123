import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { nextRunFolder, refuseInside } from "../../../src/cli/commands/runFolder.ts";
import { inFolder, temporaryFolder } from "../support.ts";

describe("the name of the next run", () => {
  test.each<[string, readonly string[], string]>([
    ["cells", [], "runs/cells-1"],
    ["photos/cells/", [], "runs/cells-1"],
    ["cells.zip", [], "runs/cells-1"],
    ["cells.TAR.gz", [], "runs/cells-1"],
    ["cells", ["cells-1", "cells-2"], "runs/cells-3"],
    // A number that was deleted in between is not taken again: its results may be named elsewhere.
    ["cells", ["cells-1", "cells-7"], "runs/cells-8"],
    ["cells", ["cells-old", "cells-1b", "other-9"], "runs/cells-1"],
    ["cells", ["audit-cells-4"], "runs/cells-1"],
  ])("of %s where runs holds %j", async (data, taken, expected) => {
    const folder = await temporaryFolder();
    for (const name of taken) await mkdir(join(folder, "runs", name), { recursive: true });
    expect(await inFolder(folder, () => nextRunFolder(data))).toBe(join(...expected.split("/")));
  });

  test("audits count for themselves", async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, "runs", "audit-cells-4"), { recursive: true });
    expect(await inFolder(folder, () => nextRunFolder("cells", "audit-"))).toBe(
      join("runs", "audit-cells-5"),
    );
  });
});

describe("results never go into the data", () => {
  test("a folder inside is refused, and the option that chose it is named", async () => {
    const data = await temporaryFolder();
    await expect(refuseInside(data, join(data, "runs", "x"), true)).rejects.toMatchObject({
      message: expect.stringContaining("--out"),
      exitCode: 2,
    });
    await expect(refuseInside(data, join(data, "runs"), false)).rejects.toThrow(/current folder/);
  });

  test("the data folder itself is refused", async () => {
    const data = await temporaryFolder();
    await expect(refuseInside(data, data, true)).rejects.toThrow(/--out/);
  });

  test("a link into the data is seen through", async () => {
    const [data, elsewhere] = [await temporaryFolder(), await temporaryFolder()];
    await symlink(data, join(elsewhere, "link"));
    await expect(refuseInside(data, join(elsewhere, "link", "runs"), true)).rejects.toThrow(/--out/);
  });

  test.each(["../elsewhere", "..data"])("%s beside the data is taken", async (name) => {
    const parent = await temporaryFolder();
    const data = join(parent, "data");
    await mkdir(data);
    await expect(
      refuseInside(data, join(data, "..", name.replace("../", "")), true),
    ).resolves.toBeUndefined();
  });

  test("data that is not there yet refuses nothing", async () => {
    const folder = await temporaryFolder();
    await expect(refuseInside(join(folder, "none"), join(folder, "runs"), true)).resolves.toBeUndefined();
  });
});
