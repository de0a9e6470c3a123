import { describe, expect, test } from "vitest";
import { type TrainRequest, readConfig, train } from "../../../src/app/index.ts";
import { sizeOf } from "../../../src/base/index.ts";
import { readBundle } from "../../../src/bundle/index.ts";
import { referenceBackend } from "../../../src/engine/index.ts";
import { type FakeServices, colourImages, fakeServices, never, recorded, request } from "../fakeServices.ts";

/** A machine where a run of a program takes so many milliseconds for each image; nothing else takes any time. */
function timedServices(msOf: (program: string) => number): FakeServices & { readonly seconds: () => number } {
  let now = 0;
  const services = fakeServices(colourImages(20), {
    clock: () => now,
    openBackend: async () => {
      const backend = referenceBackend();
      return {
        ...backend,
        open: async (programs) => {
          const session = await backend.open(programs);
          return {
            ...session,
            run: (program, inputs) => {
              now += msOf(program) * ((inputs["x"]?.length ?? 0) / sizeOf([6, 6, 3]));
              return session.run(program, inputs);
            },
          };
        },
      };
    },
  });
  return { ...services, seconds: () => now / 1000 };
}

const { epochs: _, ...untimed } = request;
const timed: TrainRequest = { ...untimed, minutes: 10 };

const lengthOf = async (
  services: FakeServices,
  asked: TrainRequest,
): Promise<{ readonly epochs: number; readonly planned: number; readonly time: unknown }> => {
  const { events, result } = await recorded(train(asked, services, never));
  const ready = events.find((event) => event.type === "ready");
  return { epochs: result.epochs, planned: ready?.epochs ?? 0, time: ready?.time };
};

const weightsIn = ({ files }: FakeServices, run: string): unknown =>
  readBundle(files.held.get(`${run}/model.safetensors`)!, "model").weights;

describe("a training that is given minutes", () => {
  test("has as many epochs as fit, by the speed of the machine", async () => {
    const services = timedServices(() => 125);
    const { epochs, planned, time } = await lengthOf(services, timed);
    expect(Math.abs(epochs - planned)).toBeLessThan(2);
    expect(planned).toBeGreaterThan(40);
    expect(time).toEqual({ minutes: 10 });
    expect(Math.abs(services.seconds() - 600)).toBeLessThan(30);
  });

  test.each([
    ["slower", 200],
    ["faster", 80],
  ])(
    "keeps to them where the machine turns out %s, and its config.json gives the same bits",
    async (_, ms) => {
      const services = timedServices((program) => (program === "step" ? 125 : ms));
      const { epochs, planned } = await lengthOf(services, timed);
      expect(epochs < planned).toBe(ms > 125);
      expect(Math.abs(services.seconds() - 600)).toBeLessThan(30);

      const config = await readConfig("run", services.files);
      expect(config).toMatchObject({ epochs: planned });
      expect(config).not.toHaveProperty("minutes");
      const again = await recorded(train({ ...config, data: "cells", out: "again" }, services, never));
      expect(again.result.epochs).toBe(epochs);
      expect(weightsIn(services, "again")).toEqual(weightsIn(services, "run"));
    },
  );

  test("says where the time is short, and what would do", async () => {
    const { planned, time } = await lengthOf(
      timedServices(() => 2500),
      timed,
    );
    expect(planned).toBeLessThan(6);
    expect(time).toEqual({ minutes: 10, short: { epochs: expect.any(Number), minutes: expect.any(Number) } });
  });

  test("is refused where not one epoch fits, with the minutes that would do", async () => {
    const services = timedServices(() => 8000);
    await expect(recorded(train(timed, services, never))).rejects.toThrow(
      /^--minutes 10: expected time for an epoch at least, which takes \d+ min.*use --minutes \d+ or more/,
    );
  });

  test("has folds that share them, with the training on all images or, of an ensemble, without it", async () => {
    const epochs = [];
    for (const ensemble of [false, true]) {
      const services = timedServices(() => 125);
      epochs.push((await lengthOf(services, { ...timed, folds: 3, ensemble })).epochs);
      expect(Math.abs(services.seconds() - 600)).toBeLessThan(60);
    }
    expect(epochs[1]).toBeGreaterThan(epochs[0] ?? 0);
  });

  test("is refused beside epochs", async () => {
    await expect(
      recorded(
        train(
          { ...timed, epochs: 3 },
          timedServices(() => 1),
          never,
        ),
      ),
    ).rejects.toThrow(/^--minutes: expected no such option beside --epochs/);
  });
});
