import { portableExp, portableLog } from "../../../base/index.ts";
import type { Triple } from "../ops.ts";
import { inKernel } from "./pixels.ts";
import { factorsAt, levelCount, perDensity, stainStart, stainKernel } from "./stainKernel.ts";

/** Optical density of red, green and blue that haematoxylin, eosin and DAB make (Ruifrok & Johnston 2001). */
const dyes: readonly [Triple, Triple, Triple] = [
  [0.65, 0.7, 0.29],
  [0.07, 0.99, 0.11],
  [0.27, 0.57, 0.78],
];

const cross = ([a, b, c]: Triple, [d, e, f]: Triple): Triple => [b * f - c * e, c * d - a * f, a * e - b * d];
const dot = ([a, b, c]: Triple, [d, e, f]: Triple): number => a * d + b * e + c * f;
const scaled = ([a, b, c]: Triple, by: number): Triple => [a * by, b * by, c * by];

/** For each dye what a density of red, green and blue has of it: the inverse, column by column. */
function amounts(): readonly [Triple, Triple, Triple] {
  const [h, e, d] = dyes;
  const volume = 1 / dot(h, cross(e, d));
  return [scaled(cross(e, d), volume), scaled(cross(d, h), volume), scaled(cross(h, e), volume)];
}

/** Natural optical density of a level; 0, which has none, counts as a quarter of a level. */
const densities = Float64Array.from({ length: 256 }, (_, level) => -portableLog(Math.max(level, 0.25) / 255));

/** Densities are looked up in steps of a 1,024th: an eighth of a level. */
const levels = Uint8Array.from({ length: levelCount }, (_, i) =>
  Math.floor(255 * portableExp(-i / perDensity) + 0.5),
);

/** The amount of each dye becomes a · amount + constant, in natural optical density. */
export function stain(pixels: Uint8Array, a: Triple, constant: Triple): void {
  const [h, e, d] = amounts();
  /** Of one channel's new density: what it has of the old three, and a constant. */
  const rowOf = (channel: 0 | 1 | 2): readonly number[] => {
    const by = [dyes[0][channel], dyes[1][channel], dyes[2][channel]] as const;
    const of = (i: 0 | 1 | 2): number => h[i] * a[0] * by[0] + e[i] * a[1] * by[1] + d[i] * a[2] * by[2];
    return [of(0), of(1), of(2), dot(constant, by)];
  };
  const kernelOf = (bytes: number): ReturnType<typeof stainKernel> =>
    stainKernel({ densities, levels }, bytes);
  inKernel(pixels, kernelOf, stainStart, (kernel, end) => {
    new Float64Array(kernel.memory, factorsAt, 12).set([...rowOf(0), ...rowOf(1), ...rowOf(2)]);
    kernel.change(stainStart, end);
  });
}
