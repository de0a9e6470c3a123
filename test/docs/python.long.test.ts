import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { fovea } from "../cli/built.ts";
import { images, temporaryFolder } from "../cli/support.ts";

/** A Python with numpy and safetensors: PYTHON says where, else the one that is found. */
const python = process.env["PYTHON"] ?? "python3";
const run = promisify(execFile);
const isThere = await run(python, ["-c", "import numpy, safetensors"]).then(
  () => true,
  () => false,
);

test.skipIf(!isThere).each(["plain3", "plain4"])(
  "the Python of docs/formats/model-file.md reads %s, and computes what the engine computed",
  async (name) => {
    const folder = await temporaryFolder();
    await images(folder);
    const out = join(folder, "run");
    const args = ["train", "data", "--model", name, "--size", "32", "--epochs", "2", "--out", out];
    expect(await fovea(args, folder)).toMatchObject({ code: 0 });
    const page = await readFile("docs/formats/model-file.md", "utf8");
    const program = [...page.matchAll(/```python\n(.*?)```/gs)].map(([, text]) => text).join("\n");
    await writeFile(join(folder, "read.py"), program);
    const { stdout } = await run(python, [join(folder, "read.py"), join(out, "model.safetensors")]);
    const lines = stdout.trim().split(/\r?\n/);
    expect(lines[0]).toBe(`${name} [32, 32, 3] ['blue', 'green', 'red']`);
    expect(lines).toContain("conv2d/kernel (3, 3, 3, 32) float32");
    expect(lines.at(-1)).toBe("as when it was trained: True");
  },
);
