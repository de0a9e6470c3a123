import { type NdArray, ndarray, seeded } from "../../src/base/index.ts";
import {
  comparePaired,
  confidentLearning,
  fitTemperature,
  groupsOf,
  intervalsOf,
  measure,
} from "../../src/evaluate/index.ts";
import {
  type LearningRateSchedule,
  atTemperature,
  constantRate,
  cosine,
  exponentialDecay,
  learningRateAt,
  stepDecay,
} from "../../src/nn/index.ts";
import { type Hashes, digest } from "./digest.ts";

/** Predictions whose truth is known. */
interface Made {
  readonly probabilities: NdArray<Float32Array>;
  readonly labels: NdArray<Int32Array>;
  readonly groups: Int32Array;
}

const count = 400;

/** Predictions that are right more often than not, the more so in some groups than in others. */
function make(classes: number): Made {
  const random = seeded(5).fork(`${classes} classes`);
  const labels = Int32Array.from({ length: count }, () => random.integer(classes));
  const groups = Int32Array.from({ length: count }, () => random.integer(60));
  const skills = Array.from({ length: 60 }, () => 2 * random.next());
  const data = new Float32Array(count * classes);
  labels.forEach((label, i) => {
    const row = Array.from({ length: classes }, (_, c) => {
      const raw = random.next() + (c === label ? skills[groups[i]!]! * random.next() : 0);
      return raw * raw * raw;
    });
    const sum = row.reduce((total, p) => total + p, 0);
    data.set(
      row.map((p) => p / sum),
      i * classes,
    );
  });
  return { probabilities: ndarray(data, [count, classes]), labels: ndarray(labels, [count]), groups };
}

function measured(classes: number): Hashes {
  const { probabilities, labels, groups } = make(classes);
  const classNames = Array.from({ length: classes }, (_, c) => `class ${c}`);
  const measurement = measure(probabilities, labels, { classNames });
  const { metrics } = measurement;
  const intervals = intervalsOf(measurement, groupsOf(groups));
  const figures = [
    "accuracy",
    "balancedAccuracy",
    "macroF1",
    "loss",
    "brier",
    "kappa",
    "ece",
    "rocAuc",
    "averagePrecision",
  ] as const;
  return {
    ...Object.fromEntries(figures.map((name) => [name, digest(metrics[name], intervals[name])])),
    confusion: digest(metrics.confusionMatrix),
    classes: digest(
      metrics.perClass.map(({ precision, recall, f1, rocAuc }) => [precision, recall, f1, rocAuc]),
    ),
    ...reviewed({ probabilities, labels, groups }, classes),
  };
}

function reviewed({ probabilities, labels, groups }: Made, classes: number): Hashes {
  const temperature = fitTemperature(probabilities, labels);
  const findings = confidentLearning(probabilities, labels);
  const random = seeded(6);
  const [first, second] = [0.6, 0.7].map((skill) =>
    Uint8Array.from({ length: count }, () => (random.next() < skill ? 1 : 0)),
  );
  const paired = comparePaired(first!, second!, groupsOf(groups));
  return {
    temperature: digest(temperature, atTemperature(probabilities.data, classes, temperature)),
    "wrong labels": digest(
      findings.ranked.map(({ index, suggested, suspect }) => [index, suggested, suspect]),
      findings.expectedWrong,
      findings.joint,
    ),
    paired: digest(paired.difference, paired.interval, paired.mcnemar),
  };
}

const schedules: Readonly<Record<string, LearningRateSchedule>> = {
  constant: constantRate(),
  cosine: cosine({ totalSteps: 30, alpha: 0.1 }),
  "warm-up": cosine({ warmupSteps: 7, totalSteps: 30 }),
  exponential: exponentialDecay({ decaySteps: 9, decayRate: 0.9 }),
  steps: stepDecay({ every: 8, factor: 0.3 }),
};

/** Metrics, intervals, temperature and comparisons of predictions that were made up, and learning rates. */
export function hashMetrics(): Promise<Hashes> {
  const found: Record<string, string> = {};
  for (const classes of [2, 4])
    for (const [name, hash] of Object.entries(measured(classes))) found[`${classes} classes, ${name}`] = hash;
  for (const [name, schedule] of Object.entries(schedules))
    found[`rates, ${name}`] = digest(
      Array.from({ length: 32 }, (_, step) => learningRateAt(schedule, 0.01, step + 1)),
    );
  return Promise.resolve(found);
}
