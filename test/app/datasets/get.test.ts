import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type KnownDataset,
  type DatasetEvent,
  type DatasetFile,
  type DownloadServices,
  datasets,
  getDataset,
} from "../../../src/app/datasets/index.ts";
import { fileStore, largeFiles, openTree } from "../../../src/platform/node/index.ts";
import { scan } from "../../../src/data/index.ts";
import { zipOf } from "../../platform/archives.ts";
import { type Recorded, recorded } from "../fakeServices.ts";
import { type DatasetResult } from "../../../src/app/index.ts";
import {
  type Answer,
  type DataServer,
  cutAfter,
  cutAlways,
  serve,
  stallAfter,
  status,
  whole,
  wholeAlways,
} from "./server.ts";

let folder = "";
let server: DataServer | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fovea-test-"));
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  await rm(folder, { recursive: true, force: true });
});

/** Longer than what is written at once. */
const content = new Uint8Array(3_000_000).map((_, i) => (i * 7 + (i >> 8)) % 256);
const md5Of = (bytes: Uint8Array): string => createHash("md5").update(bytes).digest("hex");
const digest = { algorithm: "md5", value: md5Of(content) } as const;

const dataset = (files: readonly DatasetFile[], changes: Partial<KnownDataset> = {}): KnownDataset => ({
  name: "cells",
  title: "Cells",
  about: "cells",
  licence: "CC0",
  source: "https://example.org/cells",
  citation: "Nobody: Cells, 2026.",
  data: "",
  files,
  ...changes,
});

/** Time runs a hundred times quicker than in earnest. */
const services = (known: readonly KnownDataset[]): DownloadServices => ({
  files: fileStore,
  largeFiles,
  fetch: (url, init) => fetch(url, init),
  sleep: (milliseconds, signal) => setTimeout(milliseconds / 100, undefined, { signal }),
  now: () => Date.UTC(2026, 10, 30),
  datasets: known,
});

const get = (
  one: KnownDataset,
  signal: AbortSignal = new AbortController().signal,
): Promise<Recorded<DatasetEvent, DatasetResult>> =>
  recorded(getDataset({ name: one.name, out: join(folder, "out") }, services([one]), signal));

/** A set of one file, a.bin, with its checksum, behind addresses that answer so. */
async function behind(...answers: readonly (readonly Answer[])[]): Promise<KnownDataset> {
  server = await serve(Object.fromEntries(answers.map((list, i) => [`/${i}`, list])));
  const { url } = server;
  return dataset([{ name: "a.bin", urls: answers.map((_, i) => `${url}/${i}`), digest }]);
}

/** Whether the file holds these bytes; comparing them one by one would take the matcher minutes. */
const holds = async (bytes: Uint8Array): Promise<boolean> =>
  Buffer.compare(await readFile(join(folder, "out/a.bin")), bytes) === 0;

const reasons = (events: readonly DatasetEvent[]): readonly string[] =>
  events.flatMap((event) => (event.type === "trouble" ? [event.reason] : []));

