import { expect, test } from "vitest";
import { ndarray, seeded } from "../../src/base/index.ts";
import {
  type Predictions,
  calibrate,
  fitTemperature,
  groupsOf,
  temperedBy,
} from "../../src/evaluate/index.ts";

const classNames = ["a", "b", "c"];

/** n images drawn from calibrated probabilities, which are then sharpened as by a temperature of 1/sharpness. */
function drawn(n: number, sharpness: number, seed: number): Predictions {
  const random = seeded(seed);
  const data = new Float32Array(n * 3);
  const labels = new Float32Array(n);
  for (let i = 0; i < n; i++) {
    const powers = [0, 1, 2].map(() => Math.exp(1.5 * random.normal()));
    const sum = powers.reduce((total, p) => total + p, 0);
    const at = random.next() * sum;
    labels[i] = at < powers[0]! ? 0 : at < powers[0]! + powers[1]! ? 1 : 2;
    data.set(
      powers.map((p) => p / sum),
      i * 3,
    );
  }
  const calibrated = { probabilities: ndarray(data, [n, 3]), targets: ndarray(labels, [n]) };
  return temperedBy(calibrated, 1 / sharpness);
}
const alone = (n: number) => groupsOf(Int32Array.from({ length: n }, (_, i) => i));

test("a temperature that makes an overconfident network honest is kept, and measured on other folds", () => {
  const predictions = drawn(600, 3, 1);
  const { temperature, fitted, before, crossFitted } = calibrate(predictions, alone(600), classNames);
  expect(temperature).toBe(fitTemperature(predictions.probabilities, predictions.targets));
  expect(temperature).toBe(fitted);
  expect(temperature).toBeGreaterThan(2);
  expect(crossFitted.loss).toBeLessThan(before.loss);
  expect(before.ece - crossFitted.ece).toBeGreaterThan(0.05);
});

test("a temperature is used only where it lowers log loss and calibration error on other folds", () => {
  let unused = 0;
  for (let seed = 0; seed < 40; seed++) {
    const predictions = drawn(40, 1, seed);
    const { temperature, fitted, before, crossFitted } = calibrate(predictions, alone(40), classNames);
    const helps = crossFitted.loss < before.loss && crossFitted.ece <= before.ece - 0.001;
    expect(temperature).toBe(helps ? fitted : 1);
    if (!helps && fitted !== 1) unused++;
  }
  // Of calibrated predictions most fits are noise.
  expect(unused).toBeGreaterThan(20);
});

test("no image is measured at a temperature that its own group was fitted for", () => {
  const predictions = drawn(60, 2, 7);
  const groups = groupsOf(Int32Array.from({ length: 60 }, (_, i) => i % 2));
  const { crossFittedPredictions } = calibrate(predictions, groups, classNames);
  const half = (parity: number): Predictions => {
    const rows = Array.from({ length: 30 }, (_, i) => 2 * i + parity);
    const data = rows.flatMap((row) => [...predictions.probabilities.data.subarray(row * 3, row * 3 + 3)]);
    return {
      probabilities: ndarray(Float32Array.from(data), [30, 3]),
      targets: ndarray(
        Float32Array.from(rows, (row) => predictions.targets.data[row]!),
        [30],
      ),
    };
  };
  const odd = half(1);
  const expected = temperedBy(half(0), fitTemperature(odd.probabilities, odd.targets)).probabilities.data;
  expect(crossFittedPredictions.probabilities.data.slice(0, 3)).toEqual(expected.slice(0, 3));
});

test("one group alone leaves nothing to fit on, so that probabilities stay", () => {
  const groups = groupsOf(new Int32Array(50));
  expect(calibrate(drawn(50, 3, 2), groups, classNames).temperature).toBe(1);
});
