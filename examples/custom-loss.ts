/* A loss of one's own from the engine's ops: a hinge with a margin. It trains, validates and evaluates like Keras's own losses.
   npx tsx examples/custom-loss.ts */
import { type LossFunction, adam, dense, input, ndarray, sequential, trainTestSplit } from "fovea";
import { affine, multiply, oneHot, reduceMax, reduceSum, relu, subtract } from "fovea/engine";

const classes = 3;
const margin = 2;

/** How far the best other class comes within the margin of the true one: max(0, margin + other - own), one number an example. */
const marginLoss: LossFunction = ({ logits, labels }) => {
  const truth = oneHot(labels, classes); // [B, classes]
  const own = reduceSum(multiply(truth, logits), { axes: [1] }); // [B]
  // The true class is put out of the way by a large number.
  const other = reduceMax(subtract(logits, affine(truth, 1e3)), { axes: [1] }); // [B]
  return relu(affine(subtract(other, own), 1, margin));
};

// Three spirals of points in the plane, the same on every run.
const perClass = 100;
const labels = Array.from({ length: classes * perClass }, (_, i) => i % classes);
const points = labels.flatMap((label, i) => {
  const t = Math.floor(i / classes) / perClass;
  const angle = 2 * t + (2 * Math.PI * label) / classes;
  return [t * Math.cos(angle), t * Math.sin(angle)];
});
const x = ndarray(Float32Array.from(points), [labels.length, 2]);
const y = ndarray(Int32Array.from(labels), [labels.length]);
const { xTrain, xTest, yTrain, yTest } = trainTestSplit(x, y, { testSize: 0.2, randomState: 1 });

const model = sequential([
  input({ shape: [2] }),
  dense({ units: 24, activation: "relu" }),
  dense({ units: 24, activation: "relu" }),
  dense({ units: classes, activation: "softmax" }),
]);
model.compile({ optimizer: adam({ learningRate: 0.01 }), loss: marginLoss });
const { valLoss } = await model.fit(xTrain, yTrain, {
  epochs: 40,
  batchSize: 16,
  validationData: [xTest, yTest],
  seed: 1,
  verbose: false,
});
const { loss, accuracy } = await model.evaluate(xTest, yTest);
console.log(
  `validation loss: ${valLoss[0]?.toFixed(3)} after one epoch, ${valLoss.at(-1)?.toFixed(3)} after all`,
);
console.log(`test loss: ${loss.toFixed(3)}, accuracy: ${accuracy.toFixed(3)} on ${xTest.shape[0]} points`);
