import { describe, expect, test } from "vitest";
import { type Codec, prepareImages, resize } from "../../../src/data/index.ts";
import { patterned } from "../trees.ts";

/** As the images of a collection are summed while they are read. */
async function sumsOf(data: Uint8Array, width: number, height: number): Promise<Float64Array> {
  const codec: Codec = { decode: () => Promise.resolve({ width, height, data }) };
  const tree = {
    name: "one image",
    list: () => Promise.resolve([]),
    read: () => Promise.resolve(new Uint8Array(1)),
    close: () => Promise.resolve(),
  };
  const options = { codec, transforms: [resize({ height, width })], classNames: ["a"] };
  const { channelSums } = await prepareImages(tree, [{ path: "a.png", label: "a" }], options);
  return channelSums;
}

function plainSums(data: Uint8Array): number[] {
  const sums = [0, 0, 0, 0, 0, 0];
  data.forEach((x, i) => {
    sums[i % 3] = (sums[i % 3] ?? 0) + x;
    sums[3 + (i % 3)] = (sums[3 + (i % 3)] ?? 0) + x * x;
  });
  return sums;
}

describe("sums of an image's channels", () => {
  // 32,768 pixels are summed at a time, by sixteens.
  test.each([
    [1, 1],
    [5, 3],
    [16, 1],
    [17, 1],
    [256, 128],
    [331, 99],
    [256, 129],
  ])("are those of the plain loop: %i x %i", async (width, height) => {
    const { data } = patterned(width, height);
    expect([...(await sumsOf(data, width, height))]).toEqual(plainSums(data));
  });

  test("do not overflow where a large image is white", async () => {
    const data = new Uint8Array(1500 * 1000 * 3).fill(255);
    const each = 1500 * 1000;
    expect([...(await sumsOf(data, 1500, 1000))]).toEqual(
      [each, each, each].map((n) => n * 255).concat([each, each, each].map((n) => n * 255 * 255)),
    );
  });
});
