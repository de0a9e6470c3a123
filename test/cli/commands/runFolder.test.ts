import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { destinationOf, refuseInside } from "../../../src/cli/commands/runFolder.ts";
import { temporaryFolder } from "../support.ts";

describe("the destination", () => {
  test.each<[string, string]>([
    ["cells", "cells"],
    ["photos/cells/", "cells"],
    ["cells.zip", "cells"],
    ["cells.TAR.gz", "cells"],
    ["labels.csv", "labels"],
    ["cells\n\u001B", "cells-n-u001b"],
  ])("of %s is the next folder runs/%s-<n>", (data, name) => {
    expect(destinationOf({}, { data })).toEqual({ out: { parent: "runs", name }, isChosen: false });
  });

  test("has the prefix of its command, so that audits count for themselves", () => {
    const { out } = destinationOf({}, { data: "cells", prefix: "audit-" });
    expect(out).toEqual({ parent: "runs", name: "audit-cells" });
  });

  test("is the folder of --out where one is given", () => {
    expect(destinationOf({ out: "mine" }, { data: "cells" })).toEqual({ out: "mine", isChosen: true });
  });
});

describe("results never go into the data", () => {
  test("a folder inside is refused, and the option that chose it is named", async () => {
    const data = await temporaryFolder();
    await expect(refuseInside(data, { out: join(data, "runs", "x"), isChosen: true })).rejects.toMatchObject({
      message: expect.stringContaining("--out"),
      exitCode: 2,
    });
    await expect(
      refuseInside(data, { out: { parent: join(data, "runs"), name: "x" }, isChosen: false }),
    ).rejects.toThrow(/current folder/);
  });

  test("the data folder itself is refused", async () => {
    const data = await temporaryFolder();
    await expect(refuseInside(data, { out: data, isChosen: true })).rejects.toThrow(/--out/);
  });

  test("a link into the data is seen through", async () => {
    const [data, elsewhere] = [await temporaryFolder(), await temporaryFolder()];
    await symlink(data, join(elsewhere, "link"));
    await expect(
      refuseInside(data, { out: join(elsewhere, "link", "runs"), isChosen: true }),
    ).rejects.toThrow(/--out/);
  });

  test.each(["../elsewhere", "..data"])("%s beside the data is taken", async (name) => {
    const parent = await temporaryFolder();
    const data = join(parent, "data");
    await mkdir(data);
    await expect(
      refuseInside(data, { out: join(data, "..", name.replace("../", "")), isChosen: true }),
    ).resolves.toBeUndefined();
  });

  test("data that is not there yet refuses nothing", async () => {
    const folder = await temporaryFolder();
    await expect(
      refuseInside(join(folder, "none"), { out: join(folder, "runs"), isChosen: true }),
    ).resolves.toBeUndefined();
  });
});
