import { fault, seeded } from "../../base/index.ts";
import type { Raster } from "../types.ts";
import { type CellType, cellTypes } from "./atlas.ts";
import { drawPhotograph } from "./photograph.ts";
import { drawView } from "./view.ts";

/** Number and size of the synthetic images. */
export interface SyntheticOptions {
  /** @default 50 */
  readonly photographsPerClass?: number;
  /** Images of each photograph. @default 3 */
  readonly viewsPerPhotograph?: number;
  /** Pixels. @default 320 */
  readonly width?: number;
  /** Pixels. @default 240 */
  readonly height?: number;
  /** @default 0 */
  readonly seed?: number;
}

/** One synthetic image with its label and group. */
export interface SyntheticImage {
  /** E.g. `EOSINOPHIL/photo-007-view-2.png`; both numbers count from 1. */
  readonly path: string;
  readonly label: CellType;
  /** The source image, e.g. `EOSINOPHIL-007`: images that share it belong on one side of a split. */
  readonly group: string;
  readonly raster: Raster;
}

/**
 * Draws a labelled collection of blood-smear images, class by class, each as it is asked for.
 * An image depends on the seed, its names and its size alone, not on how many others are drawn.
 */
export function* syntheticCollection(
  options: SyntheticOptions = {},
): Generator<SyntheticImage, void, undefined> {
  const { photographsPerClass = 50, viewsPerPhotograph = 3, width = 320, height = 240, seed = 0 } = options;
  for (const [name, count] of Object.entries({ photographsPerClass, viewsPerPhotograph })) {
    if (Number.isInteger(count) && count >= 1) continue;
    const received = String(count);
    throw fault(`syntheticCollection: ${name}`, {
      expected: "a whole number, at least 1",
      received,
      exitCode: 2,
    });
  }
  const random = seeded(seed);
  for (const label of cellTypes) {
    for (let photo = 1; photo <= photographsPerClass; photo++) {
      const number = String(photo).padStart(3, "0");
      const group = `${label}-${number}`;
      const stream = random.fork(group);
      const photograph = drawPhotograph(label, stream);
      for (let view = 1; view <= viewsPerPhotograph; view++) {
        const raster = drawView(photograph, stream.fork(`view ${view}`), { width, height });
        yield { path: `${label}/photo-${number}-view-${view}.png`, label, group, raster };
      }
    }
  }
}
