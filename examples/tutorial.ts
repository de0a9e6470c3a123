/* The Keras tutorial's nine steps, on your own images:
   npx tsx examples/tutorial.ts <folder with one folder per class> [images per class] */
import {
  conv2d,
  dense,
  dropout,
  flatten,
  imageFolder,
  input,
  loadModel,
  maxPooling2d,
  predictImages,
  rescaling,
  sequential,
  toCategorical,
  trainTestSplit,
} from "fovea";

// 1. Choose a dataset: one folder per class (or a .zip or .tar of that).
const folder = process.argv[2] ?? "runs/demo-1/images";
const limitPerClass = Number(process.argv[3] ?? 100);

// 2. and 3. Read every image of every class folder, resize it, pair it with the index of its class.
const images = await imageFolder(folder, { size: 200, limitPerClass });
const { x, y, classNames } = images;
console.log(`${x.shape[0]} images of ${classNames.join(", ")}; ${images.skipped.length} files skipped`);

// 4. Shuffle: trainTestSplit (7) shuffles images and labels together, and fit shuffles anew each epoch.

// 5. Features and labels.
console.log("x", x.shape, "y", y.shape);

// 6. Normalise and encode the labels. The division by 255 is the model's first layer (8), so that images stay small
// bytes in memory and the saved model needs no preparation.
console.log(
  "the first label as a row:",
  toCategorical(y, classNames.length).data.subarray(0, classNames.length),
);

// 7. Split by groups (near-duplicates of one photograph): on both sides they would be leakage, and the accuracy optimistic.
const { xTrain, xTest, yTrain, yTest } = trainTestSplit(images, { testSize: 0.2, randomState: 4 });

// 8. Define, compile, train.
const model = sequential([
  input({ shape: [200, 200, 3] }),
  rescaling({ scale: 1 / 255 }),
  conv2d({ filters: 32, kernelSize: 3, padding: "same", activation: "relu" }),
  maxPooling2d({ poolSize: 2, strides: 2 }),
  conv2d({ filters: 32, kernelSize: 3, padding: "same", activation: "relu" }),
  maxPooling2d({ poolSize: 2, strides: 2 }),
  dropout({ rate: 0.5 }),
  flatten(),
  dense({ units: 128, activation: "relu" }),
  dense({ units: classNames.length, activation: "softmax" }),
]);
console.log(model.summary());
model.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] });
await model.fit(xTrain, yTrain, {
  batchSize: 16,
  epochs: 5,
  validationData: [xTest, yTest],
  seed: 4,
  classNames,
});

// 9. Evaluate.
const { loss, accuracy } = await model.evaluate(xTest, yTest);
console.log(`Test loss: ${loss.toFixed(4)}  Test accuracy: ${accuracy.toFixed(4)}`);

// And then: predict, save, load, and classify image files.
const probabilities = await model.predict(xTest);
console.log("the first test image:", probabilities.data.subarray(0, classNames.length));
await model.save("tutorial.safetensors", images);
const again = await loadModel("tutorial.safetensors");
console.log("loaded:", again.classNames);
for (const path of process.argv.slice(4)) {
  console.log(await predictImages("tutorial.safetensors", [path], { top: 2 }));
}
