import { beforeAll, describe, expect, test } from "vitest";
import { dense, exponentialDecay, flatten, sequential, sgd } from "../../src/nn/index.ts";
import { type EndEvent, type FitEvent, type FitOptions, fit } from "../../src/train/index.ts";
import { collect, toyData, toyOptions } from "./toy.ts";

const dull = sequential([flatten(), dense({ units: 3, activation: "softmax", kernelInitializer: "zeros" })]);

// Three steps an epoch: five epochs at a rate that moves nothing, then one at which the toy is learned.
const late: Partial<FitOptions> = {
  epochs: 9,
  optimizer: sgd({ learningRate: 5e-10 }),
  schedule: exponentialDecay({ decaySteps: 15, decayRate: 1e8, staircase: true }),
};

/** "epoch 3", "+not-learning" and "-not-learning", in the order of the events. */
const told = (events: readonly FitEvent[]): readonly string[] =>
  events.flatMap((event) => {
    if (event.type === "epoch") return [`epoch ${event.epoch}`];
    if (event.type === "advice") return [`+${event.code}`];
    return event.type === "advice-withdrawn" ? [`-${event.code}`] : [];
  });

describe("a training that begins to learn after five epochs", () => {
  let events: readonly FitEvent[] = [];
  let end: EndEvent | undefined;
  beforeAll(async () => {
    ({ events, end } = await collect(fit(dull, toyData(24, 15), toyOptions(late))));
  });

  test("is told once that it does not learn, after three epochs, and that this no longer holds", () => {
    const all = told(events);
    expect(all.slice(0, 4)).toEqual(["epoch 1", "epoch 2", "epoch 3", "+not-learning"]);
    expect(all.filter((one) => one.endsWith("not-learning"))).toEqual(["+not-learning", "-not-learning"]);
    // The sixth epoch learns.
    expect(all.indexOf("-not-learning")).toBe(all.indexOf("epoch 6") + 1);
  });

  test("ends with the advice that was given and not withdrawn", () => {
    const holding = new Set<string>();
    for (const event of events) {
      if (event.type === "advice") holding.add(event.code);
      if (event.type === "advice-withdrawn") expect(holding.delete(event.code)).toBe(true);
    }
    expect(end?.advice.map(({ code }) => code).toSorted()).toEqual([...holding].toSorted());
    expect([...holding]).not.toContain("not-learning");
  });
});

test("a training that never learns keeps its advice to the end", async () => {
  const options = toyOptions({ epochs: 4, optimizer: sgd({ learningRate: 1e-9 }) });
  const { events, end } = await collect(fit(dull, toyData(24, 15), options));
  expect(told(events).filter((one) => one.startsWith("-"))).toEqual([]);
  expect(end.advice.map(({ code }) => code)).toContain("not-learning");
});
