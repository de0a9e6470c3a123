import { readStep } from "./steps.ts";
import type {
  AugmentTransform,
  RandAugment,
  RandomAutoContrast,
  RandomBrightness,
  RandomContrast,
  RandomCrop,
  RandomEqualization,
  RandomErasing,
  RandomFlip,
  RandomGaussianBlur,
  RandomGaussianNoise,
  RandomGrayscale,
  RandomHue,
  RandomJpeg,
  RandomPerspective,
  RandomPosterization,
  RandomQuarterTurn,
  RandomResizedCrop,
  RandomRotation,
  RandomSaturation,
  RandomSharpness,
  RandomShear,
  RandomShift,
  RandomSolarization,
  RandomStainJitter,
  RandomTranslation,
  RandomZoom,
  TrivialAugmentWide,
  StepOf,
} from "./types.ts";

/** Fields of a step that may be given; those left out take the default that the type names. */
type Options<T extends AugmentTransform> = Partial<Omit<T, "type">>;

/** @throws naming a field that does not fit */
const made = <T extends AugmentTransform["type"]>(type: T, fields: object): StepOf<T> =>
  readStep(type, { fields, who: type, joint: ": " });

/**
 * Random flip, each enabled direction with probability 1/2. @throws naming a field that does not fit
 * @example
 * const step = randomFlip({ vertical: true }); // no direction is up or left
 */
export const randomFlip = (options: Options<RandomFlip> = {}): RandomFlip => made("randomFlip", options);

/**
 * Random rotation by 0, 90, 180 or 270 degrees, without resampling; images that are not square by 0 or 180.
 * @example
 * const step = randomQuarterTurn();
 */
export const randomQuarterTurn = (): RandomQuarterTurn => made("randomQuarterTurn", {});

/**
 * Random translation by up to `fraction` of each side, in whole pixels; edge pixels are repeated. @throws naming a field that does not fit
 * @example
 * const step = randomShift({ fraction: 0.05 });
 */
export const randomShift = (options: Options<RandomShift> = {}): RandomShift => made("randomShift", options);

/**
 * Random rotation about the centre, in full turns. @throws naming a field that does not fit
 * @example
 * const step = randomRotation({ factor: 0.5, fillMode: "constant", fillValue: 255 }); // any angle, on white
 */
export const randomRotation = (options: Options<RandomRotation> = {}): RandomRotation =>
  made("randomRotation", options);

/**
 * Random translation by any part of a pixel. @throws naming a field that does not fit
 * @example
 * const step = randomTranslation({ heightFactor: 0, widthFactor: 0.2 }); // sideways alone
 */
export const randomTranslation = (options: Options<RandomTranslation> = {}): RandomTranslation =>
  made("randomTranslation", options);

/**
 * Random zoom about the centre. @throws naming a field that does not fit
 * @example
 * const step = randomZoom({ heightFactor: [-0.3, 0] }); // only larger
 */
export const randomZoom = (options: Options<RandomZoom> = {}): RandomZoom => made("randomZoom", options);

/**
 * Random slant about the centre. @throws naming a field that does not fit
 * @example
 * const step = randomShear({ xFactor: 0.2, yFactor: 0 });
 */
export const randomShear = (options: Options<RandomShear> = {}): RandomShear => made("randomShear", options);

/**
 * Random view from aside: each corner moves inwards by itself. @throws naming a field that does not fit
 * @example
 * const step = randomPerspective({ scale: 0.2 });
 */
export const randomPerspective = (options: Options<RandomPerspective> = {}): RandomPerspective =>
  made("randomPerspective", options);

/**
 * Random crop of the padded image, in its old size. @throws naming a field that does not fit
 * @example
 * const step = randomCrop({ padding: 4 }); // as CIFAR-10 is usually trained
 */
export const randomCrop = (options: Options<RandomCrop> = {}): RandomCrop => made("randomCrop", options);

/**
 * Random window of the image, scaled to full size. @throws naming a field that does not fit
 * @example
 * const step = randomResizedCrop({ scale: [0.35, 1] });
 */
export const randomResizedCrop = (options: Options<RandomResizedCrop> = {}): RandomResizedCrop =>
  made("randomResizedCrop", options);

/**
 * Random brightness: one number multiplies all levels. @throws naming a field that does not fit
 * @example
 * const step = randomBrightness({ factor: [-0.3, 0.1] });
 */
export const randomBrightness = (options: Options<RandomBrightness> = {}): RandomBrightness =>
  made("randomBrightness", options);

/**
 * Random contrast about the image's mean grey. @throws naming a field that does not fit
 * @example
 * const step = randomContrast({ factor: 0.3 });
 */
