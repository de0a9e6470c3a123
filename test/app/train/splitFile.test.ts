import { createHash } from "node:crypto";
import { parse } from "csv-parse/sync";
import { describe, expect, test } from "vitest";
import { type TrainRequest, type TrainResult, train } from "../../../src/app/index.ts";
import {
  type FakeServices,
  colourImages,
  fakeServices,
  filesBelow,
  never,
  recorded,
  request,
} from "../fakeServices.ts";

const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex");

/** A split.csv that holds out the first two images of each class, in groups of two. */
const tableOf = (images: Record<string, string>): string => {
  const rows = Object.entries(images).map(([path, text]) => {
    const [label = "", name = ""] = path.split("/");
    const number = Number.parseInt(name, 10);
    const group = `${label}-${number >> 1}`;
    return `${path},${label},${group},${number < 2 ? "validation" : "train"},${digestOf(text)}`;
  });
  return ["path,label,group,part,sha256", ...rows].join("\n");
};

async function trained(
  images: Record<string, string>,
  table: string,
  changes: Partial<TrainRequest> = {},
): Promise<{ readonly result: TrainResult; readonly services: FakeServices }> {
  const services = fakeServices(images);
  services.files.held.set("split.csv", new TextEncoder().encode(table));
  const running = train({ ...request, epochs: 1, split: "split.csv", ...changes }, services, never);
  const failed = recorded(running).catch((error: unknown) => {
    expect(filesBelow(services, "run")).toEqual([]);
    expect([...services.open]).toEqual([]);
    throw error;
  });
  return { result: (await failed).result, services };
}

const images = colourImages(6);

describe("a split file", () => {
  test("decides the parts whatever the seed, with its groups, for data that lies in another folder", async () => {
    const moved = Object.fromEntries(Object.entries(images).map(([path, text]) => [`cells/${path}`, text]));
    const { result, services } = await trained(moved, tableOf(images), { seed: 5 });
    expect(result).toMatchObject({ split: "file", groupSource: "file", groups: 3 });
    const rows: readonly Record<string, string>[] = parse(services.files.text("run/split.csv"), {
      columns: true,
    });
    const held = rows.filter(({ part }) => part === "validation");
    expect(held.map(({ path, group }) => [path, group])).toEqual(
      ["blue", "green", "red"].flatMap((label) =>
        [0, 1].map((i) => [`cells/${label}/${i}.png`, `${label}-0`]),
      ),
    );
    expect(rows).toHaveLength(18);
  });

  test("without groups leaves them to the pattern", async () => {
    const bare = tableOf(images)
      .split("\n")
      .map((line) => line.split(",").toSpliced(2, 1).join(","))
      .join("\n");
    const { result } = await trained(images, bare, { groupPattern: "([a-z]+)/" });
    expect(result).toMatchObject({ groupSource: "pattern", groups: 3 });
  });

  const { "red/0.png": first = "", ...others } = images;
  test.each<[string, Record<string, string>, RegExp]>([
    ["an image with other bytes", { ...images, "red/0.png": "190 20 30 77" }, /red\/0\.png: .*sha256/],
    ["an image that is gone", others, /red\/0\.png/],
    ["an image that it does not name", { ...images, "red/new.png": first }, /red\/new\.png/],
  ])("is refused for %s", async (_, changed, says) => {
    await expect(trained(changed, tableOf(images))).rejects.toThrow(says);
  });

  test("is refused for an image with another label", async () => {
    const relabelled = tableOf(images).replace("red/0.png,red", "red/0.png,blue");
    await expect(trained(images, relabelled)).rejects.toThrow(/red\/0\.png: .*blue.*red/);
  });

  test.each([
    ["without the column path", "name,part\na,train\n", /path/],
    ["without rows", "path,part\n", /^split\.csv: /],
    ["with a part that there is not", "path,part\nred/0.png,somewhere\n", /somewhere/],
    ["with an image twice", "path,part\nred/0.png,train\nred/0.png,train\n", /red\/0\.png/],
    ["that leaves the validation set empty", tableOf(images).replaceAll("validation", "train"), /./],
  ])("%s is refused", async (_, table, says) => {
    await expect(trained(images, table)).rejects.toThrow(says);
  });

  test("that is no file is refused as a wrong option", async () => {
    await expect(trained(images, "", { split: "gruoped" })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('"gruoped"') as string,
    });
  });
});
