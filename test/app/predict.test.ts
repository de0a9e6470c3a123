import { describe, expect, test } from "vitest";
import { type PredictRequest, type PredictResult, predict } from "../../src/app/index.ts";
import type { PredictEvent } from "../../src/app/events.ts";
import { globalAveragePooling2d } from "../../src/nn/index.ts";
import { type FakeServices, type Recorded, fakeServices, never, recorded } from "./fakeServices.ts";
import { modelBytes } from "./smallModel.ts";

/** A run folder with a model, and `count` images of different colours in a folder. */
function servicesWith(count = 2): FakeServices {
  const services = fakeServices();
  const { held } = services.files;
  held.set("run/model.safetensors", modelBytes([globalAveragePooling2d()], { side: 6 }));
  for (let i = 0; i < count; i++)
    held.set(
      `in/${String(i).padStart(2, "0")}.png`,
      new TextEncoder().encode(`${(i * 37) % 200} 40 90 ${i}`),
    );
  return services;
}

const predicted = (
  services: FakeServices,
  changes: Partial<PredictRequest> = {},
  signal: AbortSignal = never,
): Promise<Recorded<PredictEvent, PredictResult>> =>
  recorded(predict({ model: "run", images: ["in"], ...changes }, services, signal));

describe("predictions", () => {
  test("come in the order given, each with its classes in falling order", async () => {
    const { result } = await predicted(servicesWith(3), { images: ["in/02.png", "in/00.png"] });
    expect(result.predictions.map(({ path }) => path)).toEqual(["in/02.png", "in/00.png"]);
    for (const { label, probability, top = [] } of result.predictions) {
      expect(top.map((one) => one.probability)).toEqual(
        top.map((one) => one.probability).toSorted((a, b) => b - a),
      );
      expect(top[0]).toEqual({ label, probability });
      expect(top.reduce((sum, one) => sum + one.probability, 0)).toBeCloseTo(1, 5);
    }
  });

  test.each([
    [undefined, 3],
    [1, 1],
    [2, 2],
    [9, 3],
  ])("with top %j name %i classes", async (top, count) => {
    const { result } = await predicted(servicesWith(1), top === undefined ? {} : { top });
    expect(result.predictions[0]?.top).toHaveLength(count);
  });

  test("of many are told 32 at a time, and are those of one by one", async () => {
    const services = servicesWith(40);
    const { result, events } = await predicted(services);
    expect(events).toEqual([
      { type: "predicting", done: 0, total: 40 },
      { type: "predicting", done: 32, total: 40 },
    ]);
    expect(result.predictions).toHaveLength(40);
    for (const i of [0, 31, 32, 39]) {
      const alone = await predicted(services, { images: [result.predictions[i]?.path ?? ""] });
      expect(result.predictions[i]?.label).toBe(alone.result.predictions[0]?.label);
      expect(result.predictions[i]?.probability).toBeCloseTo(
        alone.result.predictions[0]?.probability ?? Number.NaN,
        6,
      );
    }
  });

  test("have a reason in place of an answer where a file is broken or gone, and the others their answers", async () => {
    const services = servicesWith(2);
    await services.files.write("broken.png", "no image");
    const { result } = await predicted(services, { images: ["broken.png", "in/00.png", "gone.png"] });
    expect(result.predictions.map(({ error }) => error === undefined)).toEqual([false, true, false]);
    expect(result.predictions[0]).not.toHaveProperty("label");
  });

  test("are refused without any image, and write nothing", async () => {
    const services = servicesWith(0);
    await services.files.write("notes/a.txt", "words");
    await expect(predicted(services, { images: ["notes"] })).rejects.toThrow(/^notes: /);
    expect(services.files.written).toEqual(["notes/a.txt"]);
    expect([...services.open]).toEqual([]);
  });

  test("stop where they are aborted, with the engine closed", async () => {
    const services = servicesWith(40);
    const controller = new AbortController();
    const running = predict({ model: "run", images: ["in"] }, services, controller.signal);
    const toTheEnd = async (): Promise<void> => {
      for await (const event of running)
        if (event.type === "predicting" && event.done > 0) controller.abort();
    };
    await expect(toTheEnd()).rejects.toMatchObject({ name: "AbortError" });
    expect([...services.open]).toEqual([]);
  });
});
