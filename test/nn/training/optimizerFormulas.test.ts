import { describe, expect, test } from "vitest";
import { at, seeded } from "../../../src/base/index.ts";
import {
  type Optimizer,
  adadelta,
  adagrad,
  adam,
  adamax,
  adamw,
  batchNormalization,
  dense,
  lamb,
  lion,
  nadam,
  rmsprop,
  scalarsAt,
  sequential,
  sgd,
  trainingProgram,
} from "../../../src/nn/index.ts";
import { referenceBackend } from "../../../src/engine/index.ts";
import { wasmBackend } from "../../../src/platform/node/index.ts";
import { runSteps } from "../run.ts";

// Each optimiser against its paper's own algorithm, written out in float64 for a linear model of three weights:
// loss (w·x - y)², gradient 2(w·x - y)x, with other examples and another learning rate at every step.

type Vector = readonly number[];

const steps = 12;
const random = seeded(11);
const examples = Array.from({ length: steps }, () => ({
  x: [random.normal(), random.normal(), random.normal()],
  y: random.normal(),
}));
const start: Vector = [0.5, -1, 2];
const rateAt = (step: number): number => 0.02 * (1 + (step % 3));

const dot = (a: Vector, b: Vector): number => a.reduce((sum, x, i) => sum + x * at(b, i), 0);
/** Gradient of step t, from 1, at w. */
function gradient(w: Vector, t: number): Vector {
  const { x, y } = at(examples, t - 1);
  return x.map((value) => 2 * (dot(w, x) - y) * value);
}

const model = sequential([dense({ units: 1, useBias: false })]);

/** The weights after so many steps of the training program. */
async function trained(optimizer: Optimizer, count = steps): Promise<Vector> {
  const program = trainingProgram(model, {
    inputShape: [3],
    batchSize: 1,
    loss: "meanSquaredError",
    optimizer,
  });
  const inputs = examples.slice(0, count).map(({ x, y }, i) => ({
    x,
    y,
    ...scalarsAt(optimizer, i + 1, rateAt(i + 1)),
  }));
  const { parameters } = await runSteps(program, { parameters: { "dense/kernel": [...start] }, inputs });
  return parameters["dense/kernel"] ?? [];
}

/** The weights after all steps of an algorithm that keeps vectors of its own. */
function byPaper(step: (w: Vector, g: (w: Vector) => Vector, t: number) => Vector): Vector {
  let w = start;
  for (let t = 1; t <= steps; t++) w = step(w, (point) => gradient(point, t), t);
  return w;
}

function expectNear(found: Vector, expected: Vector): void {
  expect(found).toHaveLength(expected.length);
  for (const [i, value] of found.entries()) expect(value).toBeCloseTo(at(expected, i), 5);
}

const zeros: Vector = [0, 0, 0];
const mix = (a: number, v: Vector, b: number, w: Vector): Vector => v.map((x, i) => a * x + b * at(w, i));

