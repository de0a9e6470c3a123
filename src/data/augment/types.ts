/**
 * Bounds of what is drawn, around "no change": a number f stands for [-f, f].
 * @example
 * const factor: Factor = [-0.1, 0.3]; // a tenth less to three tenths more
 */
export type Factor = number | readonly [lower: number, upper: number];

/**
 * Two ends between which a number is drawn, the lower one first.
 * @example
 * const sigma: DrawRange = [0.1, 2];
 */
export type DrawRange = readonly [lower: number, upper: number];

export const fillModes = ["reflect", "nearest", "wrap", "constant"] as const;

/**
 * What stands beyond the edges of an image, as in Keras. reflect: `d c b a | a b c d | d c b a`; nearest: `a a | a b c d | d d`;
 * wrap: `c d | a b c d | a b`; constant: the fill value.
 * @example
 * const fillMode: FillMode = "constant";
 */
export type FillMode = (typeof fillModes)[number];

/** What all steps that move pixels off the edges have. */
export interface Filled {
  /** What stands beyond the edges. @default "reflect" */
  readonly fillMode: FillMode;
  /** Level of red, green and blue beyond the edges, 0 to 255, where the fill mode is "constant". @default 0 */
  readonly fillValue: number;
}

/** What most steps have. */
export interface Chance {
  /** Chance that an image gets the step at all, in (0, 1]. @default 1 */
  readonly probability: number;
}

/** Mirrors half of the images, each wanted direction drawn by itself. Keras: RandomFlip. */
export interface RandomFlip {
  readonly type: "randomFlip";
  /** Mirror left and right. @default true */
  readonly horizontal: boolean;
  /** Mirror top and bottom. @default false */
  readonly vertical: boolean;
  /**
   * Mirror left and right in every other epoch, where a coin decides for each image in which of them: two epochs show both sides of
   * it (Jordan 2024, arXiv:2404.00498). @default false: a coin each time
   */
  readonly alternate?: boolean;
}

/** Turns by 0, 90, 180 or 270 degrees, equally often and without resampling; images that are not square by 0 or 180. */
export interface RandomQuarterTurn {
  readonly type: "randomQuarterTurn";
}

/** Moves by up to `fraction` of each side, whole pixels; the edge pixels are repeated. */
export interface RandomShift {
  readonly type: "randomShift";
  /** In (0, 1]. @default 0.1 */
  readonly fraction: number;
}

/** Rotates about the centre. Keras: RandomRotation; torchvision: RandomRotation. */
export interface RandomRotation extends Filled, Chance {
  readonly type: "randomRotation";
  /** In full turns, in [-1, 1], counter-clockwise where positive: 0.5 allows any angle. @default 0.1, that is ±36° */
  readonly factor: Factor;
}

/** Moves by any part of a pixel. Keras: RandomTranslation; torchvision: RandomAffine. */
export interface RandomTranslation extends Filled, Chance {
  readonly type: "randomTranslation";
  /** Down, as a fraction of the height, in [-1, 1]. @default 0.1 */
  readonly heightFactor: Factor;
  /** To the right, as a fraction of the width, in [-1, 1]. @default 0.1 */
  readonly widthFactor: Factor;
}

/** Shows more or less of the image around its centre. Keras: RandomZoom; torchvision: RandomAffine. */
export interface RandomZoom extends Filled, Chance {
  readonly type: "randomZoom";
  /** What is shown is 1 + this of the height, in [-0.9, 4]: below 0 things grow. @default 0.2 */
  readonly heightFactor: Factor;
  /** The same for the width. @default what is drawn for the height, so that the aspect stays */
  readonly widthFactor?: Factor;
}

/** Slants about the centre. Keras: RandomShear; torchvision: RandomAffine. */
export interface RandomShear extends Filled, Chance {
  readonly type: "randomShear";
  /** Pixels to the right for each pixel down, in [-0.9, 0.9]. @default 0.1 */
  readonly xFactor: Factor;
  /** Pixels down for each pixel to the right, in [-0.9, 0.9]. @default 0.1 */
  readonly yFactor: Factor;
}

