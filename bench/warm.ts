/**
 * Milliseconds of one call of an open predictor: for an image alone, four calls at once, and an array of 64.
 *
 *     npx tsx bench/warm.ts MODEL IMAGE
 */
import { median } from "../src/base/index.ts";
import { readFile, sharpCodec, wasmBackend } from "../src/platform/node/index.ts";
import { openPredictor } from "../src/predict/index.ts";

const [model, image] = process.argv.slice(2);
if (model === undefined || image === undefined) throw new Error("usage: npx tsx bench/warm.ts MODEL IMAGE");
const bytes = await readFile(image);

async function time(work: () => Promise<unknown>, rounds: number): Promise<string> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return `median ${median(times).toFixed(1)} ms, 90% below ${times[Math.floor(rounds * 0.9)]?.toFixed(1)} ms`;
}

const start = performance.now();
const predictor = await openPredictor(model, {}, { backend: wasmBackend, codec: sharpCodec(), readFile });
console.log(`open: ${(performance.now() - start).toFixed(0)} ms`);
const call = (): Promise<unknown> => predictor.predict(bytes);
await time(call, 20);
console.log(`one image: ${await time(call, 100)}`);
console.log(`four calls at once: ${await time(() => Promise.all([call(), call(), call(), call()]), 50)}`);
console.log(
  `an array of 64: ${await time(() => predictor.predict(Array.from({ length: 64 }, () => bytes)), 10)}`,
);
await predictor.close();
