import { fault, isObject, nearestName, showValue } from "../../base/index.ts";
import { augmentTypes, isAugmentType, readStep } from "./steps.ts";
import type { AugmentTransform } from "./types.ts";

/** Names of Keras and torchvision that no edit leads to. */
const synonyms: Readonly<Record<string, string>> = {
  randomaffine: "randomRotation",
  randomhorizontalflip: "randomFlip",
  randomverticalflip: "randomFlip",
  colorjitter: "randomBrightness",
  randomcolorjitter: "randomBrightness",
  cutout: "randomErasing",
  jpeg: "randomJpeg",
  gaussiannoise: "randomGaussianNoise",
  gaussianblur: "randomGaussianBlur",
  randomsolarize: "randomSolarization",
  solarization: "randomSolarization",
  randomposterize: "randomPosterization",
  randomequalize: "randomEqualization",
  equalization: "randomEqualization",
  autocontrast: "randomAutoContrast",
  randomadjustsharpness: "randomSharpness",
  trivialaugment: "trivialAugmentWide",
  hedjitter: "randomStainJitter",
  rotation: "randomRotation",
};

/** The type that was probably meant, whatever its case and hyphens. */
function nearestType(type: unknown): string | undefined {
  if (typeof type !== "string") return undefined;
  const bare = type.replace(/[^\p{L}\p{N}]/gu, "");
  return synonyms[bare.toLowerCase()] ?? nearestName(bare, augmentTypes);
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
  const nearest = nearestType(type);
  throw fault(`${who}.type`, {
    expected: `one of ${augmentTypes.join(", ")}`,
    received: showValue(type),
    ...(nearest !== undefined && { fix: `use ${nearest}` }),
    exitCode: 2,
  });
}
