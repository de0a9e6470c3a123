import { at } from "../../base/index.ts";
import type { PreparedImages } from "../read/prepared.ts";

/** How often images, as they are and mirrored, are nearest to another image of their class. */
export interface MirrorRecognition {
  /** Images that were looked up. */
  readonly images: number;
  /** Of these, nearest to an image of their class as they are. */
  readonly plain: number;
  /** The same, mirrored left to right. */
  readonly mirrored: number;
  /** As they are alone, and mirrored alone. */
  readonly plainOnly: number;
  readonly mirroredOnly: number;
}

export interface MirrorOptions {
  readonly indices: Int32Array;
  /** Group of each prepared image: those of its own group are no neighbours of an image. */
  readonly groups: Int32Array;
  /** Images to look up, evenly over the indices. */
  readonly maxProbes: number;
}

/** Side of the small grey images that are compared, pixels. */
const side = 12;

/** One image, small and grey: mean 0 and length 1, so that the inner product is the correlation. */
interface Small {
  readonly plain: Float32Array;
  readonly mirrored: Float32Array;
  readonly label: number;
  readonly group: number;
}

/** Looks images up among each other by the correlation of small grey versions, as they are and mirrored left to right. */
export async function mirrorRecognition(
  prepared: PreparedImages,
  { indices, groups, maxProbes }: MirrorOptions,
): Promise<MirrorRecognition> {
  const count = Math.min(maxProbes, indices.length);
  const all: Small[] = [];
  const [height, width] = prepared.shape;
  const bytes = new Uint8Array(height * width * 3);
  for (let i = 0; i < count; i++) {
    const index = at(indices, Math.floor((i * indices.length) / count));
    await prepared.copyInto(index, bytes, 0);
    const plain = smallGrey(bytes, height, width);
    all.push({ plain, mirrored: mirror(plain), label: at(prepared.labels, index), group: at(groups, index) });
  }
  const found = all.map((one) => [nearestLabel(one, one.plain, all), nearestLabel(one, one.mirrored, all)]);
  const isRight = (i: number, way: 0 | 1): boolean => found[i]?.[way] === all[i]?.label;
  const counted = (isCounted: (i: number) => boolean): number => all.filter((_, i) => isCounted(i)).length;
  return {
    images: count,
    plain: counted((i) => isRight(i, 0)),
    mirrored: counted((i) => isRight(i, 1)),
    plainOnly: counted((i) => isRight(i, 0) && !isRight(i, 1)),
    mirroredOnly: counted((i) => !isRight(i, 0) && isRight(i, 1)),
  };
}

/** Label of the image of another group that correlates most. */
function nearestLabel({ group }: Small, pixels: Float32Array, all: readonly Small[]): number {
  let [label, most] = [-1, Number.NEGATIVE_INFINITY];
  for (const other of all) {
    if (other.group === group) continue;
    let product = 0;
    for (let k = 0; k < pixels.length; k++) product += (pixels[k] ?? 0) * (other.plain[k] ?? 0);
    if (product > most) [label, most] = [other.label, product];
  }
  return label;
}

/** Means of grey over a grid of cells. */
function smallGrey(bytes: Uint8Array, height: number, width: number): Float32Array {
  const small = new Float32Array(side * side);
  for (let v = 0; v < side; v++) {
    const [top, bottom] = cell(v, height);
    for (let u = 0; u < side; u++) {
      const [left, right] = cell(u, width);
      let sum = 0;
      for (let y = top; y < bottom; y++)
        for (let i = (y * width + left) * 3; i < (y * width + right) * 3; i++) sum += bytes[i] ?? 0;
      small[v * side + u] = sum / (3 * (bottom - top) * (right - left));
    }
  }
  return standardised(small);
}

/** First pixel of a cell and the one after its last; at least one pixel. */
const cell = (i: number, extent: number): readonly [number, number] => {
  const from = Math.min(Math.floor((i * extent) / side), extent - 1);
  return [from, Math.max(from + 1, Math.floor(((i + 1) * extent) / side))];
};

function standardised(values: Float32Array): Float32Array {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const length = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0));
  return values.map((x) => (length === 0 ? 0 : (x - mean) / length));
}

const mirror = (pixels: Float32Array): Float32Array =>
  pixels.map((_, k) => at(pixels, k - (k % side) + (side - 1 - (k % side))));
