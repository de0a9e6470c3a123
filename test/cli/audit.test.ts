import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { create } from "tar";
import { expect, test } from "vitest";
import type { AuditResult } from "../../src/app/index.ts";
import { seeded } from "../../src/base/index.ts";
import { auditVerdict, written } from "../../src/messages/index.ts";
import { encodePng } from "../../src/platform/node/index.ts";
import { fovea } from "./built.ts";
import { ranIn } from "./inProcess.ts";
import { filesIn, put, temporaryFolder } from "./support.ts";

/** Coloured blots on grey: enough corners to tell photographs apart by. */
function photograph(seed: number): Promise<Uint8Array> {
  const random = seeded(seed);
  const [width, height] = [96, 72];
  const data = new Uint8Array(width * height * 3).fill(120);
  for (let blot = 0; blot < 60; blot++) {
    const [left, top, side] = [random.integer(width), random.integer(height), 4 + random.integer(14)];
    const colour = [random.integer(256), random.integer(256), random.integer(256)];
    for (let y = top; y < Math.min(top + side, height); y++)
      for (let x = left; x < Math.min(left + side, width); x++) data.set(colour, (y * width + x) * 3);
  }
  return encodePng({ width, height, data });
}

/** Two classes with a copy, a turned copy in another class, a cut-off file and a text. */
async function junk(folder: string): Promise<string> {
  const data = join(folder, "data");
  for (const [c, label] of ["cat", "dog"].entries())
    for (let i = 0; i < 6; i++) await put(join(data, label, `${i}.png`), await photograph(10 * c + i));
  const first = await photograph(0);
  await put(join(data, "cat", "again.png"), first);
  await put(join(data, "dog", "turned.png"), await sharp(first).rotate(90).png().toBuffer());
  const jpeg = await sharp(await photograph(50))
    .jpeg()
    .toBuffer();
  await put(join(data, "dog", "cut.jpg"), jpeg.subarray(0, Math.floor(jpeg.length * 0.6)));
  await put(join(data, "dog", "text.jpg"), "I am no image");
  await put(join(data, "dog", "notes.txt"), "words");
  return data;
}

const documentOf = (out: string): AuditResult => JSON.parse(out) as AuditResult;

/** The findings that the JSON document has, in words, beside the files written. */
function expectWords(out: string, { findings }: AuditResult): void {
  expect(out).toMatch(/Contents\n.*groups.*\n +cat +7 /);
  const flat = out.replaceAll(/\s+/g, " ");
  expect(flat).toContain(written(auditVerdict(findings)).text);
  for (const { text, suggestion = "" } of findings) expect(flat).toContain(`${text} → ${suggestion}`);
  expect(out).toMatch(/open found\/audit\.html in a browser/);
  expect(out).toMatch(/train data\n$/);
}

test("audit says it in words or in one JSON document, writes page, findings and groups, and nothing into the data", async () => {
  const folder = await temporaryFolder();
  const data = await junk(folder);
  const before = await filesIn(data);
  const { code, out, err } = await fovea(["audit", "data", "--json", "--threads", "1"], folder);
  const words = await ranIn(folder, ["audit", "data", "--out", "found"]);
  expect(err).not.toContain("fovea: ");
  expect([code, words.code]).toEqual([0, 0]);
  const result = documentOf(out);
  expectWords(words.out, result);
  const problemsOf = (path: string): readonly string[] =>
    result.images.find((image) => image.path === path)?.findings ?? [];
  expect(problemsOf("cat/0.png")).toEqual(["near-duplicate-conflict", "duplicates", "near-duplicates"]);
  expect(problemsOf("dog/cut.jpg")).toEqual(["truncated"]);
  expect(problemsOf("dog/text.jpg")).toEqual(["unreadable"]);
  const truncated = result.findings.find(({ code: name }) => name === "truncated");
  expect(truncated).toMatchObject({ data: { images: 1, recoverable: 1 }, severity: "error" });
  expect(truncated?.examples[0]).toMatchObject({ code: "damaged-image", text: expect.stringMatching(/\d%/) });
  const groupOf = new Map(result.images.map(({ path, group }) => [path, group]));
  expect([groupOf.get("cat/again.png"), groupOf.get("dog/turned.png")]).toEqual(["cat/0.png", "cat/0.png"]);
  expect(result).toMatchObject({ data: "data", groups: 14, groupSource: "content" });
  expect(result.duplicates).toContainEqual({
    a: "cat/0.png",
    b: "cat/again.png",
    kind: "same-file",
    changes: [],
    text: "the same file",
  });
  expect(result.skipped).toEqual([{ path: "dog/notes.txt", reason: "not an image: .txt" }]);
  expect(await filesIn(data)).toEqual(before);
  const run = join(folder, "runs", "audit-data-1");
  expect(await filesIn(run)).toEqual(["audit.html", "audit.json", "groups.csv"]);
  expect(documentOf(await readFile(join(run, "audit.json"), "utf8"))).toEqual(result);
  expect(await readFile(join(run, "groups.csv"), "utf8")).toMatch(
    /^path,label,group,scene\ncat\/0\.png,cat,cat\/0\.png,\n/,
  );
  const page = await readFile(join(run, "audit.html"), "utf8");
  expect(page).toContain("data:image/jpeg;base64,");
  expect(page).not.toMatch(/(src|href)="(?!data:|#)/);
});

test("audit takes an archive, divided data and groups from the paths", async () => {
  const folder = await temporaryFolder();
  const data = join(folder, "data");
  for (const [p, part] of ["train", "test"].entries())
    for (const [c, label] of ["cat", "dog"].entries())
      for (let i = 0; i < 3; i++)
        await put(join(data, part, label, `p${i}-${p}.png`), await photograph(100 * p + 10 * c + i));
  await put(join(data, "test", "cat", "p9-leak.png"), await photograph(0));
  await create({ file: join(folder, "data.tar.gz"), gzip: true, cwd: folder }, ["data"]);
  const { code, out } = await ranIn(folder, [
    "audit",
    "data.tar.gz",
    "--json",
    "--group-pattern",
    "([a-z]+/p[0-9])-",
  ]);
  expect(code).toBe(0);
  const result = documentOf(out);
  expect(result).toMatchObject({ groupSource: "pattern", groups: 7, run: join("runs", "audit-data-1") });
  expect(result.images[0]).toMatchObject({ path: "data/test/cat/p0-1.png", part: "test", group: "cat/p0" });
  const across = result.findings.find(({ code: name }) => name === "near-duplicates-across-parts");
  // By the pattern all of the test part shares its groups with the training part, and by content the last image.
  expect(across?.data).toEqual({ parts: [{ part: "test", leaking: 7, images: 7 }] });
});

test("audit refuses results inside of the data and folders that hold something else", async () => {
  const folder = await temporaryFolder();
  await put(join(folder, "data", "cat", "0.png"), await photograph(1));
  await put(join(folder, "mine", "letter.txt"), "dear");
  await mkdir(join(folder, "empty"));
  const inside = await ranIn(folder, ["audit", "data", "--out", "data/found"]);
  const occupied = await ranIn(folder, ["audit", "data", "--out", "mine"]);
  const empty = await ranIn(folder, ["audit", "empty"]);
  expect(inside.err).toMatch(/--out: .*outside of the data/);
  expect(occupied.err).toMatch(/--out mine: .*new or empty folder/);
  expect(empty.err).toMatch(/empty: .*empty folder/);
  expect([inside.code, occupied.code, empty.code]).toEqual([2, 2, 1]);
  expect(await filesIn(folder)).toEqual(["data/cat/0.png", "mine/letter.txt"]);
});
