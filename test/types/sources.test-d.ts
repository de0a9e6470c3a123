import { arraySource, augmentedSource, evaluateModel, imageSource } from "../../src/evaluate/index.ts";
import type { FitData } from "../../src/train/index.ts";

// Compiled by `npm run types`, never run: nothing that is measured can be augmented.

declare const prepared: Parameters<typeof imageSource>[0];
declare const model: Parameters<typeof evaluateModel>[0];
declare const options: Parameters<typeof evaluateModel>[2];
declare const x: Parameters<typeof arraySource>[0];

const augmented = augmentedSource(prepared, { normalise: [], augment: [] });
const plain = imageSource(prepared, { normalise: [] });
void ({ train: augmented, validation: plain } satisfies FitData);
void ({ train: arraySource(x, x) } satisfies FitData);
// @ts-expect-error a validation set that is augmented
void ({ train: augmented, validation: augmented } satisfies FitData);
// @ts-expect-error metrics of augmented images
void evaluateModel(model, augmented, options);
// @ts-expect-error the source of images that are measured knows no augmentation
void imageSource(prepared, { normalise: [], augment: [] });