export const randomContrast = (options: Options<RandomContrast> = {}): RandomContrast =>
  made("randomContrast", options);

/**
 * Random strength of the colours. @throws naming a field that does not fit
 * @example
 * const step = randomSaturation({ factor: 0.4 });
 */
export const randomSaturation = (options: Options<RandomSaturation> = {}): RandomSaturation =>
  made("randomSaturation", options);

/**
 * Random turn of the colour circle. @throws naming a field that does not fit
 * @example
 * const step = randomHue({ factor: 0.1 });
 */
export const randomHue = (options: Options<RandomHue> = {}): RandomHue => made("randomHue", options);

/**
 * Takes the colour away from some images. @throws naming a field that does not fit
 * @example
 * const step = randomGrayscale({ probability: 0.2 });
 */
export const randomGrayscale = (options: Options<RandomGrayscale> = {}): RandomGrayscale =>
  made("randomGrayscale", options);

/**
 * Random amounts of the dyes of stained tissue. @throws naming a field that does not fit
 * @example
 * const step = randomStainJitter({ factor: 0.1 });
 */
export const randomStainJitter = (options: Options<RandomStainJitter> = {}): RandomStainJitter =>
  made("randomStainJitter", options);

/**
 * Random blur by a Gaussian. @throws naming a field that does not fit
 * @example
 * const step = randomGaussianBlur({ kernelSize: 3, sigma: [0.1, 1], probability: 0.5 });
 */
export const randomGaussianBlur = (options: Options<RandomGaussianBlur> = {}): RandomGaussianBlur =>
  made("randomGaussianBlur", options);

/**
 * Random noise on every level. @throws naming a field that does not fit
 * @example
 * const step = randomGaussianNoise({ stddev: [0, 0.1] });
 */
export const randomGaussianNoise = (options: Options<RandomGaussianNoise> = {}): RandomGaussianNoise =>
  made("randomGaussianNoise", options);

/**
 * Random marks of JPEG compression. @throws naming a field that does not fit
 * @example
 * const step = randomJpeg({ quality: [30, 90], probability: 0.3 });
 */
export const randomJpeg = (options: Options<RandomJpeg> = {}): RandomJpeg => made("randomJpeg", options);

/**
 * Covers a random rectangle of some images. @throws naming a field that does not fit
 * @example
 * const step = randomErasing({ fillValue: "noise" });
 */
export const randomErasing = (options: Options<RandomErasing> = {}): RandomErasing =>
  made("randomErasing", options);

/**
 * Keeps the upper bits of the levels of some images. @throws naming a field that does not fit
 * @example
 * const step = randomPosterization({ bits: 3 });
 */
export const randomPosterization = (options: Options<RandomPosterization> = {}): RandomPosterization =>
  made("randomPosterization", options);

/**
 * Inverts the bright levels of some images. @throws naming a field that does not fit
 * @example
 * const step = randomSolarization({ threshold: 200 });
 */
export const randomSolarization = (options: Options<RandomSolarization> = {}): RandomSolarization =>
  made("randomSolarization", options);

/**
 * Equalizes the histogram of each channel of some images. @throws naming a field that does not fit
 * @example
 * const step = randomEqualization({ probability: 0.2 });
 */
export const randomEqualization = (options: Options<RandomEqualization> = {}): RandomEqualization =>
  made("randomEqualization", options);

/**
 * Stretches each channel of some images to 0 to 255. @throws naming a field that does not fit
 * @example
 * const step = randomAutoContrast({ probability: 0.2 });
 */
export const randomAutoContrast = (options: Options<RandomAutoContrast> = {}): RandomAutoContrast =>
  made("randomAutoContrast", options);

/**
 * Random sharpness. @throws naming a field that does not fit
 * @example
 * const step = randomSharpness({ factor: [0, 1] }); // only sharper
 */
export const randomSharpness = (options: Options<RandomSharpness> = {}): RandomSharpness =>
  made("randomSharpness", options);

/**
 * RandAugment: some of 14 changes for each image, of one strength (Cubuk et al. 2019). @throws naming a field that does not fit
 * @example
 * const step = randAugment({ numOps: 2, magnitude: 7 });
 */
export const randAugment = (options: Options<RandAugment> = {}): RandAugment => made("randAugment", options);

/**
 * TrivialAugment (wide): one of 14 changes for each image, of any strength (Müller & Hutter 2021). @throws naming a field that does not fit
 * @example
 * const step = trivialAugmentWide({ fillMode: "reflect" });
 */
export const trivialAugmentWide = (options: Options<TrivialAugmentWide> = {}): TrivialAugmentWide =>
  made("trivialAugmentWide", options);
