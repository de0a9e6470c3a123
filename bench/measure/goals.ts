import {
  type Work,
  airbenchTraining,
  mobilenetTraining,
  photographTrainings,
  resnetTraining,
  tutorialInference,
  tutorialSingle,
  tutorialTraining,
} from "./works.ts";

/** Whom a goal compares with; the fastest of the group counts. */
export type Group = "float32" | "bfloat16" | "onnxruntime" | "tfjs" | "other";

/** A ratio of ours to the best of a group that we want, and one that we must reach. */
export interface Goal {
  readonly work: Work;
  readonly quantity: "step" | "peak memory";
  readonly group: Group;
  readonly goal: number;
  readonly floor: number;
}

const step = (work: Work, group: Group, [goal, floor]: readonly [number, number]): Goal => ({
  work,
  quantity: "step",
  group,
  goal,
  floor,
});

const memory = (work: Work): Goal => ({
  work,
  quantity: "peak memory",
  group: "float32",
  goal: 0.5,
  floor: 0.8,
});

const inference = (work: Work): readonly Goal[] => [
  step(work, "float32", [0.7, 1]),
  step(work, "onnxruntime", [0.7, 1]),
  step(work, "tfjs", [1 / 4, 1 / 3]),
];

/** For Node 24 or newer, 2 threads each. Set before the work began; docs/performance.md has what is reached. */
export const goals: readonly Goal[] = [
  step(tutorialTraining, "float32", [0.5, 0.8]),
  step(tutorialTraining, "bfloat16", [0.9, 1.2]),
  memory(tutorialTraining),
  ...inference(tutorialInference),
  ...inference(tutorialSingle),
  step(resnetTraining, "float32", [0.6, 0.9]),
  memory(resnetTraining),
  step(mobilenetTraining, "float32", [0.7, 1]),
  memory(mobilenetTraining),
  ...[airbenchTraining, ...photographTrainings].map((work) => step(work, "float32", [0.7, 1])),
];

export const verdict = ({ goal, floor }: Goal, ratio: number): string => {
  if (ratio <= goal) return "goal reached";
  return ratio <= floor ? "floor reached" : "missed";
};
