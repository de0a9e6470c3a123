import { parse } from "csv-parse/sync";
import { describe, expect, test } from "vitest";
import { type AuditRequest, type AuditResult, audit } from "../../src/app/index.ts";
import type { DataEvent } from "../../src/app/events.ts";
import {
  type FakeServices,
  type Recorded,
  colourImages,
  fakeServices,
  filesBelow,
  never,
  recorded,
} from "./fakeServices.ts";

const audited = (
  services: FakeServices,
  changes: Partial<AuditRequest> = {},
): Promise<Recorded<DataEvent, AuditResult>> =>
  recorded(audit({ data: "in/cells.zip", out: "out", ...changes }, services, never));

const twice = "190 20 30 1";

/** Images of three classes, with the same file in two classes, and one that is no image. */
const junk = {
  ...colourImages(5),
  "red/again.png": twice,
  "blue/again.png": twice,
  "green/broken.png": "no image",
};

describe("an audit", () => {
  test("writes the page, the document and the groups, and nothing else", async () => {
    const services = fakeServices(junk);
    const { result } = await audited(services);
    expect(filesBelow(services, "out")).toEqual(["audit.html", "audit.json", "groups.csv"]);
    expect(result).toMatchObject({ data: "in/cells.zip", run: "out", report: "out/audit.html" });
    expect(JSON.parse(services.files.text("out/audit.json"))).toEqual({
      schema: 1,
      ...JSON.parse(JSON.stringify(result)),
    });
    expect([...services.open]).toEqual([]);
  });

  test("has in its groups every image once, and one file under two labels in one group", async () => {
    const services = fakeServices(junk);
    await audited(services);
    const rows: readonly Record<string, string>[] = parse(services.files.text("out/groups.csv"), {
      columns: true,
    });
    expect(rows.map(({ path = "" }) => path).toSorted()).toEqual(Object.keys(junk).toSorted());
    const groupOf = new Map(rows.map(({ path, group }) => [path, group]));
    expect(groupOf.get("red/again.png")).toBe(groupOf.get("blue/again.png"));
    expect(rows.map(({ path = "", label }) => [path, label])).toEqual(
      rows.map(({ path = "" }) => [path, path.split("/")[0]]),
    );
  });

  test("names what cannot be read, and the files that are the same, each with its text", async () => {
    const { result } = await audited(fakeServices(junk));
    const codes = result.findings.map(({ code }) => code);
    expect(codes).toContain("unreadable");
    const same = result.duplicates.filter(({ kind }) => kind === "same-file");
    expect(same).toHaveLength(1);
    expect(same[0]?.text).not.toBe("");
    for (const { text } of result.findings) expect(text).not.toBe("");
  });

  test("lists the findings from the most severe on", async () => {
    const { findings } = (await audited(fakeServices(junk))).result;
    const ranks = findings.map(({ severity }) => ["error", "warning", "note"].indexOf(severity));
    expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
    expect(ranks).not.toContain(-1);
  });

  test("takes the groups of a pattern where one is given", async () => {
    const { result } = await audited(fakeServices(colourImages(4)), { groupPattern: "/(\\d)" });
    expect(result).toMatchObject({ groupSource: "pattern", groups: 4 });
  });

  test("shows an example small, encoded once, and none of a file that is gone meanwhile", async () => {
    const encoded: number[] = [];
    const services = fakeServices(junk, {
      encodeJpeg: async ({ width, data }) => {
        encoded.push(width);
        return data.slice(0, 3);
      },
    });
    await audited(services);
    const page = services.files.text("out/audit.html");
    expect(page).toContain("data:image/jpeg;base64,");
    expect(encoded.length).toBeGreaterThan(0);
    expect(Math.max(...encoded)).toBeLessThanOrEqual(160);
    const shown = encoded.length;
    // After the images were read, reading one a second time fails.
    const openTree: typeof services.openTree = async (path) => {
      const tree = await services.openTree(path);
      const seen = new Set<string>();
      return {
        ...tree,
        read: async (name) => {
          if (seen.has(name)) throw new Error("gone");
          seen.add(name);
          return tree.read(name);
        },
      };
    };
    const again = { ...services, openTree };
    await audited(again, { out: "later" });
    expect(encoded).toHaveLength(shown);
    expect(filesBelow(services, "later")).toContain("audit.html");
  });

  test("takes the time from the clock", async () => {
    const services = fakeServices(colourImages(3));
    let now = 0;
    const { result } = await audited({ ...services, clock: () => (now += 1500) });
    expect(result.seconds).toBe(1.5);
  });

  test("of one class is an audit too, and of none is refused before a folder is made", async () => {
    const one = Object.fromEntries(
      Object.entries(colourImages(3)).filter(([path]) => path.startsWith("red/")),
    );
    expect((await audited(fakeServices(one))).result.images).toHaveLength(3);
    const services = fakeServices({ "notes.txt": "words" });
    await expect(audited(services)).rejects.toThrow();
    expect(services.files.written).toEqual([]);
    expect([...services.open]).toEqual([]);
  });

  test("is refused for a folder that holds files, before the data is opened", async () => {
    const services = fakeServices(junk, { openTree: () => Promise.reject(new Error("opened")) });
    await services.files.write("out/mine.txt", "mine");
    await expect(audited(services)).rejects.toMatchObject({ exitCode: 2 });
    expect(filesBelow(services, "out")).toEqual(["mine.txt"]);
  });

  test("takes back what it wrote where the last file cannot be written", async () => {
    const services = fakeServices(junk);
    const write: typeof services.files.write = (path, bytes) =>
      path.endsWith("groups.csv")
        ? Promise.reject(new Error("disk full"))
        : services.files.write(path, bytes);
    await expect(audited({ ...services, files: { ...services.files, write } })).rejects.toThrow("disk full");
    expect(filesBelow(services, "out")).toEqual([]);
    expect([...services.open]).toEqual([]);
  });
});