describe("a download", () => {
  test("says first whose the data is, and keeps it beside it", async () => {
    const one = await behind([whole(content)]);
    const { events, result } = await get(one);
    expect(events[0]).toEqual({ type: "source", dataset: one, folder: join(folder, "out") });
    expect(await holds(content)).toBe(true);
    const sha256 = createHash("sha256").update(content).digest("hex");
    const url = `${server?.url}/0`;
    expect(result.files).toEqual([{ name: "a.bin", url, bytes: 3_000_000, sha256, published: digest }]);
    const text = await readFile(join(folder, "out/SOURCE.txt"), "utf8");
    for (const part of ["CC0", one.source, one.citation, url, sha256, digest.value, "2026-11-30"])
      expect(text).toContain(part);
    expect((await readdir(join(folder, "out"))).toSorted()).toEqual(["SOURCE.txt", "a.bin"]);
  });

  test("says how much has come, of how much", async () => {
    const { events } = await get(await behind([whole(content)]));
    const received = events.flatMap((event) => (event.type === "downloading" ? [event] : []));
    expect(received.every(({ total }) => total === content.length)).toBe(true);
    expect(received.length).toBeGreaterThan(2);
    expect(received.map((one) => one.received)).toEqual(
      received.map((one) => one.received).toSorted((a, b) => a - b),
    );
    expect(received.at(-1)?.received).toBe(content.length);
  });

  test("goes on where the connection broke off", async () => {
    const one = await behind([cutAfter(content, 1_200_000), cutAfter(content, 800_000), whole(content)]);
    const { events } = await get(one);
    expect(await holds(content)).toBe(true);
    expect(server?.asked.get("/0")).toEqual(["", "bytes=1200000-", "bytes=2000000-"]);
    expect(reasons(events)).toHaveLength(2);
  });

  test("goes on where an earlier call was interrupted", async () => {
    const one = await behind([stallAfter(content, 1_500_000), whole(content)]);
    const stop = new AbortController();
    const running = getDataset({ name: "cells", out: join(folder, "out") }, services([one]), stop.signal);
    await expect(
      (async () => {
        for await (const event of running)
          if (event.type === "downloading" && event.received > 0) stop.abort();
      })(),
    ).rejects.toThrow(/abort/i);
    expect(await readdir(join(folder, "out"))).toEqual(["a.bin.part"]);
    await get(one);
    expect(await holds(content)).toBe(true);
    const [, range] = server?.asked.get("/0") ?? [];
    expect(Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1])).toBeGreaterThan(1_000_000);
  });

  test("begins again where the server knows no ranges", async () => {
    const one = await behind([cutAfter(content, 1_200_000), wholeAlways(content)]);
    await get(one);
    expect(await holds(content)).toBe(true);
    expect(server?.asked.get("/0")).toEqual(["", "bytes=1200000-"]);
  });

  test("gives up where a server that knows no ranges breaks off at the same place each time", async () => {
    const one = await behind(Array.from({ length: 9 }, () => cutAlways(content, 1_200_000)));
    await expect(get(one)).rejects.toThrow(/expected a file that can be downloaded/);
    // Three tries in a row that come no further than one before.
    expect(server?.asked.get("/0")).toHaveLength(4);
  });

  test("begins again where the part that was there is of another file", async () => {
    const one = await behind([whole(content)]);
    await mkdir(join(folder, "out"));
    await writeFile(join(folder, "out/a.bin.part"), "another file");
    const { events } = await get(one);
    expect(await holds(content)).toBe(true);
    expect(reasons(events)).toEqual([expect.stringMatching(/^other bytes: md5 /)]);
  });

  test("takes a part that is whole already, and drops one that is too long", async () => {
    const one = await behind([whole(content)]);
    await mkdir(join(folder, "out"));
    await writeFile(join(folder, "out/a.bin.part"), content);
    await get(one);
    expect(server?.asked.get("/0")).toEqual(["bytes=3000000-"]);
    await rm(join(folder, "out/a.bin"));
    await writeFile(join(folder, "out/a.bin.part"), new Uint8Array(3_000_001));
    await get(one);
    expect(await holds(content)).toBe(true);
  });

  test("takes the next address where one has no such file, falls silent, sends other bytes or is not there", async () => {
    const wrong = content.map((byte) => byte ^ 1);
    const one = await behind([status(404)], [stallAfter(content, 0)], [whole(wrong)], [whole(content)]);
    const nowhere = {
      ...one,
      files: one.files.map((file) => ({ ...file, urls: ["http://127.0.0.1:1/", ...file.urls] })),
    };
    const { events, result } = await get(nowhere);
    expect(await holds(content)).toBe(true);
    expect(result.files[0]?.url).toMatch(/\/3$/);
    const told = reasons(events).join("\n");
    expect(told).toMatch(/bad port|ECONNREFUSED/);
    expect(told).toMatch(/404 Not Found/);
    expect(told).toMatch(/no answer for 30 s/);
    expect(told).toMatch(/other bytes: md5 \w+, not \w+/);
  });

  test("goes on after a silence in the middle", async () => {
    const one = await behind([stallAfter(content, 1_200_000), whole(content)]);
    await get(one);
    expect(await holds(content)).toBe(true);
    expect(server?.asked.get("/0")).toEqual(["", "bytes=1200000-"]);
  });

  test("tries a busy server again, and gives up after three tries", async () => {
    await get(await behind([status(503), status(429), whole(content)]));
    expect(await holds(content)).toBe(true);
    await server?.close();
    await rm(join(folder, "out"), { recursive: true });
    const one = await behind([status(503)]);
    await expect(get(one)).rejects.toThrow(
      /^a\.bin: .*received 503 Service Unavailable from http:.*\/0; try again/,
    );
    expect(server?.asked.get("/0")).toHaveLength(3);
  });

  test("has the licence beside a file that came, though the next one cannot be had", async () => {
    const one = await behind([whole(content)], [status(404)]);
    const [first = "", second = ""] = one.files[0]?.urls ?? [];
    const files = [
      { name: "a.bin", urls: [first], digest },
      { name: "b.bin", urls: [second], digest },
    ];
    await expect(get({ ...one, files })).rejects.toThrow(/^b\.bin: .*received 404/);
    expect((await readdir(join(folder, "out"))).toSorted()).toEqual(["SOURCE.txt", "a.bin"]);
    expect(await readFile(join(folder, "out/SOURCE.txt"), "utf8")).toContain("CC0");
  });

  test("says in words that a server is not there", async () => {
    const one = await behind([]);
    await server?.close();
    await expect(get(one)).rejects.toThrow(/received a server that refuses connections from http:.*\/0;/);
    expect(await readdir(folder)).toEqual([]);
  });

  test("follows an address that leads elsewhere", async () => {
    const elsewhere: Answer = (_, response) => void response.writeHead(302, { location: "/1" }).end();
    await get(await behind([elsewhere], [whole(content)]));
    expect(await holds(content)).toBe(true);
  });

  test("takes a file of unknown length, and drops one that ends too early", async () => {
    const sent =
      (bytes: Uint8Array): Answer =>
      (_, response) => {
        response.write(bytes, () => response.end());
      };
    const { events } = await get(await behind([sent(content.subarray(0, 1000))], [sent(content)]));
    expect(await holds(content)).toBe(true);
    expect(reasons(events)).toEqual([expect.stringMatching(/^other bytes: md5 /)]);
  });

  test("leaves no file under its name where no address gives the right bytes", async () => {
    const one = await behind([whole(content.subarray(1))], [status(404)]);
    await expect(get(one)).rejects.toThrow(/other bytes: md5 .* from .*, 404 Not Found from/);
    expect(await readdir(folder)).toEqual([]);
  });

  test("is not repeated for files that are there, and replaces none of another content", async () => {
    const one = await behind([whole(content)]);
    await get(one);
    const { result } = await get(one);
    expect(server?.asked.get("/0")).toHaveLength(1);
    expect(result.files[0]).not.toHaveProperty("url");
    await writeFile(join(folder, "out/a.bin"), "mine");
    await expect(get(one)).rejects.toThrow(/a\.bin: expected no file yet, or one with md5/);
    expect(await holds(Buffer.from("mine"))).toBe(true);
  });

  test("of a file without a checksum records what came, and never joins two tries", async () => {
    const one = await behind([cutAfter(content, 1_200_000), whole(content)]);
    const { digest: _, ...unchecked } = one.files[0] ?? { name: "", urls: [] };
    const { result } = await get({ ...one, files: [unchecked] });
    expect(server?.asked.get("/0")).toEqual(["", ""]);
    expect(await holds(content)).toBe(true);
    expect(result.files[0]).not.toHaveProperty("published");
    expect(await readFile(join(folder, "out/SOURCE.txt"), "utf8")).toContain("no checksum is published");
  });

  test("checks the size where it is known", async () => {
    const one = await behind([whole(content)]);
    const { digest: _, ...unchecked } = one.files[0] ?? { name: "", urls: [] };
    await expect(get({ ...one, files: [{ ...unchecked, bytes: 5 }] })).rejects.toThrow(
      /other bytes: 3000000 of them, not 5/,
    );
  });
});

