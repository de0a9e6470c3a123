import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { fovea } from "../cli/built.ts";
import { archive, someImages } from "../cli/realImages.ts";
import { temporaryFolder } from "../cli/support.ts";
import { comparable } from "./printed.ts";

const page = await readFile("docs/getting-started.md", "utf8");

/** The commands of the page on its images, in their order, each with what it prints there. */
const steps = [...page.matchAll(/^ {4}npm run -s fovea -- (.+)\n\n```\n([^]*?)```/gm)].map(
  ([, command = "", shown = ""]) => ({ command, shown }),
);

test("the page has commands with their output", () => {
  expect(steps.map(({ command }) => command.split(" ")[0])).toEqual(["audit", "train", "predict", "explain"]);
});

test.skipIf(!existsSync(archive))(
  "each command of the page prints on the photographs what the page shows",
  async () => {
    const folder = await temporaryFolder();
    await someImages(folder);
    for (const { command, shown } of steps) {
      const { out, err, code } = await fovea(command.split(" "), folder);
      expect(code, err).toBe(0);
      expect(comparable(err + out), command).toBe(comparable(shown));
    }
  },
  1_800_000,
);
