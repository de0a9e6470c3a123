import { at } from "../../base/index.ts";
import { type KnownCollection, type ReadImage, pathsOf, setsOf } from "../knownImages.ts";
import type { UnusualStorage } from "../statements.ts";
import type { Finding } from "../types.ts";
import { withUnusedBits } from "./unusedBits.ts";

const maxExamples = 8;
// Meant to lie above what JPEG makes of grey; chosen, not measured.
const maxGreyColourfulness = 4;
const maxGreyColourShare = 0.005;

/** Whether the pixels show no colour, however the file stores them. */
export const isGrey = ({ facts }: ReadImage): boolean =>
  facts.colourfulness < maxGreyColourfulness && facts.colourShare < maxGreyColourShare;

/** Greyscale images among coloured ones or the reverse, and images that are stored in an unusual way. */
export const colourFindings = ({ read }: KnownCollection): readonly Finding[] => [
  ...mix(read),
  ...storage(read),
];

// With less between dark and bright the colour of an image cannot be told; chosen, not measured.
const minRange = 64;

const hasTones = ({ facts }: ReadImage): boolean =>
  facts.brightness.range[1] - facts.brightness.range[0] >= minRange;

function mix(read: readonly ReadImage[]): readonly Finding[] {
  const withTones = read.filter(hasTones);
  const greyscale = withTones.filter(isGrey);
  const coloured = withTones.filter((image) => !isGrey(image));
  const few = greyscale.length <= coloured.length ? greyscale : coloured;
  if (few.length === 0) return [];
  const kind = few === greyscale ? "greyscale" : "coloured";
  return [
    {
      code: "colour-mix",
      data: { greyscale: greyscale.length, coloured: coloured.length },
      severity: "note",
      images: pathsOf(few),
      examples: few
        .slice(0, maxExamples)
        .map(({ path }) => ({ code: "colour-kind", data: { kind }, paths: [path] })),
    },
  ];
}

function unusualStorageOf({ facts }: ReadImage): UnusualStorage | undefined {
  if (facts.space === "cmyk") return { kind: "cmyk" };
  if (facts.depth !== undefined && facts.depth > 8) return { kind: "depth", bits: facts.depth };
  return facts.alpha ? { kind: "alpha" } : undefined;
}

function storage(read: readonly ReadImage[]): readonly Finding[] {
  // A finding of their own says what to do about these.
  const unused = new Set(withUnusedBits(read));
  const odd = read.flatMap((image) => {
    if (unused.has(image)) return [];
    const how = unusualStorageOf(image);
    return how ? [{ path: image.path, storage: how }] : [];
  });
  if (odd.length === 0) return [];
  const sets = setsOf(odd, ({ storage: { kind, ...bits } }) => `${kind} ${Object.values(bits).join("")}`);
  return [
    {
      code: "storage",
      data: { kinds: sets.map((set) => ({ storage: at(set, 0).storage, images: set.length })) },
      severity: "note",
      images: odd.map(({ path }) => path),
      examples: odd
        .slice(0, maxExamples)
        .map(({ path, storage: how }) => ({ code: "stored-as", data: { storage: how }, paths: [path] })),
    },
  ];
}
