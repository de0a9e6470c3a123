import { type NdArray, at, fault, sizeOf } from "../../base/index.ts";
import { indexOfLargest } from "./scored.ts";
import { summedMetrics, tallyWidth } from "./tally.ts";
import type { SummedMetrics } from "./types.ts";

/** Predicted probabilities and targets of every example. */
export interface Predictions {
  /** [n, classes] */
  readonly probabilities: NdArray<Float32Array>;
  /** [n] class indices, or [n, classes] rows. */
  readonly targets: NdArray<Float32Array>;
  /** [n], the factor of each example's loss; absent where all count alike. */
  readonly weights?: NdArray<Float32Array>;
}

/** Predictions beside what each cost. */
export interface ScoredPredictions extends Predictions {
  /** [n], of each example, by the function that training minimises, times the example's weight where it has one. */
  readonly losses: Float32Array;
}

/** The short form of an evaluation, for any loss. */
export interface Score {
  /** Mean over the examples, without penalties on weights. */
  readonly loss: number;
  /** Fraction whose largest output (one output: rounded) agrees with the target. */
  readonly accuracy: number;
  /** Examples by predicted class. */
  readonly predicted: readonly number[];
  /** Examples by true class. */
  readonly actual: readonly number[];
}

/** Mean loss in float64, summed in the order of the examples; accuracy; predicted and true class counts. */
export function scoreOf({ probabilities, targets, losses }: ScoredPredictions): Score {
  const [count = 0] = probabilities.shape;
  const predicted = Array.from({ length: classesOf(probabilities) }, () => 0);
  const actual = predicted.slice();
  let correct = 0;
  eachExample({ probabilities, targets }, (predictedClass, truth) => {
    if (predictedClass === truth) correct++;
    predicted[predictedClass] = (predicted[predictedClass] ?? 0) + 1;
    actual[truth] = (actual[truth] ?? 0) + 1;
  });
  const total = losses.reduce((sum, loss) => sum + loss, 0);
  return { loss: total / count, accuracy: correct / count, predicted, actual };
}

/** Σ weight·correct / Σ weight (Keras: weighted_metrics); the accuracy where there are no weights. */
export function weightedAccuracy({ weights, ...predictions }: Predictions): number {
  let [correct, total, index] = [0, 0, 0];
  eachExample(predictions, (predicted, truth) => {
    const weight = weights ? at(weights.data, index) : 1;
    index++;
    total += weight;
    if (predicted === truth) correct += weight;
  });
  return correct / total;
}

/** Metrics that follow from predicted and true classes alone. @throws for a target that is no class */
export function classMetrics(predictions: Predictions): Pick<SummedMetrics, "balancedAccuracy" | "macroF1"> {
  const classes = classesOf(predictions.probabilities);
  const tally = new Float64Array(tallyWidth(classes));
  const count = (index: number): void => void (tally[index] = at(tally, index) + 1);
  eachExample(predictions, (predicted, truth) => {
    if (!(Number.isInteger(truth) && truth >= 0 && truth < classes)) {
      throw fault("balanced accuracy and macro F1", {
        expected: `targets that are classes, from 0 to ${classes - 1}`,
        received: `${truth}`,
        exitCode: 2,
      });
    }
    count(truth);
    count(classes + predicted);
    if (predicted === truth) count(2 * classes + truth);
  });
  return summedMetrics(tally, classes);
}

/** One output stands for two classes. */
const classesOf = ({ shape }: Predictions["probabilities"]): number => Math.max(shape[1] ?? 1, 2);

/** Calls with the predicted class and the target of each example. */
function eachExample(
  { probabilities, targets }: Predictions,
  call: (predicted: number, truth: number) => void,
): void {
  const [count = 0, outputs = 1] = probabilities.shape;
  const width = sizeOf(targets.shape.slice(1));
  for (let i = 0; i < count; i++) {
    const row = probabilities.data.subarray(i * outputs, (i + 1) * outputs);
    const target = targets.data.subarray(i * width, (i + 1) * width);
    const truth = target.length === outputs && outputs > 1 ? indexOfLargest(target) : (target[0] ?? 0);
    call(classIn(row), truth);
  }
}

/** Number of rows of [n, outputs] whose predicted class agrees with the target. */
export function countCorrect(outputs: Float32Array, targets: Float32Array, count: number): number {
  const width = outputs.length / count;
  const targetWidth = targets.length / count;
  let correct = 0;
  for (let i = 0; i < count; i++) {
    const target = targets.subarray(i * targetWidth, (i + 1) * targetWidth);
    const truth = targetWidth > 1 ? indexOfLargest(target) : target[0];
    if (classIn(outputs.subarray(i * width, (i + 1) * width)) === truth) correct++;
  }
  return correct;
}

/** The class that outputs stand for: the largest; of a single output, whether it is above one half. */
const classIn = (row: Float32Array): number =>
  row.length === 1 ? Number(at(row, 0) > 0.5) : indexOfLargest(row);