describe("twelve steps follow the paper", () => {
  test("sgd: w - rate·g", async () => {
    const expected = byPaper((w, g, t) => mix(1, w, -rateAt(t), g(w)));
    expectNear(await trained(sgd()), expected);
  });

  test("momentum (Polyak 1964), with the velocity in units of the weights", async () => {
    let v = zeros;
    const expected = byPaper((w, g, t) => {
      v = mix(0.9, v, -rateAt(t), g(w));
      return mix(1, w, 1, v);
    });
    expectNear(await trained(sgd({ momentum: 0.9 })), expected);
  });

  test("nesterov (Sutskever et al. 2013): the gradient is taken where the velocity leads", async () => {
    // The paper moves theta and looks ahead; the program's weights are the point that it looks at.
    let [theta, v] = [start, zeros];
    for (let t = 1; t <= steps; t++) {
      v = mix(0.8, v, -rateAt(t), gradient(mix(1, theta, 0.8, v), t));
      theta = mix(1, theta, 1, v);
    }
    expectNear(await trained(sgd({ momentum: 0.8, nesterov: true })), mix(1, theta, 0.8, v));
  });

  test("rmsprop (Hinton 2012): divides by the root of a running mean of squares", async () => {
    let s = zeros;
    const expected = byPaper((w, g, t) => {
      const now = g(w);
      s = mix(
        0.8,
        s,
        0.2,
        mix(
          1,
          now.map((x) => x * x),
          0,
          zeros,
        ),
      );
      return w.map((x, i) => x - (rateAt(t) * at(now, i)) / Math.sqrt(at(s, i) + 1e-3));
    });
    expectNear(await trained(rmsprop({ rho: 0.8, epsilon: 1e-3 })), expected);
  });

  // Algorithm 1 corrects both means; the program's form, from the end of section 2, differs in epsilon's place alone.
  const adamStep = (decay: number): ((w: Vector, g: (w: Vector) => Vector, t: number) => Vector) => {
    let [m, v] = [zeros, zeros];
    return (w, g, t) => {
      const now = g(w);
      m = mix(0.7, m, 0.3, now);
      v = mix(
        0.95,
        v,
        0.05,
        now.map((x) => x * x),
      );
      return w.map((x, i) => {
        const mean = at(m, i) / (1 - 0.7 ** t);
        const square = at(v, i) / (1 - 0.95 ** t);
        return x - rateAt(t) * (mean / (Math.sqrt(square) + 1e-12) + decay * x);
      });
    };
  };
  const moments = { beta1: 0.7, beta2: 0.95, epsilon: 1e-12 };

  test("adam (Kingma & Ba 2015, algorithm 1)", async () => {
    expectNear(await trained(adam(moments)), byPaper(adamStep(0)));
  });

  test("adamw (Loshchilov & Hutter 2019, algorithm 2): decay beside the adaptive step, not within", async () => {
    expectNear(await trained(adamw({ ...moments, weightDecay: 0.3 })), byPaper(adamStep(0.3)));
  });

  test("adamw without decay is adam", async () => {
    expect(await trained(adamw({ ...moments, weightDecay: 0 }))).toEqual(await trained(adam(moments)));
  });

  test("clipped to a norm, each gradient keeps its direction", async () => {
    const expected = byPaper((w, g, t) => {
      const now = g(w);
      const norm = Math.sqrt(dot(now, now));
      return mix(1, w, -rateAt(t) * Math.min(1, 0.5 / norm), now);
    });
    expectNear(await trained(sgd({ globalClipNorm: 0.5 })), expected);
    expect(await trained(sgd({ globalClipNorm: 0.5 }))).not.toEqual(await trained(sgd()));
  });
});

describe("what follows from the formulas", () => {
  /** Weights after `count` steps on one example whose prediction is already right, so that no gradient is left. */
  async function still(optimizer: Optimizer, count: number): Promise<Vector> {
    const options = { inputShape: [1], batchSize: 1, loss: "meanSquaredError", optimizer } as const;
    const program = trainingProgram(sequential([dense({ units: 1 })]), options);
    const inputs = Array.from({ length: count }, (_, i) => ({
      x: 0,
      y: 0,
      ...scalarsAt(optimizer, i + 1, 0.1),
    }));
    const { parameters } = await runSteps(program, { parameters: { "dense/kernel": [2] }, inputs });
    return [...(parameters["dense/kernel"] ?? []), ...(parameters["dense/bias"] ?? [])];
  }

  test.each([
    sgd({ momentum: 0.9 }),
    sgd({ globalClipNorm: 1 }),
    sgd({ clipNorm: 1 }),
    rmsprop(),
    adam(),
    nadam(),
    adamax(),
    adagrad(),
    adadelta(),
    lion(),
    lamb(),
  ])("without a gradient $type moves nothing, and divides by no zero", async (optimizer) =>
    expect(await still(optimizer, 4)).toEqual([2, 0]),
  );

  test("without a gradient adamw shrinks a weight by rate · weightDecay at each step", async () => {
    const [weight] = await still(adamw({ weightDecay: 0.5 }), 6);
    expect(weight).toBeCloseTo(2 * (1 - 0.1 * 0.5) ** 6, 6);
  });

  test("adam's first step is the rate against the gradient's sign, however small the gradient", async () => {
    const [after, g] = [await trained(adam({ epsilon: 1e-12 }), 1), gradient(start, 1)];
    expectNear(
      after,
      start.map((w, i) => w - rateAt(1) * Math.sign(at(g, i))),
    );
  });
});

test.each([false, true])(
  "betaRateFactor scales the steps of betas and no decay, beside the step: %j",
  async (decoupledWeightDecay) => {
    const layers = sequential([batchNormalization({ scale: false }), dense({ units: 1, useBias: false })]);
    const starts = { "batch_normalization/beta": [0.5, -1], "dense/kernel": [2, 1] };
    const after = async (betaRateFactor: number, weightDecay: number): Promise<Vector> => {
      const optimizer = sgd({
        momentum: 0.5,
        nesterov: true,
        decoupledWeightDecay,
        betaRateFactor,
        weightDecay,
      });
      const options = { inputShape: [2], batchSize: 2, loss: "meanSquaredError", optimizer } as const;
      const inputs = [{ x: [1, 2, 3, 5], y: [1, 0], ...scalarsAt(optimizer, 1, 0.1) }];
      const { parameters } = await runSteps(trainingProgram(layers, options), { parameters: starts, inputs });
      return Object.keys(starts).flatMap((name) => parameters[name] ?? []);
    };
    const before = Object.values(starts).flat();
    const [plain, scaled, decayed] = [await after(1, 0), await after(8, 0), await after(8, 0.25)];
    const moved = mix(1, plain, -1, before);
    expectNear(
      scaled,
      before.map((w, i) => w + (i < 2 ? 8 : 1) * at(moved, i)),
    );
    // Coupled decay goes through the velocity, whose first step nesterov takes one and a half times.
    const decay = 0.1 * 0.25 * (decoupledWeightDecay ? 1 : 1.5);
    expectNear(decayed, mix(1, scaled, -decay, before));
  },
);