/** Moves each corner inwards by itself, as if the image were seen from aside. Keras and torchvision: RandomPerspective. */
export interface RandomPerspective extends Filled, Chance {
  readonly type: "randomPerspective";
  /** How far a corner may move, as a fraction of half the side, in (0, 1]. @default 0.3 */
  readonly scale: number;
  /** Chance that an image gets the step at all, in (0, 1]. @default 0.5 */
  readonly probability: number;
}

/** Pads every side and cuts out an image of the old size. torchvision: RandomCrop with padding. */
export interface RandomCrop extends Filled, Chance {
  readonly type: "randomCrop";
  /** Pixels added on each side, a whole number from 1 to 1024. @default 4 */
  readonly padding: number;
  /** What stands beyond the edges. @default "constant", as torchvision */
  readonly fillMode: FillMode;
}

/** Cuts out a window and scales it to full size. torchvision: RandomResizedCrop; Keras: RandomCrop with resizing. */
export interface RandomResizedCrop extends Chance {
  readonly type: "randomResizedCrop";
  /** Fraction of the area that the window keeps, in [0.001, 1]. @default [0.08, 1] (Szegedy et al. 2014) */
  readonly scale: DrawRange;
  /** Width over height of the window, in [0.1, 10]. @default [0.75, 1.3333333333333333] */
  readonly ratio: DrawRange;
}

/** Multiplies every level by one number. torchvision: ColorJitter's brightness; Keras: RandomBrightness. */
export interface RandomBrightness extends Chance {
  readonly type: "randomBrightness";
  /** Multiplies by 1 + this, in [-1, 4]. @default 0.2 */
  readonly factor: Factor;
}

/** Moves every level away from the image's mean grey, or towards it. Keras: RandomContrast; torchvision: ColorJitter's contrast. */
export interface RandomContrast extends Chance {
  readonly type: "randomContrast";
  /** The distance becomes 1 + this times as large, in [-1, 4]. @default 0.2 */
  readonly factor: Factor;
}

/** Moves every colour away from its grey, or towards it. Keras: RandomSaturation; torchvision: ColorJitter's saturation. */
export interface RandomSaturation extends Chance {
  readonly type: "randomSaturation";
  /** The distance becomes 1 + this times as large, in [-1, 4]. @default 0.2 */
  readonly factor: Factor;
}

/** Turns all hues along the colour circle. Keras: RandomHue; torchvision: ColorJitter's hue. */
export interface RandomHue extends Chance {
  readonly type: "randomHue";
  /** In full circles, in [-0.5, 0.5]. @default 0.05 */
  readonly factor: Factor;
}

/** Takes the colour away. Keras: RandomGrayscale; torchvision: RandomGrayscale. */
export interface RandomGrayscale extends Chance {
  readonly type: "randomGrayscale";
  /** Chance that an image gets the step, in (0, 1]. @default 0.1 */
  readonly probability: number;
}

/**
 * Changes the amounts of haematoxylin, eosin and DAB in stained tissue, each by itself: the optical density of each becomes
 * a · density + b, a drawn in [1 - factor, 1 + factor] and b in [-factor, factor] (Tellez et al. 2018, doi 10.1109/TMI.2018.2820199).
 */
export interface RandomStainJitter extends Chance {
  readonly type: "randomStainJitter";
  /** In (0, 1]. @default 0.05 */
  readonly factor: number;
}

/** Blurs by a Gaussian. Keras: RandomGaussianBlur; torchvision: GaussianBlur. */
export interface RandomGaussianBlur extends Chance {
  readonly type: "randomGaussianBlur";
  /** Pixels of the kernel's side, an odd number from 3 to 31. @default 5 */
  readonly kernelSize: number;
  /** Standard deviation in pixels, in [0.1, 10]. @default [0.1, 2] */
  readonly sigma: DrawRange;
}

/** Adds noise to every level. torchvision: GaussianNoise. */
export interface RandomGaussianNoise extends Chance {
  readonly type: "randomGaussianNoise";
  /** Standard deviation as a fraction of the range of levels, in [0, 1]. @default [0, 0.05] */
  readonly stddev: DrawRange;
}

/** Leaves the marks of JPEG compression (libjpeg's tables, colour at half the resolution). torchvision: JPEG. */
export interface RandomJpeg extends Chance {
  readonly type: "randomJpeg";
  /** From 1 to 100, whole numbers are drawn. @default [40, 95] */
  readonly quality: DrawRange;
}