test("folders of an archive are unpacked, and nothing else of it", async () => {
  const zip = zipOf({
    "cells-main/README.md": "cells",
    "cells-main/in/TRAIN/a/1.png": "1",
    "cells-main/in/TEST/b/2.png": "2",
    "cells-main/in/MORE/b/3.png": "3",
  });
  server = await serve({ "/zip": [whole(zip)] });
  const file = { name: "cells.zip", urls: [`${server.url}/zip`], folders: ["in/TRAIN", "in/TEST"] };
  const { result } = await get(dataset([file], { data: "images" }));
  expect(result.data).toBe(join(folder, "out/images"));
  const tree = await openTree(result.data);
  const { images } = await scan(tree);
  await tree.close();
  expect(images).toEqual([
    { path: "TEST/b/2.png", label: "b", part: "test" },
    { path: "TRAIN/a/1.png", label: "a", part: "train" },
  ]);
  expect((await readdir(join(folder, "out"))).toSorted()).toEqual(["SOURCE.txt", "cells.zip", "images"]);
  await rm(join(folder, "out/images"), { recursive: true });
  const lacking = dataset([{ ...file, folders: ["in/OTHER"] }], { data: "images" });
  await expect(get(lacking)).rejects.toThrow(/cells\.zip: expected an archive with in\/OTHER/);
  expect((await readdir(join(folder, "out"))).toSorted()).toEqual(["SOURCE.txt", "cells.zip"]);
});

test("names of classes are written where files have only numbers", async () => {
  server = await serve({ "/0": [whole(content)] });
  const one = dataset([{ name: "a.bin", urls: [`${server.url}/0`], digest }], { classNames: ["x", "y/z"] });
  await get(one);
  expect(await readFile(join(folder, "out/classes.txt"), "utf8")).toBe("x\ny/z\n");
});

test("an unknown name is refused with the nearest", async () => {
  const running = getDataset({ name: "mnits" }, services(datasets()), new AbortController().signal);
  await expect(recorded(running)).rejects.toThrow(/received "mnits"; did you mean mnist\?/);
});

test("the table names each data set once, with a licence, a source and addresses", () => {
  const names = datasets().map(({ name }) => name);
  expect(names).toEqual(["cifar-10", "cifar-100", "mnist", "fashion-mnist", "eurosat", "blood-cells"]);
  for (const { licence, source, files } of datasets()) {
    expect(licence).not.toBe("");
    expect(() => new URL(source)).not.toThrow();
    for (const { urls, digest: known } of files) {
      expect(urls.length).toBeGreaterThan(0);
      for (const url of urls) expect(() => new URL(url)).not.toThrow();
      if (known) expect(known.value).toMatch(known.algorithm === "md5" ? /^[0-9a-f]{32}$/ : /^[0-9a-f]{64}$/);
    }
  }
});
