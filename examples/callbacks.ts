/* Callbacks and a figure of one's own: a rate that shrinks when the loss no longer falls, an early end, the size of the
   weights after each epoch. The examples are points on two rings, drawn while training goes on.
   npx tsx examples/callbacks.ts */
import { type CustomMetric, type Examples, type FitCallback } from "fovea";
import { adam, dense, input, ndarray, sequential } from "fovea";

// A small generator of one's own (mulberry32), so that the data is the same on every run.
let state = 4;
function random(): number {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t ^= t + Math.imul(t ^ (t >>> 7), 61 | t);
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}

/** Points near a ring of radius 1, class 0, or 2, class 1. */
function rings(count: number): Examples {
  const labels = Int32Array.from({ length: count }, (_, i) => i % 2);
  const points = Array.from(labels, (label) => {
    const [radius, angle] = [label + 1 + 0.9 * (random() - 0.5), 2 * Math.PI * random()];
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  });
  return [ndarray(Float32Array.from(points.flat()), [count, 2]), ndarray(labels, [count])];
}

/** Fraction of the examples that the model is sure of. */
const sure: CustomMetric = {
  name: "sure",
  of: ({ data, shape }) => data.filter((probability) => probability > 0.9).length / (shape[0] ?? 1),
};

/** Halves the learning rate when the loss has not fallen (Keras: ReduceLROnPlateau). */
function halveOnPlateau(): FitCallback {
  let best = Number.POSITIVE_INFINITY;
  return {
    onEpochEnd({ loss }, training) {
      if (loss > best) training.learningRate /= 2;
      best = Math.min(best, loss);
    },
  };
}

const stopAtAccuracy = (accuracy: number): FitCallback => ({
  onEpochEnd({ validation }, training) {
    if (validation && validation.accuracy >= accuracy) training.stop();
  },
});

const watch: FitCallback = {
  async onEpochEnd({ epoch, learningRate, validation }, training) {
    const weights = Object.values(await training.readWeights()).flatMap((w) => [...w]);
    const sureOf = (validation?.metrics?.["sure"] ?? 0).toFixed(2);
    const norm = Math.hypot(...weights).toFixed(2);
    console.log(`epoch ${epoch}: rate ${learningRate}, weights of norm ${norm}, sure of ${sureOf}`);
  },
};

const net = sequential([
  input({ shape: [2] }),
  dense({ units: 16, activation: "relu" }),
  dense({ units: 2, activation: "softmax" }),
]);
net.compile({ optimizer: adam({ learningRate: 0.05 }), metrics: [sure] });
const stream = function* (): Generator<Examples> {
  for (;;) yield rings(32);
};
const history = await net.fit(stream(), {
  epochs: 30,
  stepsPerEpoch: 8,
  validationData: rings(400),
  callbacks: [watch, halveOnPlateau(), stopAtAccuracy(0.99)],
  verbose: false,
});
console.log(
  `${history.reason} after ${history.epochs.length} epochs, accuracy ${history.valAccuracy.at(-1)}`,
);
