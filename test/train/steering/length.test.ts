import { describe, expect, test } from "vitest";
import { cosine, learningRateAt, sgd } from "../../../src/nn/index.ts";
import { type FitOptions, type TrainingControl, fit } from "../../../src/train/index.ts";
import { collect, toyData, toyModel, toyOptions } from "../toy.ts";

/** Six planned epochs of four steps. */
const planned: Partial<FitOptions> = {
  epochs: 6,
  optimizer: sgd({ learningRate: 0.1 }),
  schedule: cosine({ totalSteps: 24 }),
};

interface Change {
  readonly after: number;
  readonly epochs: number;
}

/** Sets the epochs at the end of some of them. */
async function changed(
  changes: readonly Change[],
  options: Partial<FitOptions> = planned,
): ReturnType<typeof collect> {
  let control: TrainingControl | undefined;
  const events = fit(
    toyModel,
    toyData(),
    toyOptions({ ...options, onControl: (given) => (control = given) }),
  );
  async function* steered(): typeof events {
    for await (const event of events) {
      yield event;
      const change = event.type === "epoch" && changes.find(({ after }) => after === event.epoch);
      if (change && control) control.epochs = change.epochs;
    }
  }
  return await collect(steered());
}

const rates = ({ end }: Awaited<ReturnType<typeof collect>>): readonly number[] =>
  end.history.map(({ learningRate }) => learningRate);

/** The rate of a step of the plan, from 1, where it may be a part of one. */
const plannedRate = (step: number): number => learningRateAt(cosine({ totalSteps: 24 }), 0.1, step);

describe("a length that is changed at the end of an epoch", () => {
  test("spreads what is left of the schedule over the epochs that are left", async () => {
    // After 2 epochs 16 steps of the plan are left: for 2 epochs of 4 steps, 2 a step; for 8, a half a step.
    const shorter = await changed([{ after: 2, epochs: 4 }]);
    expect(rates(shorter)).toEqual([4, 8, 15, 23].map(plannedRate));
    const longer = await changed([{ after: 2, epochs: 10 }]);
    expect(rates(longer)).toEqual(
      [4, 8, 10.5, 12.5, 14.5, 16.5, 18.5, 20.5, 22.5, 24.5].map((step) => plannedRate(step)),
    );
    expect(longer.end.lengths).toEqual([{ after: 2, epochs: 10 }]);
  });

  test("may change again", async () => {
    const twice = await changed([
      { after: 2, epochs: 4 },
      { after: 3, epochs: 5 },
    ]);
    // 8 of the plan's steps were left after the third epoch, for 8 steps.
    expect(rates(twice)).toEqual([4, 8, 15, 20, 24].map(plannedRate));
  });

  test("is told, and gives the same bits where it is repeated, or resumed", async () => {
    const changes = [{ after: 2, epochs: 4 }];
    const first = await changed(changes, { ...planned, checkpoints: true });
    const repeated = await changed([], { ...planned, lengths: changes });
    expect(repeated.end.lastWeights).toEqual(first.end.lastWeights);
    const kept = first.events.flatMap((event) => (event.type === "checkpoint" ? [event.checkpoint] : []));
    const resumed = await changed([], { ...planned, resume: kept[2]! });
    expect(resumed.end.lastWeights).toEqual(first.end.lastWeights);
    expect(resumed.events[0]).toMatchObject({ type: "start", epoch: 4, epochs: 4 });
  });

  test("is a whole number, and no less than the epochs that have begun", async () => {
    await expect(changed([{ after: 2, epochs: 1 }])).rejects.toThrow(/^epochs: .*from 2, .*received 1/);
    await expect(changed([{ after: 2, epochs: 2.5 }])).rejects.toThrow("expected a whole number from 2");
  });

  test("ends the training where no epoch is left", async () => {
    const { end } = await changed([{ after: 2, epochs: 2 }]);
    expect(end).toMatchObject({ reason: "done", lengths: [{ after: 2, epochs: 2 }] });
    expect(end.history).toHaveLength(2);
  });
});
