import { describe, expect, test } from "vitest";
import { at, ndarray, seeded } from "../../src/base/index.ts";
import { rescale } from "../../src/data/index.ts";
import { referenceBackend } from "../../src/engine/index.ts";
import { predictModel } from "../../src/evaluate/index.ts";
import {
  type ExplainedModel,
  brightest,
  filterImage,
  gradCam,
  imagesSource,
  lastConvolution,
  occlusion,
  openActivations,
  peakOf,
} from "../../src/explain/index.ts";
import { colourTable } from "../../src/explain/colours.ts";
import { scaleHeat } from "../../src/explain/heat.ts";
import { enlarge, grid } from "../../src/explain/rasters.ts";
import { conv2d, dense, flatten, globalAveragePooling2d, sequential } from "../../src/nn/index.ts";

/**
 * A net whose every number is chosen: map 0 is red / 255, map 1 is green / 255, and the scores of the classes
 * "red", "green" and "neither" are 8 · mean(red) - 2 · mean(green), 8 · mean(green) and 0.
 */
const net: ExplainedModel = {
  model: sequential([
    conv2d({ filters: 2, kernelSize: 1, name: "maps" }),
    globalAveragePooling2d(),
    dense({ units: 3, activation: "softmax", name: "head" }),
  ]),
  inputShape: [4, 4, 3],
  transforms: [rescale({ scale: 1 / 255 })],
  weights: {
    "maps/kernel": Float32Array.of(1, 0, 0, 1, 0, 0),
    "maps/bias": new Float32Array(2),
    "head/kernel": Float32Array.of(8, 0, 0, -2, 8, 0),
    "head/bias": new Float32Array(3),
  },
};

/** Black but for some pixels. */
function imageOf(
  pixels: readonly (readonly [x: number, y: number, colour: readonly number[]])[],
): Uint8Array {
  const bytes = new Uint8Array(48);
  for (const [x, y, colour] of pixels) bytes.set(colour, (y * 4 + x) * 3);
  return bytes;
}
const red = [255, 0, 0];
const green = [0, 255, 0];
const backend = referenceBackend();

describe("Grad-CAM of a net that is known", () => {
  test("is the map of the class's colour, weighted by the class's weight over the 16 positions", async () => {
    const image = imageOf([
      [1, 0, red],
      [2, 3, green],
    ]);
    const { heat, layer } = await gradCam(net, { images: [image, image], classes: [0, 1] }, { backend });
    expect(layer).toBe("maps");
    // ∂score/∂map = weight / 16 at each position; heat = relu(Σ weight / 16 · map).
    const expected = (x: number, y: number): readonly number[] =>
      Array.from({ length: 16 }, (_, i) => (i === y * 4 + x ? 8 / 16 : 0));
    for (const [i, [x, y]] of (
      [
        [1, 0],
        [2, 3],
      ] as const
    ).entries())
      for (const [position, value] of expected(x, y).entries())
        expect(heat[i]?.data[position]).toBeCloseTo(value, 6);
    // Green speaks against "red" with weight 2; nothing speaks against "green".
    expect(heat[0]?.against).toBeCloseTo(2 / 16, 6);
    expect(heat[1]?.against).toBeCloseTo(0, 6);
  });

  test("is 0 everywhere for a class that no map speaks for", async () => {
    const { heat } = await gradCam(net, { images: [imageOf([[0, 0, red]])], classes: [2] }, { backend });
    expect([...(heat[0]?.data ?? [1])].every((value) => value === 0)).toBe(true);
  });

  test("evidence that is faint beside what speaks against it is not shown at full brightness", async () => {
    const faint = imageOf([
      [0, 0, [5, 0, 0]],
      [3, 3, green],
    ]);
    const { heat } = await gradCam(net, { images: [faint], classes: [0] }, { backend });
    const map = at(heat, 0);
    expect(peakOf(map)).toBeCloseTo((8 / 16) * (5 / 255), 6);
    expect(brightest(map)).toBeCloseTo(0.1 * (2 / 16), 6);
  });

  test("stops between batches when it is told to", async () => {
    const request = { images: [imageOf([])], classes: [0] };
    await expect(gradCam(net, request, { backend, signal: AbortSignal.abort() })).rejects.toThrow();
  });
});

describe("occlusion of the same net", () => {
  const classify = async (images: readonly Uint8Array[]): Promise<Float32Array> => {
    const source = imagesSource(net, { images, classes: images.map(() => 0) });
    const predictions = await predictModel(net, source, { backend });
    return predictions?.probabilities.data ?? new Float32Array(0);
  };
  const softmax = (scores: readonly number[]): readonly number[] => {
    const powers = scores.map(Math.exp);
    return powers.map((power) => power / powers.reduce((sum, one) => sum + one, 0));
  };

  test("drops by what the softmax loses where the red pixel is covered, and by as much as grey adds elsewhere", async () => {
    const image = imageOf([[2, 1, red]]);
    const { drops, probability, patch } = await occlusion(image, {
      inputShape: [4, 4, 3],
      classify,
      classIndex: 0,
      patch: 1,
      stride: 1,
    });
    expect(patch).toBe(1);
    expect(drops.shape).toEqual([4, 4]);
    const chance = (reds: number): number => at(softmax([(8 * reds) / 16, 0, 0]), 0);
    expect(probability).toBeCloseTo(chance(1), 5);
    // The mean colour is 255 / 16 = 16 of red: it replaces the red pixel, or a black one.
    const mean = 16 / 255;
    for (const [i, drop] of drops.data.entries())
      expect(drop).toBeCloseTo(i === 6 ? chance(1) - chance(mean) : chance(1) - chance(1 + mean), 5);
  });
});

