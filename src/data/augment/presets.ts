import {
  randAugment,
  randomBrightness,
  randomContrast,
  randomCrop,
  randomErasing,
  randomFlip,
  randomGaussianBlur,
  randomGaussianNoise,
  randomGrayscale,
  randomHue,
  randomJpeg,
  randomQuarterTurn,
  randomResizedCrop,
  randomRotation,
  randomSaturation,
  randomShift,
  randomStainJitter,
  randomTranslation,
  randomZoom,
} from "./makers.ts";
import type { AugmentTransform } from "./types.ts";

/** Names of the sets that `--augment` knows. */
export type AugmentName =
  | "none"
  | "mirror"
  | "flips"
  | "turns"
  | "shifts"
  | "alternating"
  | "light"
  | "microscope"
  | "photo"
  | "heavy";

/**
 * The sets that `--augment` names. mirror: left to right, for photographs of things that have a front but no left and right.
 * flips: left to right and upside down. turns: left to right and by quarter turns, for microscopy and views from above, where no
 * direction is up. shifts: left to right, and moved by up to a tenth of each side. alternating: left to right in every other epoch, and moved by up to 2 pixels, for small images
 * (Jordan 2024). light: small changes that hardly any class minds.
 * microscope: any rotation, and stains that differ. photo: crops and colours, as ImageNet's nets are trained. heavy: strong changes,
 * for long trainings.
 */
export const augmentSets: { readonly [name in AugmentName]: readonly AugmentTransform[] } = {
  none: [],
  mirror: [randomFlip({ horizontal: true, vertical: false })],
  flips: [randomFlip({ horizontal: true, vertical: true })],
  turns: [randomFlip({ horizontal: true, vertical: false }), randomQuarterTurn()],
  shifts: [randomFlip({ horizontal: true, vertical: false }), randomShift({ fraction: 0.1 })],
  alternating: [randomFlip({ alternate: true }), randomCrop({ padding: 2, fillMode: "reflect" })],
  light: [
    randomFlip(),
    randomRotation({ factor: 0.02 }),
    randomZoom({ heightFactor: 0.1 }),
    randomTranslation({ heightFactor: 0.05, widthFactor: 0.05 }),
    randomBrightness({ factor: 0.1 }),
    randomContrast({ factor: 0.1 }),
  ],
  microscope: [
    randomFlip({ vertical: true }),
    randomRotation({ factor: 0.5 }),
    randomZoom({ heightFactor: 0.1 }),
    randomStainJitter({ factor: 0.05 }),
    randomBrightness({ factor: 0.1 }),
  ],
  photo: [
    randomResizedCrop({ scale: [0.35, 1] }),
    randomFlip(),
    randomBrightness({ factor: 0.3 }),
    randomContrast({ factor: 0.3 }),
    randomSaturation({ factor: 0.3 }),
    randomHue({ factor: 0.03 }),
  ],
  heavy: [
    randomResizedCrop({ scale: [0.25, 1] }),
    randomFlip(),
    randAugment({ numOps: 2, magnitude: 9 }),
    randomHue({ factor: 0.05, probability: 0.5 }),
    randomGrayscale({ probability: 0.05 }),
    randomGaussianBlur({ probability: 0.15 }),
    randomGaussianNoise({ probability: 0.15 }),
    randomJpeg({ probability: 0.15 }),
    randomErasing({ probability: 0.25 }),
  ],
};

/** A set by its name, or the steps themselves. */
export type AugmentChoice = AugmentName | readonly AugmentTransform[];

/** The steps of a choice. */
export const augmentSteps = (choice: AugmentChoice): readonly AugmentTransform[] =>
  typeof choice === "string" ? augmentSets[choice] : choice;

/** Names of all sets. */
export const augmentSetNames: readonly AugmentName[] = [
  "none",
  "mirror",
  "flips",
  "turns",
  "shifts",
  "alternating",
  "light",
  "microscope",
  "photo",
  "heavy",
];
