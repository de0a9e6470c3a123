import { describe, expect, test } from "vitest";
import { type TrainRequest, train } from "../../../src/app/index.ts";
import { type FakeServices, colourImages, fakeServices, never, recorded, request } from "../fakeServices.ts";

/** Ten images of each colour but red, of which there are five. */
const images = Object.fromEntries(
  Object.entries(colourImages(10)).filter(([path]) => !/^red\/[5-9]/.test(path)),
);

async function trained(
  changes: Partial<TrainRequest>,
  services = fakeServices(images),
): Promise<FakeServices> {
  await recorded(train({ ...request, epochs: 1, ...changes }, services, never));
  return services;
}

const modelOf = ({ files }: FakeServices): Uint8Array | undefined => files.held.get("run/model.safetensors");
const configOf = ({ files }: FakeServices): unknown => JSON.parse(files.text("run/config.json"));

/** The same images in a table. */
const inTable = (weightOf: (path: string) => string): Record<string, string> => {
  const rows = Object.keys(images).map((path) => `${path},${path.split("/")[0]},${weightOf(path)}\n`);
  return { ...images, "labels.csv": `path,label,weight\n${rows.join("")}` };
};

describe("weights of classes", () => {
  test("reach the training, the config and the command that trains again", async () => {
    const [plain, weighted, ones] = [
      await trained({}),
      await trained({ classWeights: { red: 2 } }),
      await trained({ classWeights: { red: 1 } }),
    ];
    expect(modelOf(weighted)).not.toEqual(modelOf(plain));
    expect(modelOf(ones)).not.toEqual(modelOf(weighted));
    expect(configOf(weighted)).toMatchObject({ classWeights: { red: 2 } });
    expect(weighted.files.text("run/report.html")).toContain("--config run/config.json");
  });

  test("balanced, are those of the training set", async () => {
    const balanced = await trained({ classWeights: "balanced" });
    // 8 + 8 + 4 training images.
    const byHand = await trained({ classWeights: { blue: 20 / 24, green: 20 / 24, red: 20 / 12 } });
    expect(configOf(balanced)).toMatchObject({ classWeights: "balanced" });
    const weightsOf = (services: FakeServices): unknown => services.files.text("run/predictions.csv");
    expect(weightsOf(balanced)).toEqual(weightsOf(byHand));
  });
});

describe("balanced sampling", () => {
  test("reaches the training, its folds, the config and the command that trains again", async () => {
    const [plain, balanced] = [await trained({}), await trained({ sampling: "balanced" })];
    expect(modelOf(balanced)).not.toEqual(modelOf(plain));
    expect(configOf(balanced)).toMatchObject({ sampling: "balanced" });
    expect(balanced.files.text("run/report.html")).toContain("--config run/config.json");
    const [folds, balancedFolds] = [
      await trained({ folds: 2 }),
      await trained({ folds: 2, sampling: "balanced" }),
    ];
    expect(balancedFolds.files.text("run/predictions.csv")).not.toBe(folds.files.text("run/predictions.csv"));
  });
});

describe("a loss", () => {
  test.each([
    [{ labelSmoothing: 0.2 }, { type: "sparseCategoricalCrossentropy", labelSmoothing: 0.2 }],
    [{ loss: "categoricalFocalCrossentropy" }, { type: "categoricalFocalCrossentropy" }],
  ] as const)("of %j reaches the training, its folds and the config", async (asked, loss) => {
    const [plain, other] = [await trained({}), await trained(asked)];
    expect(modelOf(other)).not.toEqual(modelOf(plain));
    expect(configOf(plain)).not.toHaveProperty("loss");
    expect(configOf(other)).toMatchObject({ loss });
    const [folds, otherFolds] = [await trained({ folds: 2 }), await trained({ folds: 2, ...asked })];
    expect(otherFolds.files.text("run/predictions.csv")).not.toBe(folds.files.text("run/predictions.csv"));
  });
});

describe("mixed images", () => {
  test("reach the training, its folds and the config", async () => {
    const [plain, mixed] = [await trained({}), await trained({ mixup: true, cutmix: 0.5 })];
    expect(modelOf(mixed)).not.toEqual(modelOf(plain));
    expect(configOf(mixed)).toMatchObject({ mixup: 0.2, cutmix: 0.5 });
    const [folds, mixedFolds] = [await trained({ folds: 2 }), await trained({ folds: 2, mixup: 1 })];
    expect(mixedFolds.files.text("run/predictions.csv")).not.toBe(folds.files.text("run/predictions.csv"));
  });
});

describe("a column of weights", () => {
  test("reaches the training", async () => {
    const plain = await trained({}, fakeServices(inTable(() => "1")));
    const weighted = await trained({}, fakeServices(inTable((path) => (path.startsWith("red") ? "3" : "1"))));
    expect(modelOf(weighted)).not.toEqual(modelOf(plain));
  });

  test("of nothing but 0 is refused", async () => {
    await expect(trained({}, fakeServices(inTable(() => "0")))).rejects.toThrow(
      /^cells: weights of the training images: expected a weight above 0 somewhere/,
    );
  });
});
