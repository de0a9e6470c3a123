import { type NdArray, decimalText, fault } from "../base/index.ts";

/** A few prepared images and the model's predictions for them when it was saved. */
export interface Proof {
  /** Bytes, [P, H, W, 3], P at most 4: resized, not yet normalised. */
  readonly images: NdArray<Uint8Array>;
  /** [P, classes], uncalibrated: at temperature 1. */
  readonly probabilities: NdArray<Float32Array>;
}

/** Maximum number of proof images in a model file. */
export const proofSize = 4;

// Two backends, or two orders of one sum in float32, differ by about 1e-6; broken weights by far more.
const tolerance = 1e-3;

/**
 * Compares a model's predictions for its proof images with the stored ones, and returns the
 * largest difference of a probability. @throws when it is above 0.001.
 */
export function verifyProof(proof: Proof, probabilities: Float32Array, who: string): number {
  const wanted = proof.probabilities.data;
  let largest = wanted.length === probabilities.length ? 0 : Number.POSITIVE_INFINITY;
  wanted.forEach((p, i) => {
    const difference = Math.abs(p - (probabilities[i] ?? Number.NaN));
    // A NaN compares as false; it must count as wrong.
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
  });
  if (largest <= tolerance) return largest;
  throw fault(who, {
    expected: "the probabilities stored with its proof images",
    received: Number.isFinite(largest) ? `others, by up to ${decimalText(largest, 4)}` : "no such numbers",
    fix: "the file is damaged, or this version computes otherwise; train the model again",
  });
}
