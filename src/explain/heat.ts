import { type NdArray, at, ndarray } from "../base/index.ts";

/**
 * Evidence for a class at each position, [h, w], 0 or more.
 * @example
 * const heat: HeatMap = ndarray(Float32Array.of(0, 0, 0, 1), [2, 2]);
 */
export interface HeatMap extends NdArray<Float32Array> {
  /** Largest evidence against it at any position, in the same unit. @default 0 */
  readonly against?: number;
}

/** Maximum of a map; 0 of an empty one. */
export const peakOf = ({ data }: HeatMap): number => data.reduce((max, x) => Math.max(max, x), 0);

/** Where the evidence against a class is more than ten times that for it, the latter is noise. Chosen by eye, not measured. */
const noise = 0.1;

/** The heat that deserves the brightest colour: the map's greatest, unless that is noise. */
export const brightest = (heat: HeatMap): number => Math.max(peakOf(heat), noise * (heat.against ?? 0));

/** For each of `outputs` places the two inputs around its centre, and the share of the second. */
function neighbours(inputs: number, outputs: number): readonly (readonly [number, number, number])[] {
  return Array.from({ length: outputs }, (_, i) => {
    const centre = Math.min(Math.max(((i + 0.5) * inputs) / outputs - 0.5, 0), inputs - 1);
    const first = Math.floor(centre);
    return [first, Math.min(first + 1, inputs - 1), centre - first] as const;
  });
}

/** A map at another size, bilinear; the edges go on outside (as PyTorch's align_corners=False). */
export function scaleHeat({ shape, data }: HeatMap, height: number, width: number): HeatMap {
  const [h = 0, w = 0] = shape;
  const across = neighbours(w, width);
  const scaled = new Float32Array(height * width);
  for (const [y, [top, bottom, down]] of neighbours(h, height).entries()) {
    for (const [x, [left, right, aside]] of across.entries()) {
      const above = at(data, top * w + left) * (1 - aside) + at(data, top * w + right) * aside;
      const below = at(data, bottom * w + left) * (1 - aside) + at(data, bottom * w + right) * aside;
      scaled[y * width + x] = above * (1 - down) + below * down;
    }
  }
  return ndarray(scaled, [height, width]);
}
