import { checkOptions, fault, nearestName } from "../base/index.ts";
import type { ModelSpec } from "../nn/index.ts";
import { airbench94 } from "./airbench.ts";
import { convnextNano } from "./convnext.ts";
import { efficientnetLite0 } from "./efficientnetLite.ts";
import { lenet } from "./lenet.ts";
import { mlp } from "./mlp.ts";
import { mobilenet, mobilenetHalf, mobilenetQuarter } from "./mobilenet.ts";
import { mobilenetv2 } from "./mobilenetv2.ts";
import { mobilenetv3Small } from "./mobilenetv3.ts";
import { plain3, plain4 } from "./plain.ts";
import type { Architecture, ModelOptions, Recipe } from "./recipe.ts";
import { resnet18, resnet20 } from "./resnet.ts";
import { resnet9 } from "./resnet9.ts";
import { shufflenetv2 } from "./shufflenetv2.ts";
import { squeezenet } from "./squeezenet.ts";
import { tutorial } from "./tutorial.ts";
import { vggSmall } from "./vgg.ts";

export type { Architecture, ModelOptions, Recipe } from "./recipe.ts";
export {
  type RateCurve,
  type TrainingLength,
  parseRateCurve,
  rateCurveNames,
  scheduleOf,
} from "./rateCurve.ts";

const registry: ReadonlyMap<string, Architecture> = new Map([
  ["tutorial", tutorial],
  ["mlp", mlp],
  ["lenet", lenet],
  ["plain3", plain3],
  ["plain4", plain4],
  ["vgg-small", vggSmall],
  ["airbench94", airbench94],
  ["resnet9", resnet9],
  ["resnet20", resnet20],
  ["resnet18", resnet18],
  ["mobilenet", mobilenet],
  ["mobilenet-half", mobilenetHalf],
  ["mobilenet-quarter", mobilenetQuarter],
  ["mobilenetv2", mobilenetv2],
  ["mobilenetv3-small", mobilenetv3Small],
  ["efficientnet-lite0", efficientnetLite0],
  ["shufflenetv2", shufflenetv2],
  ["squeezenet", squeezenet],
  ["convnext-nano", convnextNano],
]);

/**
 * Names of the built-in architectures, for `buildModel`.
 * @example
 * modelNames.includes("plain4"); // → true
 */
export const modelNames: readonly string[] = [...registry.keys()];

/** An architecture by name. @throws FoveaError with the names that there are */
export function architectureOf(name: string): Architecture {
  const found = registry.get(name);
  if (found) return found;
  const nearest = nearestName(name, modelNames);
  throw fault(`model ${name}`, {
    expected: `one of ${modelNames.join(", ")}`,
    received: `"${name}"`,
    ...(nearest !== undefined && { fix: `use ${nearest}` }),
    exitCode: 2,
  });
}

/**
 * Layers of a named model for these images and classes.
 * @example
 * const spec = buildModel("plain3", { inputShape: [32, 32, 3], classes: 4 });
 * const net = sequential(spec.layers, { name: spec.name });
 */
export function buildModel(name: string, options: ModelOptions): ModelSpec {
  checkOptions("buildModel", options, { inputShape: true, classes: true });
  return architectureOf(name).build(options);
}

/** Default settings of a named model. */
export const recipeOf = (name: string): Recipe => architectureOf(name).recipe;

/** The model for images whose shorter side has `size` pixels, when the user names none. */
export const defaultModelName = (size: number): string => (size >= 64 ? "plain4" : "plain3");
