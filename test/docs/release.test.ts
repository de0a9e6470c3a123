import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const run = promisify(execFile);

test("a release whose tag, changelog or repository differ is refused, with each reason", async () => {
  const { version } = JSON.parse(await readFile("package.json", "utf8")) as { readonly version: string };
  const refused = run(process.execPath, ["scripts/release.mjs", `v${version}0`, "someone/else"]);
  await expect(refused).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /tag v[\d.]+ is not v[\d.]+[^]*no section "## [\d.]+ - <date>"[^]*someone\/else/,
    ),
  });
});
