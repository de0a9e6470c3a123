/* From a folder with one folder of images per class to a model file, and back to a prediction:
   npx tsx examples/folder-to-model.ts <folder> [model file]
   npm run demo draws such a folder: runs/demo-1/images. */
import {
  activation,
  adam,
  batchNormalization,
  conv2d,
  cosine,
  dense,
  globalAveragePooling2d,
  imageFolder,
  input,
  maxPooling2d,
  openPredictor,
  rescaling,
  sequential,
  trainTestSplit,
} from "fovea";

const [folder = "runs/demo-1/images", file = "model.safetensors"] = process.argv.slice(2);
const size = 64;

// Near-duplicates are found as the images are read; the split keeps each group of them on one side.
const images = await imageFolder(folder, { size });
const { classNames, paths, skipped } = images;
console.log(`${paths.length} images of ${classNames.join(", ")}; ${skipped.length} files skipped`);
const { xTrain, xTest, yTrain, yTest } = trainTestSplit(images, { testSize: 0.2, randomState: 4 });

const block = (filters: number): Parameters<typeof sequential>[0] => [
  conv2d({ filters, kernelSize: 3, padding: "same", useBias: false, kernelInitializer: "heNormal" }),
  // Few images are few steps: the running means have to follow faster than by default.
  batchNormalization({ momentum: 0.9 }),
  activation("relu"),
  maxPooling2d(),
];
const model = sequential([
  input({ shape: [size, size, 3] }),
  rescaling({ scale: 1 / 255 }),
  ...block(16),
  ...block(32),
  ...block(64),
  ...block(128),
  globalAveragePooling2d(),
  dense({ units: classNames.length, activation: "softmax" }),
]);
model.compile({ optimizer: adam({ learningRate: 0.002 }), loss: "sparseCategoricalCrossentropy" });
const [epochs, batchSize] = [5, 8];
const totalSteps = epochs * Math.ceil(yTrain.data.length / batchSize);
await model.fit(xTrain, yTrain, {
  epochs,
  batchSize,
  // Steps become smaller towards the end, so that the last epoch is not a matter of luck.
  schedule: cosine({ totalSteps }),
  validationData: [xTest, yTest],
  seed: 4,
  classNames,
});
const { accuracy } = await model.evaluate(xTest, yTest);
console.log(`test accuracy: ${accuracy.toFixed(3)} on ${xTest.shape[0]} images`);

await model.save(file, images);
const predictor = await openPredictor(file);
const first = `${folder}/${paths[0]}`;
const { label, probability } = await predictor.predict(first);
console.log(`${first}: ${label} (${(100 * probability).toFixed(1)}%)`);
await predictor.close();
