import { beforeAll, describe, expect, test } from "vitest";
import { readRecord, writeRecord } from "../../src/bundle/index.ts";
import { adam } from "../../src/nn/index.ts";
import { type Checkpoint, fit, parseCheckpointState } from "../../src/train/index.ts";
import { scriptedData, scriptedModel, scriptedOptions } from "./scripted.ts";
import { collect } from "./toy.ts";

/** After two epochs, of which the first was the better one. */
let saved: Checkpoint;
beforeAll(async () => {
  const script = { losses: [0.5, 0.75], validations: [{ right: 4 }, { right: 3 }] };
  const options = scriptedOptions(script, { epochs: 2, checkpoints: true, optimizer: adam(), seed: 3 });
  const { events } = await collect(fit(scriptedModel, scriptedData(4, 4), options));
  const checkpoints = events.flatMap((event) => (event.type === "checkpoint" ? [event.checkpoint] : []));
  expect(checkpoints).toHaveLength(2);
  saved = checkpoints[1]!;
});

/** Goes on from a checkpoint to a third epoch. */
const resumed = (resume: Checkpoint, seed = 3): ReturnType<typeof collect> =>
  collect(
    fit(
      scriptedModel,
      scriptedData(4, 4),
      scriptedOptions({ validations: [{ right: 2 }] }, { epochs: 3, resume, seed, optimizer: adam() }),
    ),
  );

const withTensors = (change: (name: string, data: Float32Array) => Float32Array | undefined): Checkpoint => {
  const kept = Object.entries(saved.tensors).flatMap(([name, data]) => {
    const changed = change(name, data);
    return changed ? [[name, changed] as const] : [];
  });
  return { ...saved, tensors: Object.fromEntries(kept) };
};

describe("a checkpoint", () => {
  test("holds every number of the session and the best epoch's weights", () => {
    expect(Object.keys(saved.tensors).sort()).toEqual([
      "best/dense/kernel",
      "now/adam/m/dense/kernel",
      "now/adam/v/dense/kernel",
      "now/dense/kernel",
    ]);
    const [now, best] = [saved.tensors["now/dense/kernel"]!, saved.tensors["best/dense/kernel"]!];
    // The scripted engine adds 1 at each step, and the best epoch lies one step back.
    expect([...now].map((x, i) => Math.round(x - best[i]!))).toEqual([1, 1]);
    expect(saved.state).toMatchObject({ epoch: 2, step: 2, seed: 3, firstLoss: 0.5, bestEpoch: 1 });
    expect(saved.state.history.map(({ loss }) => loss)).toEqual([0.5, 0.75]);
  });

  test("comes back from its bytes as it was", () => {
    const { tensors, state } = readRecord(writeRecord(saved), "checkpoint");
    expect(tensors).toEqual(saved.tensors);
    expect(parseCheckpointState(state, "checkpoint")).toEqual(saved.state);
  });

  test("leads to the next epoch, and its best epoch stays the best until a better one comes", async () => {
    const { events, end } = await resumed(saved);
    expect(events[0]).toMatchObject({ type: "start", epoch: 3, epochs: 3 });
    expect(end).toMatchObject({ reason: "done", bestEpoch: 1 });
    expect(end.history.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    expect(end.weights["dense/kernel"]).toEqual(saved.tensors["best/dense/kernel"]);
    expect(end.lastWeights["dense/kernel"]).toEqual(saved.tensors["now/dense/kernel"]!.map((x) => x + 1));
  });

  test("after the last epoch ends at once, with the best weights", async () => {
    const options = scriptedOptions({}, { epochs: 2, resume: saved, seed: 3, optimizer: adam() });
    const { events, end } = await collect(fit(scriptedModel, scriptedData(4, 4), options));
    expect(events.some(({ type }) => type === "batch")).toBe(false);
    expect(end).toMatchObject({ reason: "done", bestEpoch: 1 });
    expect(end.weights["dense/kernel"]).toEqual(saved.tensors["best/dense/kernel"]);
  });

  test("judges an explosion against the loss of the very first step", async () => {
    const resume = { ...saved, state: { ...saved.state, firstLoss: 5 } };
    const script = (loss: number): Parameters<typeof scriptedOptions>[0] => ({ losses: [loss] });
    const reasonAt = async (loss: number): Promise<string> =>
      (
        await collect(
          fit(
            scriptedModel,
            scriptedData(4, 4),
            scriptedOptions(script(loss), { epochs: 3, resume, seed: 3, optimizer: adam() }),
          ),
        )
      ).end.reason;
    expect([await reasonAt(4999), await reasonAt(5001)]).toEqual(["done", "diverged"]);
  });
});

describe("a checkpoint is refused before the first step", () => {
  test.each<[string, () => Checkpoint, RegExp]>([
    [
      "without an array of the optimiser",
      () => withTensors((name, data) => (name === "now/adam/v/dense/kernel" ? undefined : data)),
      /^resume: expected .* 2 numbers now\/adam\/v\/dense\/kernel, received none; .+/,
    ],
    [
      "with an array of another length",
      () => withTensors((name, data) => (name === "now/dense/kernel" ? data.slice(1) : data)),
      /2 numbers now\/dense\/kernel, received 1; .+/,
    ],
    [
      "without the best epoch's weights, which are only needed at the end",
      () => withTensors((name, data) => (name.startsWith("best/") ? undefined : data)),
      /2 numbers best\/dense\/kernel, received none; .+/,
    ],
  ])("%s", async (_, made, message) => {
    await expect(resumed(made())).rejects.toThrow(message);
  });

  test("of another seed", async () => {
    await expect(resumed(saved, 4)).rejects.toThrow("resume: seed: expected 3, as before, received 4");
  });
});

describe("the state of a checkpoint", () => {
  const changed = (fields: object): unknown => ({ ...saved.state, ...fields });
  test.each<[string, () => unknown]>([
    ["that is missing", () => null],
    ["that is a list", () => [saved.state]],
    ["without epochs", () => changed({ epoch: 0, history: [] })],
    ["with half an epoch", () => changed({ epoch: 1.5 })],
    ["with a step in text", () => changed({ step: "2" })],
    ["without a seed", () => changed({ seed: undefined })],
    // JSON writes NaN as null.
    ["whose first loss is none", () => changed({ firstLoss: null })],
    ["whose history is too short", () => changed({ history: saved.state.history.slice(1) })],
    ["whose history is out of order", () => changed({ history: saved.state.history.toReversed() })],
    ["with an epoch without a loss", () => changed({ epoch: 1, history: [{ epoch: 1, accuracy: 1 }] })],
    ["whose best epoch is none", () => changed({ bestEpoch: 0 })],
    ["whose best epoch was never reached", () => changed({ bestEpoch: 3 })],
  ])("%s is refused by the name of its file", (_, made) => {
    expect(() => parseCheckpointState(made(), "run/checkpoint")).toThrow(
      /^run\/checkpoint: expected a checkpoint, received another record; .+/,
    );
  });
});
