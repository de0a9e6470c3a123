import { describe, expect, test, vi } from "vitest";
import { sameNumbers } from "../../../src/base/index.ts";
import { type AugmentRequest, augmentPreview } from "../../../src/app/index.ts";
import { drawText, textLines } from "../../../src/app/augment/font.ts";
import { drawSheet, sheetSize } from "../../../src/app/augment/sheet.ts";
import type { Raster } from "../../../src/data/index.ts";
import { colourImages, fakeServices, never, recorded } from "../fakeServices.ts";

const request: AugmentRequest = { data: "cells", preview: "out/sheet.png", size: 6, images: 5 };

describe("a preview", () => {
  test("is one file, of images of every class in turn with versions that training would see", async () => {
    const services = fakeServices(colourImages(4));
    const { result } = await recorded(augmentPreview({ ...request, augment: "heavy" }, services, never));
    expect(services.files.written).toEqual(["out/sheet.png"]);
    expect(services.open.size).toBe(0);
    const { width, height } = sheetSize(6, 5, 8);
    expect(services.files.held.get("out/sheet.png")).toHaveLength(width * height * 3);
    expect(result).toMatchObject({
      preview: "out/sheet.png",
      augment: "heavy",
      size: 6,
      seed: 0,
      skipped: [],
    });
    expect(result.images.map(({ label }) => label)).toEqual(["blue", "green", "red", "blue", "green"]);
    expect(result.images[0]!.versions.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(result.images.flatMap(({ versions }) => versions.flatMap(({ changes }) => changes))).toEqual(
      expect.arrayContaining([expect.stringMatching(/^crop \d+%$/), "flip"]),
    );
  });

  test("is the same for the same seed, and another for another", async () => {
    const sheetOf = async (seed: number): Promise<Uint8Array> => {
      const services = fakeServices(colourImages(4));
      await recorded(augmentPreview({ ...request, seed }, services, never));
      return services.files.held.get("out/sheet.png")!;
    };
    const [one, again, other] = [await sheetOf(1), await sheetOf(1), await sheetOf(2)];
    expect([sameNumbers(one, again), sameNumbers(one, other)]).toEqual([true, false]);
  });

  /** Of a list of one's own: its steps as they were read, and what changed in the first version of the first image. */
  async function ofList(steps: string): Promise<readonly unknown[]> {
    const services = fakeServices(colourImages(2));
    const read = async (): Promise<Uint8Array> => new TextEncoder().encode(steps);
    const files = { ...services.files, read };
    const { result } = await recorded(
      augmentPreview({ ...request, augment: "./my.json" }, { ...services, files }, never),
    );
    return [result.augment, result.images[0]!.versions[0]!.changes];
  }

  test("shows a list of one's own", async () => {
    expect(await ofList('[{"type": "randomGrayscale", "probability": 1}]')).toEqual([
      [{ type: "randomGrayscale", probability: 1 }],
      ["grayscale"],
    ]);
  });

  test.each([
    [-0.1, ["rotate -36 deg", "brightness -10%"]],
    [0.1, ["rotate +36 deg", "brightness +10%"]],
    [-0.0001, ["rotate 0 deg", "brightness 0%"]],
  ])("labels a change by %d with its sign, and with none where it rounds to 0", async (factor, labels) => {
    const range = `[${factor}, ${factor}]`;
    const steps = ["randomRotation", "randomBrightness"].map(
      (type) => `{"type": "${type}", "factor": ${range}}`,
    );
    expect((await ofList(`[${steps.join(", ")}]`))[1]).toEqual(labels);
  });

  test.each<[Partial<AugmentRequest>, string]>([
    [{ preview: "there.png" }, "--preview: expected a new file, received there.png, which is there already"],
    [{ preview: "sheet.jpg" }, "--preview: expected a file that ends in .png"],
    [{ augment: "auto" }, "--augment: expected none, mirror"],
    [{ augment: "hevy" }, "use heavy"],
    [{ augment: "bad.json" }, "bad.json[0].type: expected one of randomFlip"],
    [{ size: 2000, images: 200 }, "--images: expected a sheet of at most 64 million pixels"],
  ])("%j is refused before the data is opened", async (changes, message) => {
    const openTree = vi.fn<() => never>();
    const services = fakeServices({}, { openTree });
    services.files.held.set("./there.png", new Uint8Array(1));
    services.files.held.set("bad.json", new TextEncoder().encode('[{"type": "flip"}]'));
    await expect(recorded(augmentPreview({ ...request, ...changes }, services, never))).rejects.toThrow(
      message,
    );
    expect(openTree).not.toHaveBeenCalled();
    expect(services.files.written).toEqual([]);
  });
});

describe("a sheet", () => {
  const colour = (level: number): Raster => ({
    width: 60,
    height: 60,
    data: new Uint8Array(10_800).fill(level),
  });

  test("shows each image where its cell is, every pixel as a square", () => {
    const rows = [
      [colour(10), colour(20)],
      [colour(30), colour(40)],
    ].map((row) => row.map((image) => ({ image, text: "" })));
    const { width, data } = drawSheet({ title: "", rows }, 60);
    const { scale, cellWidth, cellHeight } = sheetSize(60, 2, 2);
    expect(scale).toBe(2);
    const count = (level: number): number => data.filter((byte) => byte === level).length;
    for (const level of [10, 20, 30, 40]) expect(count(level)).toBe(120 * 120 * 3);
    const middle = (row: number, column: number): number | undefined =>
      data[((28 + row * cellHeight + 60) * width + 8 + column * cellWidth + 60) * 3];
    expect([middle(0, 0), middle(0, 1), middle(1, 0), middle(1, 1)]).toEqual([10, 20, 30, 40]);
  });

  test("writes letters of dots, and a question mark for those that it has not", () => {
    const drawn = (text: string): string => {
      const image = { width: 5, height: 7, data: new Uint8Array(105) };
      drawText(image, text, { left: 0, top: 0, level: 1 });
      const rows = Array.from({ length: 7 }, (_, y) =>
        Array.from({ length: 5 }, (__, x) => (image.data[(y * 5 + x) * 3] ? "#" : ".")).join(""),
      );
      return rows.join("\n");
    };
    expect(drawn("T")).toBe("#####\n#.#.#\n..#..\n..#..\n..#..\n..#..\n..#..");
    expect(drawn("é")).toBe(drawn("?"));
    expect(drawn(" ")).not.toContain("#");
  });

  test("breaks labels between words, and ends them where there is no room", () => {
    expect(textLines("rotate +12 deg, zoom 1.05", 14, 4)).toEqual(["rotate +12", "deg, zoom 1.05"]);
    expect(textLines("abcdefghij", 6, 4)).toEqual(["abcd.."]);
    expect(textLines("a b c d e", 1, 3)).toEqual(["a", "b", ".."]);
  });
});
