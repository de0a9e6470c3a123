import { fault, isObject, nearestName, showValue } from "../../base/index.ts";
import { augmentTypes, isAugmentType, readStep } from "./steps.ts";
import type { AugmentTransform } from "./types.ts";

/** Names of Keras, torchvision and Albumentations that no edit leads to, without "random". */
const synonyms: Readonly<Record<string, string>> = {
  adjustcontrast: "randomContrast",
  adjustsharpness: "randomSharpness",
  affine: "randomRotation",
  augment: "randAugment",
  blur: "randomGaussianBlur",
  brightnesscontrast: "randomBrightness",
  coarsedropout: "randomErasing",
  colordegeneration: "randomSaturation",
  colorjitter: "randomBrightness",
  cropandresize: "randomResizedCrop",
  cutout: "randomErasing",
  equalize: "randomEqualization",
  gaussnoise: "randomGaussianNoise",
  hedjitter: "randomStainJitter",
  horizontalflip: "randomFlip",
  imagecompression: "randomJpeg",
  invert: "randomSolarization",
  mirror: "randomFlip",
  noise: "randomGaussianNoise",
  posterize: "randomPosterization",
  rot90: "randomQuarterTurn",
  rotate: "randomRotation",
  rotate90: "randomQuarterTurn",
  sharpen: "randomSharpness",
  solarize: "randomSolarization",
  stain: "randomStainJitter",
  translate: "randomTranslation",
  trivialaugment: "trivialAugmentWide",
  verticalflip: "randomFlip",
};

/** Without case, hyphens and the word that most begin with, which would make any two of them alike. */
const bareName = (name: string): string =>
  name
    .replace(/[^\p{L}\p{N}]/gu, "")
    .toLowerCase()
    .replace(/^random/, "");

const typesByBareName: ReadonlyMap<string, string> = new Map(
  augmentTypes.map((type) => [bareName(type), type]),
);

/** What to do about a type that there is not, where that can be said. */
function adviceOn(type: unknown): string | undefined {
  if (type === undefined) return 'name the step by "type"';
  if (typeof type !== "string") return undefined;
  const name = bareName(type);
  if (name === "mixup" || name === "cutmix") return `${name} is no step but an option of training`;
  const nearest = nearestName(name, [...typesByBareName.keys()]);
  const meant = synonyms[name] ?? (nearest !== undefined && typesByBareName.get(nearest));
  return meant ? `use ${meant}` : undefined;
}

/** Reads a list of steps that somebody else wrote. @throws naming the entry, the field and the nearest right word */
export function parseAugmentation(who: string, json: unknown): readonly AugmentTransform[] {
  if (!Array.isArray(json)) {
    throw fault(who, {
      expected: 'a list of steps, such as [{ "type": "randomFlip" }]',
      received: showValue(json),
      exitCode: 2,
    });
  }
  return json.map((step: unknown, i) => parseStep(`${who}[${i}]`, step));
}

function parseStep(who: string, step: unknown): AugmentTransform {
  if (!isObject(step)) {
    throw fault(who, {
      expected: 'an object with a type, such as { "type": "randomFlip" }',
      received: showValue(step),
      exitCode: 2,
    });
  }
  const { type } = step;
  if (isAugmentType(type)) return readStep(type, { fields: step, who, joint: "." });
  const fix = adviceOn(type);
  throw fault(`${who}.type`, {
    expected: `one of ${augmentTypes.join(", ")}`,
    received: showValue(type),
    ...(fix !== undefined && { fix }),
    exitCode: 2,
  });
}
