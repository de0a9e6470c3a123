import { kebabCase } from "../../../base/index.ts";

/** How the command line writes an option of a request: learningRate is --lr, minDelta --min-delta. */
export const flagOf = (option: string): string =>
  option === "learningRate" ? "--lr" : `--${kebabCase(option)}`;
