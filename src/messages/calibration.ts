import { decimalText, pointsText } from "../base/index.ts";
import type { Catalogue } from "./types.ts";

/** How far confidence is from accuracy, and what temperature scaling did to that. */
export type CalibrationStatement =
  | { readonly code: "calibration"; readonly data: { readonly ece: number } }
  | {
      /** The temperature is in the model file. */
      readonly code: "calibration-scaled";
      readonly data: {
        readonly temperature: number;
        readonly before: number;
        readonly after: number;
        /** "After" is measured on images that the temperature was not fitted on: other folds, or a test set. */
        readonly measuredOn: "cross-fitted" | "test";
      };
    }
  | {
      /** A temperature was fitted and did not help on images that it was not fitted on. */
      readonly code: "calibration-unscaled";
      readonly data: { readonly ece: number; readonly fitted: number };
    };

const name = "Calibration error (ECE, how far confidence is from accuracy)";

export const calibrationMessages: Catalogue<CalibrationStatement> = {
  calibration: ({ ece }) => ({ text: `${name}: ${pointsText(ece)}.` }),
  "calibration-scaled": ({ temperature, before, after, measuredOn }) => ({
    text:
      `${name}: ${pointsText(after)} after temperature scaling ` +
      `(T = ${decimalText(temperature, 2)}${measuredOn === "test" ? "" : ", cross-fitted over groups"}), ${pointsText(before)} before.`,
  }),
  "calibration-unscaled": ({ ece, fitted }) => ({
    text: `${name}: ${pointsText(ece)}. Temperature scaling (T = ${decimalText(fitted, 2)}) did not help on held-out images and is not used.`,
  }),
};