describe("activations of the same net", () => {
  test("show each map on the layer's scale, from the darkest colour to the brightest", async () => {
    const image = imageOf([
      [0, 0, red],
      [1, 0, [128, 0, 0]],
    ]);
    const opened = await openActivations(net, { backend });
    expect(opened.layers).toEqual(["maps"]);
    const [found] = await opened.explain(image);
    opened.close();
    expect(found).toMatchObject({ layer: "maps", shape: [4, 4, 2], shown: 2 });
    const colours = colourTable("viridis");
    const shown = (x: number): readonly number[] => [
      ...(found?.raster.data.subarray(x * 3, x * 3 + 3) ?? []),
    ];
    // Tiles of 4 × 4 positions are enlarged 16 times.
    expect(shown(0)).toEqual([...colours.subarray(765, 768)]);
    expect(shown(16)).toEqual([...colours.subarray(128 * 3, 128 * 3 + 3)]);
    expect(shown(32)).toEqual([...colours.subarray(0, 3)]);
    // The second map is dark everywhere.
    expect(shown(66)).toEqual([...colours.subarray(0, 3)]);
  });

  test("of a model without maps are refused", async () => {
    const model = sequential([flatten(), dense({ units: 2 })], { name: "flat" });
    await expect(openActivations({ ...net, model }, { backend })).rejects.toThrow(
      "flat: expected a model with layers that give maps",
    );
  });
});

describe("filters of the same net", () => {
  test("show the largest weight at white and none at mid-grey, in the image's colours", () => {
    const { raster, filters, channels } = filterImage(net);
    expect([filters, channels]).toEqual([2, 3]);
    const pixel = (x: number): readonly number[] => [...raster.data.subarray(x * 3, x * 3 + 3)];
    expect(pixel(0)).toEqual([255, 128, 128]);
    expect(pixel(raster.width - 1)).toEqual([128, 255, 128]);
  });

  test("of zeros alone are mid-grey", () => {
    const weights = { ...net.weights, "maps/kernel": new Float32Array(6) };
    expect([...filterImage({ ...net, weights }).raster.data.subarray(0, 3)]).toEqual([128, 128, 128]);
  });

  test("the default layer of Grad-CAM is the convolution, or none of a net of dense layers", () => {
    expect(lastConvolution(net.model, [4, 4, 3])).toBe("maps");
    expect(lastConvolution(sequential([flatten(), dense({ units: 2 })]), [4, 4, 3])).toBeUndefined();
  });
});

describe("images to explain", () => {
  test("are normalised as the model's file says, with the class as target", async () => {
    const image = imageOf([[3, 3, [51, 102, 255]]]);
    const source = imagesSource(net, { images: [imageOf([]), image], classes: [2, 1] });
    const target = { x: new Float32Array(48), y: new Float32Array(1) };
    await source.write({ indices: Int32Array.of(1), epoch: 0 }, target);
    expect(target.y[0]).toBe(1);
    expect([...target.x.subarray(45)].map((x) => Number(x.toFixed(6)))).toEqual([0.2, 0.4, 1]);
  });

  test("of another size are refused, and so are classes that are missing or no whole numbers", () => {
    const images = [imageOf([])];
    expect(() => imagesSource(net, { images: [new Uint8Array(47)], classes: [0] })).toThrow(
      "explain: images[0]: expected 48 bytes, received 47",
    );
    expect(() => imagesSource(net, { images, classes: [] })).toThrow(/classes\[0\].*received none/);
    expect(() => imagesSource(net, { images, classes: [0.5] })).toThrow(/from 0 to 2, received 0.5/);
    expect(() => imagesSource(net, { images, classes: [-1] })).toThrow(/received -1/);
  });
});

describe("rasters and heat", () => {
  test("a grid leaves white between tiles and after the last", () => {
    const tile = (value: number): Parameters<typeof enlarge>[0] => ({
      width: 1,
      height: 1,
      data: Uint8Array.of(value, value, value),
    });
    const { width, height, data } = grid([tile(1), tile(2), tile(3)], { columns: 2, gap: 1 });
    expect([width, height]).toEqual([3, 3]);
    const grey = Array.from({ length: 9 }, (_, i) => data[i * 3]);
    expect(grey).toEqual([1, 255, 2, 255, 255, 255, 3, 255, 255]);
    expect([...enlarge(tile(7), 2).data]).toEqual(Array.from({ length: 12 }, () => 7));
  });

  test("scaling is bilinear between the centres, as by hand, and keeps a map of the same size", () => {
    const map = ndarray(Float32Array.of(0, 4), [1, 2]);
    // Centres of four outputs fall at -0.25, 0.25, 0.75 and 1.25 of the inputs; outside goes on as the edge.
    expect([...scaleHeat(map, 1, 4).data]).toEqual([0, 1, 3, 4]);
    const random = seeded(1);
    const same = ndarray(
      Float32Array.from({ length: 12 }, () => random.next()),
      [3, 4],
    );
    expect(scaleHeat(same, 3, 4).data).toEqual(same.data);
  });

  test("the colour maps start dark, end bright and rise in lightness over every 8 steps", () => {
    for (const name of ["inferno", "viridis"] as const) {
      const table = colourTable(name);
      const lightness = Array.from(
        { length: 256 },
        (_, i) => 0.2126 * at(table, i * 3) + 0.7152 * at(table, i * 3 + 1) + 0.0722 * at(table, i * 3 + 2),
      );
      for (const [i, light] of lightness.entries())
        if (i >= 8) expect(light).toBeGreaterThan(at(lightness, i - 8));
      expect(lightness[255]).toBeGreaterThan(200);
    }
  });
});