test.each([
  ["sgd", sgd({ momentum: 0.5 }), ["velocity"]],
  ["rmsprop", rmsprop({ rho: 0.5, momentum: 0.5 }), ["square", "momentum"]],
  ["adam", adam({ beta1: 0.5, beta2: 0.5 }), ["m", "v"]],
  ["adamw", adamw({ beta1: 0.5, beta2: 0.5 }), ["m", "v"]],
  ["adamax", adamax({ beta1: 0.5, beta2: 0.5 }), ["m", "u"]],
  ["adadelta", adadelta({ rho: 0.5 }), ["square"]],
  ["lion", lion({ beta2: 0.5 }), ["m"]],
  ["lamb", lamb({ beta1: 0.5, beta2: 0.5 }), ["m", "v"]],
] as const)(
  "what %s keeps fades to 0, not below the normal numbers, without gradients",
  async (name, optimizer, slots) => {
    const options = { inputShape: [1], batchSize: 1, loss: "meanSquaredError", optimizer } as const;
    const layers = sequential([dense({ units: 1, useBias: false })]);
    const first = { x: [1], y: [0] };
    const still = { x: [0], y: [0] };
    const given = Array.from({ length: 300 }, (_, t) => ({
      ...(t === 0 ? first : still),
      ...scalarsAt(optimizer, t + 1, 1e-3),
    }));
    for (const backend of [referenceBackend(), await wasmBackend({ threads: 1 })]) {
      const session = await backend.open({ program: trainingProgram(layers, options) });
      await session.write("dense/kernel", [1]);
      const seen = slots.map((): number[] => []);
      for (const inputs of given) {
        await session.run("program", listed(inputs));
        for (const [i, slot] of slots.entries())
          at(seen, i).push(Math.abs(at(await session.read(`${name}/${slot}/dense/kernel`), 0)));
      }
      session.close();
      await backend.close();
      for (const values of seen) {
        expect(values[0]).toBeGreaterThan(1e-9);
        expect(values.filter((x) => x > 0 && x < 2 ** -126)).toEqual([]);
        expect(values.at(-1)).toBe(0);
      }
    }
  },
);

/** Every number as a list of one. */
const listed = (
  inputs: Readonly<Record<string, number | readonly number[]>>,
): Record<string, readonly number[]> =>
  Object.fromEntries(Object.entries(inputs).map(([name, x]) => [name, typeof x === "number" ? [x] : x]));

test("batch norm's averages follow a steady batch as 1 - momentum^t, and a changing one step by step", async () => {
  const layers = sequential([batchNormalization({ momentum: 0.8 })]);
  const options = { inputShape: [1], batchSize: 4, loss: "meanSquaredError", optimizer: sgd() } as const;
  const program = trainingProgram(layers, options);
  const averagesAfter = async (batches: readonly Vector[]): Promise<{ mean: number; variance: number }> => {
    const { parameters } = await runSteps(program, {
      parameters: { "batch_normalization/gamma": [1], "batch_normalization/moving_variance": [1] },
      inputs: batches.map((x) => ({ x: [...x], y: [0, 0, 0, 0], learningRate: 0 })),
    });
    return {
      mean: at(parameters["batch_normalization/moving_mean"] ?? [], 0),
      variance: at(parameters["batch_normalization/moving_variance"] ?? [], 0),
    };
  };
  // Mean 3, biased variance 5.
  const batch = [0, 2, 4, 6];
  for (const t of [1, 5, 20]) {
    const { mean, variance } = await averagesAfter(Array.from({ length: t }, () => batch));
    expect(mean).toBeCloseTo(3 * (1 - 0.8 ** t), 5);
    expect(variance).toBeCloseTo(5 + (1 - 5) * 0.8 ** t, 5);
  }
  const { mean, variance } = await averagesAfter([batch, [1, 1, 1, 1]]);
  expect(mean).toBeCloseTo(0.8 * 0.6 + 0.2 * 1, 6);
  expect(variance).toBeCloseTo(0.8 * (0.8 + 0.2 * 5), 6);
});
