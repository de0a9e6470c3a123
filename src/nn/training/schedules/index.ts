export {
  constantRate,
  cosine,
  cosineRestarts,
  exponentialDecay,
  multiStepDecay,
  oneCycle,
  parseMilestones,
  plateau,
  polynomialDecay,
  readPlateau,
  stepDecay,
} from "./makers.ts";
export { parseSchedule } from "./parse.ts";
export { learningRateAt, momentumAt } from "./rates.ts";
export type {
  ConstantRate,
  Cosine,
  CosineRestarts,
  ExponentialDecay,
  LearningRateSchedule,
  MomentumRange,
  MonitoredEpoch,
  MultiStepDecay,
  OneCycle,
  Plateau,
  PolynomialDecay,
  StepDecay,
} from "./types.ts";
