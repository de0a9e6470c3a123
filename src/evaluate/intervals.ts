/** Lower and upper bound of a figure, 95 %. */
export type Interval = readonly [number, number];

/** Figures of one number each that get an interval; named as in the metrics. */
export type FigureName =
  | "accuracy"
  | "balancedAccuracy"
  | "macroF1"
  | "loss"
  | "brier"
  | "kappa"
  | "ece"
  | "rocAuc"
  | "averagePrecision";
