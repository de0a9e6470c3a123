import { architectureOf, modelNames } from "../models/index.ts";
import { summarize } from "../nn/index.ts";

/** One architecture with the recipe that it is trained by unless told otherwise. */
export interface ModelListing {
  readonly name: string;
  /** One line on what it is and for what. */
  readonly about: string;
  /** Numbers in the model, for 4 classes at its own image size. */
  readonly parameters: number;
  /** Floating-point operations to name one image. */
  readonly flops: number;
  /** Height and width of its images, in pixels. */
  readonly size: number;
  readonly batchSize: number;
  readonly epochs: number;
}

/** The architectures that `train` knows by name. */
export const models = (): readonly ModelListing[] =>
  modelNames.map((name) => {
    const architecture = architectureOf(name);
    const { about, recipe } = architecture;
    const { size, batchSize, epochs } = recipe;
    const inputShape = [size, size, 3] as const;
    const { parameters, flops } = summarize(architecture.build({ inputShape, classes: 4 }), inputShape);
    return { name, about, parameters, flops, size, batchSize, epochs };
  });