/** Covers a rectangle (Zhong et al. 2017). Keras and torchvision: RandomErasing. */
export interface RandomErasing extends Chance {
  readonly type: "randomErasing";
  /** Chance that an image gets the step, in (0, 1]. @default 0.5 */
  readonly probability: number;
  /** Fraction of the area that is covered, in [0.001, 1]. @default [0.02, 0.33] */
  readonly scale: DrawRange;
  /** Width over height of the rectangle, in [0.1, 10]. @default [0.3, 3.3] */
  readonly ratio: DrawRange;
  /** Level of the rectangle, 0 to 255, or "noise" for levels drawn one by one. @default 0 */
  readonly fillValue: number | "noise";
}

/** Keeps the upper bits of every level. Keras: RandomPosterization; torchvision: RandomPosterize. */
export interface RandomPosterization extends Chance {
  readonly type: "randomPosterization";
  /** Bits that stay, from 1 to 8. @default 4 */
  readonly bits: number;
  /** Chance that an image gets the step, in (0, 1]. @default 0.5 */
  readonly probability: number;
}

/** Inverts the levels from a threshold on. Keras: Solarization; torchvision: RandomSolarize. */
export interface RandomSolarization extends Chance {
  readonly type: "randomSolarization";
  /** From 0, which inverts all, to 255. @default 128 */
  readonly threshold: number;
  /** Chance that an image gets the step, in (0, 1]. @default 0.5 */
  readonly probability: number;
}

/** Makes all levels of each channel equally frequent. Keras: Equalization; torchvision: RandomEqualize. */
export interface RandomEqualization extends Chance {
  readonly type: "randomEqualization";
  /** Chance that an image gets the step, in (0, 1]. @default 0.5 */
  readonly probability: number;
}

/** Stretches each channel to 0 to 255. Keras: AutoContrast; torchvision: RandomAutocontrast. */
export interface RandomAutoContrast extends Chance {
  readonly type: "randomAutoContrast";
  /** Chance that an image gets the step, in (0, 1]. @default 0.5 */
  readonly probability: number;
}

/** Sharpens or softens. Keras: RandomSharpness; torchvision: RandomAdjustSharpness. */
export interface RandomSharpness extends Chance {
  readonly type: "randomSharpness";
  /** The distance from a smoothed image becomes 1 + this times as large, in [-1, 4]. @default 0.5 */
  readonly factor: Factor;
}

/** Some of 14 changes, drawn for each image, all of one strength (Cubuk et al. 2019). Keras and torchvision: RandAugment. */
export interface RandAugment extends Filled {
  readonly type: "randAugment";
  /** Changes for each image, from 1 to 14. @default 2 */
  readonly numOps: number;
  /** Strength, a whole number from 0 to 30. @default 9 */
  readonly magnitude: number;
  /** What stands beyond the edges. @default "constant", as torchvision */
  readonly fillMode: FillMode;
}

/** One of 14 changes for each image, of any strength up to very strong (Müller & Hutter 2021). torchvision: TrivialAugmentWide. */
export interface TrivialAugmentWide extends Filled {
  readonly type: "trivialAugmentWide";
  /** What stands beyond the edges. @default "constant", as torchvision */
  readonly fillMode: FillMode;
}

/**
 * Random augmentation, drawn anew for each image and epoch, in training only; plain JSON.
 * @example
 * const steps: readonly AugmentTransform[] = [randomFlip(), randomRotation({ factor: 0.5 })];
 */
export type AugmentTransform =
  | RandomFlip
  | RandomQuarterTurn
  | RandomShift
  | RandomRotation
  | RandomTranslation
  | RandomZoom
  | RandomShear
  | RandomPerspective
  | RandomCrop
  | RandomResizedCrop
  | RandomBrightness
  | RandomContrast
  | RandomSaturation
  | RandomHue
  | RandomGrayscale
  | RandomStainJitter
  | RandomGaussianBlur
  | RandomGaussianNoise
  | RandomJpeg
  | RandomErasing
  | RandomPosterization
  | RandomSolarization
  | RandomEqualization
  | RandomAutoContrast
  | RandomSharpness
  | RandAugment
  | TrivialAugmentWide;

/** The step of a type. */
export type StepOf<T extends AugmentTransform["type"]> = Extract<AugmentTransform, { readonly type: T }>;
