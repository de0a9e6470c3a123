import { type KnownCollection, type ReadImage, pathsOf } from "../knownImages.ts";
import type { Finding } from "../types.ts";

/** Brightness of 255 that 14 bits in 16 reach; images that use less than a quarter of their range lose what they hold in 8 bits. */
const maxOfFewerBits = 63;
const maxExamples = 8;

const brightestOf = (images: readonly ReadImage[]): number =>
  images.reduce((most, { facts }) => Math.max(most, facts.brightness.range[1]), 0);

/** All images of more than 8 bits, where none of them uses the upper ones. */
export function withUnusedBits(read: readonly ReadImage[]): readonly ReadImage[] {
  const deep = read.filter(({ facts }) => (facts.depth ?? 8) > 8);
  return brightestOf(deep) > maxOfFewerBits ? [] : deep;
}

/** Images of more than 8 bits that use only the lowest ones, as 12-bit cameras do in files of 16: nearly black in 8 bits. */
export function unusedBitsFindings({ read }: KnownCollection): readonly Finding[] {
  const deep = withUnusedBits(read);
  const [first] = deep;
  if (!first) return [];
  const brightest = brightestOf(deep);
  return [
    {
      code: "unused-bits",
      data: {
        images: deep.length,
        bits: first.facts.depth ?? 16,
        usedBits: 8 + Math.ceil(Math.log2(brightest + 1)),
        brightest,
      },
      severity: "warning",
      images: pathsOf(deep),
      examples: deep.slice(0, maxExamples).map(({ path, facts }) => ({
        code: "brightness",
        data: { mean: facts.brightness.mean },
        paths: [path],
      })),
    },
  ];
}
