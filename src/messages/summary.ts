import { bytesText, countText, decimalText, plural, significantText } from "../base/index.ts";
import type { Catalogue } from "./types.ts";

interface Sizes {
  /** Side of the input in pixels. */
  readonly size: number;
  readonly classes: number;
}

/** What is said beside a summary of a network. */
export type SummaryStatement =
  | {
      readonly code: "summary-of-architecture";
      readonly data: Sizes & {
        readonly name: string;
        /** One line on what it is for. */
        readonly about: string;
        /** Which of the sizes nobody asked for. */
        readonly assumed: { readonly size: boolean; readonly classes: boolean };
      };
    }
  | {
      readonly code: "summary-of-file";
      readonly data: Sizes & {
        readonly origin: "network" | "run" | "model";
        readonly path: string;
        /** Of an ensemble. */
        readonly nets?: number;
      };
    }
  | {
      readonly code: "summary-work";
      /** Floating-point operations for one image. */
      readonly data: { readonly prediction: number; readonly training: number };
    }
  | {
      readonly code: "summary-memory";
      readonly data: {
        /** Bytes of them. */
        readonly parameters: number;
        readonly training: MemoryFor;
        readonly prediction: MemoryFor;
      };
    };

interface MemoryFor {
  /** At a time. */
  readonly images: number;
  readonly bytes: number;
}

const origins = {
  network: "Network",
  run: "Architecture of the run",
  model: "Architecture of the model file",
};

const sizesText = ({ size, classes }: Sizes): string =>
  `${size} × ${size} × 3 input, ${plural(classes, "class", "classes")}`;

/** 1234567 → "1.23 MFLOP". */
const megaflopText = (flops: number): string =>
  `${flops >= 1e7 ? decimalText(flops / 1e6, 0) : significantText(flops / 1e6, 3)} MFLOP`;

const memoryText = (what: string, { images, bytes }: MemoryFor): string =>
  `about ${bytesText(bytes)} for ${what} (batch size ${images})`;

export const summaryMessages: Catalogue<SummaryStatement> = {
  "summary-of-architecture": ({ name, about, assumed, ...sizes }) => {
    const options = [...(assumed.size ? ["--size"] : []), ...(assumed.classes ? ["--classes"] : [])];
    return {
      text: `${name}: ${about}. ${sizesText(sizes)}.`,
      ...(options.length > 0 && {
        suggestion: `${options.length === 2 ? "Both are" : `The ${assumed.size ? "size is" : "number of classes is"}`} assumed; ${options.join(" and ")} ${options.length === 2 ? "change them" : "changes it"}.`,
      }),
    };
  },
  "summary-of-file": ({ origin, path, nets, ...sizes }) => ({
    text:
      `${origins[origin]} ${path}: ${sizesText(sizes)}.` +
      (nets === undefined
        ? ""
        : ` It is an ensemble of ${countText(nets)} nets; parameters, work and memory are those of one.`),
  }),
  "summary-work": ({ prediction, training }) => ({
    text: `Work for one image: ${megaflopText(prediction)} for prediction, ${megaflopText(training)} for training (floating-point operations in convolutions and dense layers, in millions).`,
  }),
  "summary-memory": ({ parameters, training, prediction }) => ({
    text: `Memory: ${bytesText(parameters)} of parameters; with activations and code, ${memoryText("training", training)} and ${memoryText("prediction", prediction)}.`,
  }),
};
