import {
  bytesText,
  countText,
  durationText,
  percentText,
  plural,
  significantText,
  wholePercent,
} from "../base/index.ts";
import type { Catalogue } from "./types.ts";

/** What was measured of a network on a machine, beside the table of times. */
export type BenchStatement =
  | {
      readonly code: "bench-arithmetic";
      readonly data: {
        readonly threads: number;
        readonly arithmetic: "exact" | "fused";
        /** Two vectors of 128 bits are worked on as one. */
        readonly packsVectors: boolean;
      };
    }
  | {
      readonly code: "bench-model";
      readonly data: {
        readonly name: string;
        readonly parameters: number;
        /** Side of the input in pixels. */
        readonly size: number;
        /** Of an ensemble. */
        readonly nets?: number;
      };
    }
  | { readonly code: "bench-epoch"; readonly data: { readonly images: number; readonly seconds: number } }
  | {
      readonly code: "bench-start";
      readonly data: {
        readonly seconds: number;
        /** The most memory that the process held. */
        readonly bytes: number;
      };
    }
  | {
      readonly code: "bench-barriers";
      readonly data: {
        /** Kernels of a training step, with a barrier after each. */
        readonly kernels: number;
        readonly microseconds: number;
        /** Of a training step, in [0, 1]. */
        readonly share: number;
      };
    }
  | { readonly code: "bench-legend"; readonly data: object }
  | { readonly code: "tune-legend"; readonly data: object }
  | {
      readonly code: "cost-model";
      readonly data: {
        /** Choices that took longer than the fastest algorithm by more than the tolerance. */
        readonly wrong: number;
        readonly works: number;
        /** Fraction that is put down to noise. */
        readonly tolerance: number;
      };
    };

/** Three significant digits: "0.123", "12.3", "1,234". */
export const measuredText = (x: number): string =>
  x >= 100 ? countText(Math.round(x)) : significantText(x, 3);

export const benchMessages: Catalogue<BenchStatement> = {
  "bench-arithmetic": ({ threads, arithmetic, packsVectors }) => ({
    text:
      `${plural(threads, "thread")}, float32, ${arithmetic} multiply-add; ` +
      (packsVectors
        ? "vectors packed in pairs."
        : "vectors of 128 bits (Node 24 or newer can pack pairs of them, which is faster)."),
  }),
  "bench-model": ({ name, parameters, size, nets }) => ({
    text:
      `Model ${name}: ${plural(parameters, "parameter")}, input ${size} × ${size} × 3.` +
      (nets === undefined
        ? ""
        : ` One net of an ensemble of ${countText(nets)} is measured; a prediction by all takes about ${countText(nets)} times as long.`),
  }),
  "bench-epoch": ({ images, seconds }) => ({
    text:
      images === 1
        ? `One epoch of the one image takes about ${durationText(seconds)} once it is decoded.`
        : `One epoch of ${plural(images, "image")} takes about ${durationText(seconds)} once they are decoded.`,
  }),
  "bench-start": ({ seconds, bytes }) => ({
    text: `Start to first step: ${durationText(seconds)}. Peak memory: ${bytesText(bytes)}, the process included.`,
  }),
  "bench-barriers": ({ kernels, microseconds, share }) => ({
    text: `Synchronisation: ${plural(kernels, "barrier")} per training step, ${measuredText(microseconds)} µs each (${percentText(share)} of the step).`,
  }),
  "bench-legend": () => ({
    text:
      "Medians; the middle half is the range of the central 50% of steps. GFLOP/s count the direct algorithm's work in " +
      "convolutions and dense layers. Other load on the processor slows all of this down.",
  }),
  "tune-legend": () => ({
    text: "Milliseconds on one thread, median; * marks the choice of the cost model, a dash an algorithm that does not apply.",
  }),
  "cost-model": ({ wrong, works, tolerance }) => ({
    text:
      wrong === 0
        ? `No choice of ${countText(works)} took over ${wholePercent(tolerance)} longer than the fastest algorithm.`
        : `${plural(wrong, "choice")} of ${countText(works)} took over ${wholePercent(tolerance)} longer than the fastest algorithm.`,
  }),
};
