import { describe, expect, test } from "vitest";
import { ndarray } from "../../../src/base/index.ts";
import { augmentSteps, balancedOrder, repeatsIn } from "../../../src/data/index.ts";
import { type TrainingSource, arraySource, augmentedArraySource } from "../../../src/evaluate/index.ts";
import { fit, parseSampling } from "../../../src/train/index.ts";
import { epochExamples } from "../../../src/train/examples/order.ts";
import { collect, toyData, toyModel, toyOptions } from "../toy.ts";

/** 20 examples of class 0, 3 of class 1 and 8 of class 2, mixed. */
const labels = Int32Array.from({ length: 31 }, (_, i) => (i % 10 === 4 ? 1 : i % 4 === 1 ? 2 : 0));
const membersOf = (label: number): number[] => [...labels.keys()].filter((i) => labels[i] === label);
const orders = (epochs: number, seed = 3): readonly Int32Array[] =>
  Array.from({ length: epochs }, (_, i) => balancedOrder(labels, seed, i + 1));
const countOf = (order: Int32Array, label: number): number =>
  order.reduce((count, i) => count + Number(labels[i] === label), 0);

describe("a balanced epoch", () => {
  test("has as many draws as there are examples, each class equally often to within one", () => {
    for (const order of orders(7)) {
      expect(order).toHaveLength(labels.length);
      const counts = [0, 1, 2].map((label) => countOf(order, label));
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    }
  });

  test("gives the draw that is over to the classes in turn: after as many epochs all have the same", () => {
    const three = orders(3);
    for (const label of [0, 1, 2])
      expect(three.reduce((sum, order) => sum + countOf(order, label), 0)).toBe(labels.length);
  });

  test("repeats a rare class evenly, and shows all of a large one over the epochs", () => {
    const [first] = orders(1);
    for (const i of membersOf(1)) {
      const times = first!.filter((index) => index === i).length;
      expect([3, 4]).toContain(times);
    }
    const large = membersOf(0);
    const draws = orders(2).flatMap((order) => [...order].filter((i) => labels[i] === 0));
    expect(draws.length).toBeGreaterThanOrEqual(large.length);
    expect(new Set(draws).size).toBe(large.length);
  });

  test("is decided by seed and epoch alone", () => {
    expect(balancedOrder(labels, 3, 2)).toEqual(orders(2)[1]);
    expect(balancedOrder(labels, 4, 2)).not.toEqual(balancedOrder(labels, 3, 2));
    expect(balancedOrder(labels, 3, 1)).not.toEqual(balancedOrder(labels, 3, 2));
  });

  test("is shuffled: the classes do not come one after the other", () => {
    const classes = [...orders(1)[0]!].map((i) => labels[i]);
    expect(classes.filter((label, i) => i > 0 && label !== classes[i - 1]).length).toBeGreaterThan(10);
  });

  test("counts how often an example came before", () => {
    expect([...repeatsIn(Int32Array.of(5, 2, 5, 5, 2, 7))]).toEqual([0, 0, 1, 2, 1, 0]);
  });
});

test("a repeated image is augmented in another way, the first time as in any epoch", async () => {
  const x = ndarray(
    Uint8Array.from({ length: 108 }, (_, i) => i),
    [1, 6, 6, 3],
  );
  const source: TrainingSource = augmentedArraySource(x, ndarray(Int32Array.of(0), [1]), {
    augment: augmentSteps("light"),
    seed: 1,
  });
  const written = async (repeats?: Int32Array): Promise<Float32Array> => {
    const target = { x: new Float32Array(108), y: new Float32Array(1) };
    await source.write({ indices: Int32Array.of(0), epoch: 1, ...(repeats && { repeats }) }, target);
    return target.x;
  };
  expect(await written(Int32Array.of(0))).toEqual(await written());
  expect(await written(Int32Array.of(1))).not.toEqual(await written());
});

describe("balanced sampling in training", () => {
  test("trains on each class equally often", async () => {
    const x = ndarray(new Float32Array(31 * 108).fill(0.5), [31, 6, 6, 3]);
    const source = arraySource(x, ndarray(labels, [31]));
    const taken: number[] = [];
    const train = {
      ...source,
      write: (...[request, target]: Parameters<typeof source.write>) => {
        if (request.epoch > 0) taken.push(...request.indices);
        return source.write(request, target);
      },
    };
    await collect(fit(toyModel, { train }, toyOptions({ epochs: 1, sampling: "balanced", seed: 3 })));
    expect(Int32Array.from(taken)).toEqual(
      epochExamples(source, { sampling: "balanced", seed: 3, epoch: 1 }).order,
    );
    expect(countOf(Int32Array.from(taken), 1)).toBeGreaterThanOrEqual(10);
  });

  test("is refused where classes are not known before the examples come", async () => {
    const { labels: _, ...unknown } = toyData().train;
    await expect(
      collect(fit(toyModel, { train: unknown }, toyOptions({ sampling: "balanced" }))),
    ).rejects.toThrow(
      /^fit: sampling: expected shuffled where the classes .* received balanced; give arrays/,
    );
  });

  test("by another word is refused, naming the nearest", () => {
    expect(() => parseSampling("--sampling", "balancd")).toThrow(
      /^--sampling: expected shuffled or balanced, received "balancd"; use balanced$/,
    );
  });
});
