import { describe, expect, test } from "vitest";
import type { DataEvent } from "../../../src/app/events.ts";
import { type GroupedImages, readGrouped } from "../../../src/app/data/grouping.ts";
import { eventsOf } from "../../../src/app/protocol.ts";
import { type Codec, type Raster, resize, scan, syntheticCollection } from "../../../src/data/index.ts";
import { memoryCache } from "../../data/cache/memoryCache.ts";
import { type Recorded, fakeServices, never, recorded } from "../fakeServices.ts";

const drawn = new Map<string, Raster>();
for (const { path, raster } of syntheticCollection({
  photographsPerClass: 1,
  viewsPerPhotograph: 3,
  width: 96,
  height: 96,
}))
  drawn.set(path, raster);

const codec: Codec = {
  decode: async (bytes) => {
    const raster = drawn.get(new TextDecoder().decode(bytes));
    if (!raster) throw new Error("no such image");
    return raster;
  },
};

/** Reads images whose file holds the path of what it shows, and groups them by that. */
async function grouped(
  images: Readonly<Record<string, string>>,
  detect = true,
): Promise<Recorded<DataEvent, GroupedImages>> {
  const services = fakeServices(images, { codec });
  const tree = await services.openTree("cells");
  const collection = await scan(tree);
  const options = {
    transforms: [resize({ height: 8, width: 8 })],
    classNames: collection.classNames,
    detect,
    signal: never,
  };
  return recorded(eventsOf(readGrouped(tree, { collection }, services, options)));
}

test("named groups stay what they are, and are linked where their images are near-duplicates", async () => {
  const services = fakeServices(all, { codec });
  const tree = await services.openTree("cells");
  // Every view is a group of its own, as a column that numbers the images would have it.
  const { images, ...found } = await scan(tree);
  const collection = { ...found, images: images.map((image) => ({ ...image, group: image.path })) };
  const { classNames } = collection;
  const options = { transforms: [resize({ height: 8, width: 8 })], classNames, detect: true, signal: never };
  const grouping = { source: "column", ungrouped: 0 } as const;
  const { result, events } = await recorded(
    eventsOf(readGrouped(tree, { collection, grouping }, services, options)),
  );
  const linked = result.prepared.images.filter(({ nearDuplicates }) => nearDuplicates !== undefined);
  expect(result.prepared.images.map(({ group }) => group)).toEqual(images.map(({ path }) => path));
  expect(linked.length).toBeGreaterThan(drawn.size / 2);
  for (const { path, scene = "" } of linked) expect(photographOf(scene)).toBe(photographOf(path));
  const acrossGroups = { images: linked.length, groups: linked.length, named: drawn.size };
  expect(result.grouping).toEqual({ ...grouping, acrossGroups });
  expect(events.at(-1)).toMatchObject({ type: "groups", source: "column", acrossGroups });
});

test("a file that changes after the near-duplicates were recalled is compared anew", async () => {
  const cache = { ...memoryCache(), folder: "", maxBytes: 0, list: async () => [], clear: async () => {} };
  const services = { ...fakeServices(all, { codec }), cache };
  const [path = "", other = ""] = [...drawn.keys()].filter((one) => one.endsWith("-view-1.png"));
  let reads = 0;
  let isChanging = false;
  const group = async (side: number): Promise<GroupedImages> => {
    const plain = await services.openTree("cells");
    const read = (one: string): Promise<Uint8Array> =>
      plain.read(one === path && isChanging && ++reads > 1 ? other : one);
    const tree = { ...plain, read };
    const collection = await scan(tree);
    const { classNames } = collection;
    const transforms = [resize({ height: side, width: side })];
    const options = { transforms, classNames, detect: true, signal: never };
    return (await recorded(eventsOf(readGrouped(tree, { collection }, services, options)))).result;
  };
  const groupIn = ({ prepared: { images } }: GroupedImages, one: string): string | undefined =>
    images.find((image) => image.path === one)?.group;
  const before = await group(8);
  expect(groupIn(before, path)).not.toBe(groupIn(before, other));
  isChanging = true;
  // Pixels of another size are not known yet, so that the file is read once more.
  const after = await group(9);
  expect(reads).toBeGreaterThan(1);
  expect(groupIn(after, path)).toBe(groupIn(after, other));
});

const photographOf = (path: string): string => path.slice(0, path.lastIndexOf("-view-"));
const all = Object.fromEntries([...drawn.keys()].map((path) => [path, path]));

describe("groups by content", () => {
  test("are photographs, each named by its first image; they are told, and what was compared is not kept", async () => {
    const { result, events } = await grouped(all);
    const { images } = result.prepared;
    expect(images).toHaveLength(drawn.size);
    for (const { path, group = "" } of images) expect(photographOf(group)).toBe(photographOf(path));
    const groups = new Set(images.map(({ group }) => group));
    // A view that is cut from elsewhere may go unrecognised, and stands alone then.
    expect(groups.size).toBeLessThan(drawn.size / 2);
    expect(result.prepared).not.toHaveProperty("inspections");
    expect(result.grouping).toEqual({ source: "content", ungrouped: 0 });
    expect(events.at(-1)).toEqual({
      type: "groups",
      source: "content",
      ungrouped: 0,
      groups: groups.size,
      images: drawn.size,
    });
    expect(events.findLast(({ type }) => type === "comparing")).toEqual({
      type: "comparing",
      done: drawn.size,
      total: drawn.size,
    });
  });

  test("join the same image under another name and in another class", async () => {
    const [original = ""] = drawn.keys();
    const { result } = await grouped({ ...all, "OTHER/1.png": original, "OTHER/2.png": original });
    const groupOf = new Map(result.prepared.images.map(({ path, group }) => [path, group]));
    expect(groupOf.get("OTHER/1.png")).toBe(groupOf.get(original));
    expect(groupOf.get("OTHER/2.png")).toBe(groupOf.get(original));
  });

  test("are not looked for where they are not wanted: then every image is one of its own", async () => {
    const { result, events } = await grouped(all, false);
    expect(result.grouping).toEqual({ source: "none", ungrouped: drawn.size });
    expect(events.some(({ type }) => type === "comparing")).toBe(false);
    expect(events.at(-1)).toMatchObject({ type: "groups", groups: drawn.size });
    expect(result.prepared).not.toHaveProperty("inspections");
  });
});
