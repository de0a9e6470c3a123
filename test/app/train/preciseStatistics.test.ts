import { parse } from "csv-parse/sync";
import { expect, test } from "vitest";
import { type TrainRequest, evaluate, train } from "../../../src/app/index.ts";
import { at } from "../../../src/base/index.ts";
import {
  add,
  batchNormalization,
  conv2d,
  dense,
  globalAveragePooling2d,
  sequential,
} from "../../../src/nn/index.ts";
import { wasmBackend } from "../../../src/platform/node/index.ts";
import { type FakeServices, colourImages, fakeServices, never, recorded, request } from "../fakeServices.ts";

const net = sequential([
  conv2d({ filters: 4, kernelSize: 3, padding: "same", activation: "relu" }),
  batchNormalization({ momentum: 0.99 }),
  add([[], [conv2d({ filters: 4, kernelSize: 3, padding: "same" }), batchNormalization({ momentum: 0.99 })]]),
  globalAveragePooling2d(),
  dense({ units: 3, activation: "softmax" }),
]);

/** Services whose data are those images, with the engine of real trainings. */
function servicesFor(images: Readonly<Record<string, string>>): FakeServices {
  const services = fakeServices(images, { openBackend: () => wasmBackend({ threads: 1 }) });
  services.files.held.set("net.json", new TextEncoder().encode(JSON.stringify(net)));
  return services;
}

const images = colourImages(12);
const asked: TrainRequest = { ...request, model: "net.json", epochs: 3, seed: 3 };

/** A finished training, and a folder that holds its validation images alone. */
async function trainedThenEvaluated(changes: Partial<TrainRequest> = {}) {
  const services = servicesFor(images);
  const { result, events } = await recorded(train({ ...asked, ...changes }, services, never));
  const rows: Record<string, string>[] = parse(services.files.text("run/split.csv"), { columns: true });
  const paths = new Set(rows.filter(({ part }) => part === "validation").map(({ path }) => path));
  const other = servicesFor(Object.fromEntries(Object.entries(images).filter(([path]) => paths.has(path))));
  other.files.held.set("model.safetensors", services.files.held.get("run/model.safetensors")!);
  const { result: measured } = await recorded(
    evaluate({ model: "model.safetensors", data: "cells", detect: false }, other, never),
  );
  const epochs = events.flatMap((event) => (event.type === "epoch" ? [event] : []));
  return { result, epochs, measured, validationCount: paths.size };
}

test.each<[string, Partial<TrainRequest>]>([
  ["batch norm's precise statistics", {}],
  ["an average of the weights (EMA) beside them", { ema: 0.9 }],
])("evaluate gives the saved model's figures of the validation images again: %s", async (_, changes) => {
  const { result, epochs, measured, validationCount } = await trainedThenEvaluated(changes);
  const best = at(epochs, result.bestEpoch - 1);
  expect(measured.count).toBe(validationCount);
  expect(measured.accuracy).toBe(best.validationAccuracy);
  expect(measured.confusionMatrix).toEqual(result.confusionMatrix);
  expect(measured.loss).toBeCloseTo(result.loss, 10);
});
