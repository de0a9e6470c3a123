import { fault, plural, showShape } from "../../../base/index.ts";
import { type Recipe, buildModel, modelNames, recipeOf } from "../../../models/index.ts";
import { type ModelSpec, summarize } from "../../../nn/index.ts";
import type { FileStore } from "../../context.ts";
import { type FileArchitecture, forClasses, readArchitecture } from "../../files/architecture.ts";

/** A model with the settings to begin with. */
export interface ChosenModel {
  readonly modelName: string;
  readonly model: ModelSpec;
  /** Height and width of its images, pixels. */
  readonly size: number;
  /** That it predicts. */
  readonly classes: number;
  readonly recipe: Recipe;
  /** The file that it comes from; absent for an architecture by name. */
  readonly file?: FileArchitecture;
}

/** What a model is chosen for. */
export interface ModelChoice {
  /** Name of an architecture, the path of a file with one, or what stands in it. */
  readonly named: string | FileArchitecture;
  /** @default the model's own */
  readonly size: number | undefined;
  /** Of the data. @default those of the JSON file; 4 for an architecture, where their number hardly counts */
  readonly classes?: number;
}

/**
 * The model of a name or a file, for images of `size` or its own. One that was trained takes as many classes as the data has.
 * @throws when it does not fit the images or the classes
 */
export async function chooseModel(
  { named, size: asked, classes: ofData }: ModelChoice,
  files: FileStore,
): Promise<ChosenModel> {
  if (typeof named === "string" && modelNames.includes(named)) {
    const recipe = recipeOf(named);
    const size = asked ?? recipe.size;
    const inputShape = [size, size, 3] as const;
    const model = buildModel(named, { inputShape, classes: ofData ?? 4 });
    checkSize(named, model, inputShape);
    const classes = outputOf(`model ${named}`, { model, inputShape, classes: ofData });
    return { modelName: named, model, size, classes, recipe };
  }
  const file = typeof named === "string" ? await readArchitecture(named, files) : named;
  const isTrained = file.origin !== "network";
  const recipe = recipeOf(isTrained && modelNames.includes(file.name) ? file.name : "plain4");
  const size = asked ?? file.size ?? recipe.size;
  const model = isTrained && ofData !== undefined ? forClasses(file, ofData) : file.model;
  const classes = outputOf(file.path, { model, inputShape: [size, size, 3], classes: ofData });
  return { modelName: file.name, model, size, classes, recipe, file };
}

/** The name of an architecture that is built by that name exactly as it is; nothing for any other network. */
export function namedModel({
  name,
  model,
  size,
  classes,
}: Pick<ChosenModel, "model" | "size" | "classes"> & { readonly name: string }): string | undefined {
  if (!modelNames.includes(name)) return undefined;
  const built = buildModel(name, { inputShape: [size, size, 3], classes });
  return JSON.stringify(built) === JSON.stringify(model) ? name : undefined;
}

interface Fitted {
  readonly model: ModelSpec;
  readonly inputShape: readonly [number, number, number];
  readonly classes: number | undefined;
}

/** @throws when a named model cannot take images of this size: the reader chose it, not the layer that runs out of pixels or of numbers. */
function checkSize(named: string, model: ModelSpec, inputShape: Fitted["inputShape"]): void {
  try {
    summarize(model, inputShape);
  } catch (cause) {
    const [size] = inputShape;
    const own = recipeOf(named).size;
    const tooSmall = size < own;
    throw fault(`--size ${size}`, {
      expected: tooSmall ? `images large enough for ${named}` : `images small enough for ${named}`,
      received: cause instanceof Error ? `this from it: ${cause.message}` : String(cause),
      fix: `use a ${tooSmall ? "larger" : "smaller"} --size (its own is ${own}), or another --model`,
      exitCode: 2,
      cause,
    });
  }
}

/** How many classes the network predicts. @throws where it does not end in one number a class, of the data where there is one */
function outputOf(who: string, { model, inputShape, classes }: Fitted): number {
  const { rows } = summarize(model, inputShape);
  const [units, ...more] = rows.findLast(({ depth }) => depth === 0)?.outputShape ?? [];
  if (units !== undefined && more.length === 0 && units === (classes ?? units)) return units;
  const received = `shape ${showShape(units === undefined ? more : [units, ...more])}`;
  const end = "end with flatten or globalAveragePooling2d and dense with";
  throw classes === undefined
    ? fault(who, {
        expected: "a network that ends in one number for each class, shape [classes]",
        received,
        fix: `${end} one unit for each class and softmax`,
      })
    : fault(who, {
        expected: `${classes} numbers at the end, one for each class of the data`,
        received,
        fix: `${end} ${plural(classes, "unit")} and softmax`,
      });
}
