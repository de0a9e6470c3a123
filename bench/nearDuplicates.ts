// Which near-duplicates `fovea audit` joins into groups, against a truth, with its time and memory.
import { spawn } from "node:child_process";
import { mkdtemp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { parse } from "csv-parse/sync";
import sharp from "sharp";
import { bytesText, seeded } from "../src/base/index.ts";
import { syntheticCollection, split } from "../src/data/index.ts";

const usage = `npx tsx bench/nearDuplicates.ts [<data> --truth FILE] [--drawn N] [options]
  <data>         a folder or archive of images
  --truth FILE   CSV with the columns path and photograph (the source image); without it only counts, time and memory are printed
  --drawn N      also on N synthetic images, 5 of each source image, of 320x240; may be repeated
  --node PATH    Node binary for the audit [the running one]
  --threads N    threads of the audit [all]
  --built        the compiled program (npm run build) instead of the source`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    truth: { type: "string" },
    drawn: { type: "string", multiple: true, default: [] },
    node: { type: "string", default: process.execPath },
    threads: { type: "string" },
    built: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

/** An image as `fovea audit --json` tells of it. */
interface Audited {
  readonly path: string;
  readonly label: string;
  readonly group: string;
}

interface Measured {
  readonly images: readonly Audited[];
  readonly seconds: number;
  readonly peakBytes: number;
}

const viewsPerPhotograph = 5;
const kinds = 4;
const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Runs the command as a user would, in a process of its own. */
async function audit(data: string, out: string): Promise<Measured> {
  const program = values.built ? ["dist/cli/main.js"] : ["--import", "tsx", "src/cli/main.ts"];
  const saysPeak = `process.on("exit",()=>process.stderr.write("\\npeak "+process.resourceUsage().maxRSS+"\\n"))`;
  const threads = values.threads === undefined ? [] : ["--threads", values.threads];
  const args = [
    "--import",
    `data:text/javascript,${saysPeak}`,
    ...program,
    "audit",
    data,
    "--out",
    out,
    "--json",
    "--no-cache",
  ];
  const began = performance.now();
  const child = spawn(values.node, [...args, ...threads], { cwd: root });
  const texts = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (texts.out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (texts.err += text));
  const code = await new Promise<number | null>((resolve, reject) =>
    child.on("error", reject).on("close", resolve),
  );
  const seconds = (performance.now() - began) / 1000;
  if (code !== 0) throw new Error(`fovea audit ended with ${code}: ${texts.err.slice(-2000)}`);
  const { images } = JSON.parse(texts.out) as Pick<Measured, "images">;
  return { images, seconds, peakBytes: Number(/\npeak (\d+)/.exec(texts.err)?.[1]) * 1024 };
}

const pairs = (n: number): number => (n * (n - 1)) / 2;

/** Pairs of members that share a key, over all keys. */
function pairsBy<T>(items: readonly T[], keyOf: (item: T) => string): number {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return [...counts.values()].reduce((sum, n) => sum + pairs(n), 0);
}

/** Share of the validation images whose source image is in the training set too, after a split that keeps the found groups whole. */
function leakOf(
  images: readonly Audited[],
  truth: ReadonlyMap<string, string>,
  method: "grouped" | "random",
): number {
  const { train, validation } = split(images, { method, validation: 0.2, random: seeded(0) });
  const trained = new Set(train.flatMap(({ path }) => truth.get(path) ?? []));
  const evaluated = validation.flatMap(({ path }) => truth.get(path) ?? []);
  return evaluated.filter((photograph) => trained.has(photograph)).length / evaluated.length;
}

const percent = (share: number): string => `${(share * 100).toFixed(2)}%`;

function report(
  name: string,
  { images, seconds, peakBytes }: Measured,
  truth?: ReadonlyMap<string, string>,
): void {
  const groups = new Set(images.map(({ group }) => group)).size;
  const sizes = new Map<string, number>();
  for (const { group } of images) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  const joined = images.filter(({ group }) => (sizes.get(group) ?? 0) > 1).length;
  console.log(
    `${name}: ${images.length} images, ${groups} groups, ${percent(joined / images.length)} of them with a near-duplicate; ` +
      `${seconds.toFixed(1)} s, ${bytesText(peakBytes)}`,
  );
  if (!truth) return;
  const known = images.filter(({ path }) => truth.has(path));
  const photographOf = ({ path }: Audited): string => truth.get(path) ?? "";
  const right = pairsBy(known, (one) => `${one.group}\n${photographOf(one)}`);
  const found = pairsBy(known, ({ group }) => group);
  const wanted = pairsBy(known, photographOf);
  console.log(
    `  against the truth of ${known.length}: pairs: precision ${percent(right / found)}, recall ${percent(right / wanted)}; ` +
      `validation images that leak: grouped ${percent(leakOf(images, truth, "grouped"))}, random ${percent(leakOf(images, truth, "random"))}`,
  );
}

async function readTruth(file: string): Promise<ReadonlyMap<string, string>> {
  const rows = parse<{ path: string; photograph: string }>(await readFile(file, "utf8"), { columns: true });
  return new Map(rows.map(({ path, photograph }) => [path, photograph]));
}

/** Draws about so many images into class folders; the answer names each one's source image. */
async function draw(count: number, folder: string): Promise<ReadonlyMap<string, string>> {
  const photographsPerClass = Math.ceil(count / kinds / viewsPerPhotograph);
  const truth = new Map<string, string>();
  for (const { path, group, raster } of syntheticCollection({ photographsPerClass, viewsPerPhotograph })) {
    const { width, height, data } = raster;
    const jpeg = await sharp(data, { raw: { width, height, channels: 3 } })
      .jpeg({ quality: 90 })
      .toBuffer();
    const file = path.replace(/png$/, "jpeg");
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), jpeg);
    truth.set(file, group);
  }
  return truth;
}

if (values.help || (positionals.length === 0 && values.drawn.length === 0)) {
  console.log(usage);
  process.exit(values.help ? 0 : 2);
}
const scratch = await mkdtemp(join(tmpdir(), "fovea-bench-"));
try {
  const [data] = positionals;
  if (data !== undefined) {
    const truth = values.truth === undefined ? undefined : await readTruth(values.truth);
    report(data, await audit(data, join(scratch, "audit")), truth);
  }
  for (const count of values.drawn.map(Number)) {
    const folder = join(scratch, `drawn-${count}`);
    const truth = await draw(count, folder);
    report(`${count} synthetic`, await audit(folder, join(scratch, `audit-${count}`)), truth);
    await rm(folder, { recursive: true });
  }
} finally {
  await rm(scratch, { recursive: true, force: true });
}
