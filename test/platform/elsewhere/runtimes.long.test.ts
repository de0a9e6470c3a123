import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { folder as built } from "../../cli/built.ts";

// Deno and Bun run the same commands: npm run test:long, with their programs in FOVEA_DENO and FOVEA_BUN.
const runtimes = {
  node: { program: process.execPath, args: [] },
  deno: { program: process.env["FOVEA_DENO"], args: ["run", "-A"] },
  bun: { program: process.env["FOVEA_BUN"], args: [] },
} as const;
type Runtime = keyof typeof runtimes;

// Enough images that they are decoded on threads.
const count = 140;
let folder = "";
let images = "";
let runs = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fovea-runtimes-"));
  images = join(folder, "images");
  for (const name of ["dark", "light"]) await mkdir(join(images, name), { recursive: true });
  await Promise.all(
    Array.from({ length: count }, (_, i) => {
      const pixels = Uint8Array.from(
        { length: 12 * 12 * 3 },
        (_, k) => ((k * (i + 3)) % 128) + (i % 2) * 127,
      );
      const image = sharp(pixels, { raw: { width: 12, height: 12, channels: 3 } });
      return image.jpeg().toFile(join(images, i % 2 ? "light" : "dark", `${i}.jpg`));
    }),
  );
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs a command, and gives its JSON document. */
async function run(
  runtime: Runtime,
  args: readonly string[],
): Promise<Readonly<Record<string, unknown>> & { readonly notes: readonly { readonly code: string }[] }> {
  const { program = "", args: first } = runtimes[runtime];
  const { stdout } = await promisify(execFile)(
    program,
    [...first, join(built, "cli", "main.js"), ...args, "--json"],
    { cwd: folder, maxBuffer: 1e8 },
  );
  return JSON.parse(stdout);
}

/** Trains into a folder of its own, evaluates and predicts. */
async function bitsOf(runtime: Runtime, ...more: readonly string[]) {
  const out = join(folder, `run-${++runs}`);
  const settings = ["--model", "plain3", "--size", "12", "--epochs", "2", "--no-detect", "--out", out];
  const { notes } = await run(runtime, ["train", images, ...settings, ...more]);
  const file = await readFile(join(out, "model.safetensors"));
  const predictions = await readFile(join(out, "predictions.csv"), "utf8");
  const { accuracy, loss } = await run(runtime, ["evaluate", out, images, "--no-detect"]);
  const answers = await run(runtime, ["predict", out, join(images, "dark")]);
  return { notes: notes.map(({ code }) => code), file, predictions, accuracy, loss, answers };
}

describe("another runtime gives Node's bits", () => {
  test.skipIf(!runtimes.deno.program)("Deno", { timeout: 300_000 }, async () => {
    const [node, deno] = [await bitsOf("node"), await bitsOf("deno")];
    expect(deno.file.equals(node.file)).toBe(true);
    expect(deno).toEqual(node);
  });

  test.skipIf(!runtimes.bun.program)("Bun, with exact arithmetic", { timeout: 300_000 }, async () => {
    const [node, bun] = [await bitsOf("node", "--exact"), await bitsOf("bun", "--exact")];
    expect(bun.file.equals(node.file)).toBe(true);
    expect(bun.predictions).toBe(node.predictions);
    expect(bun.notes).toEqual([]);
  });

  test.skipIf(!runtimes.bun.program)(
    "Bun says that its bits are those of exact arithmetic",
    { timeout: 300_000 },
    async () => {
      const [exact, bun] = [await bitsOf("node", "--exact"), await bitsOf("bun")];
      expect(bun.predictions).toBe(exact.predictions);
      expect(bun.notes).toEqual(["rounded-separately"]);
    },
  );
});
