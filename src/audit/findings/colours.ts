import { percentText, plural } from "../../base/index.ts";
import { type ReadImage, type KnownCollection, listed, pathsOf } from "../knownImages.ts";
import type { Finding } from "../types.ts";

const shownAtMost = 8;
// What JPEG makes of grey stays below both.
const mostColourfulness = 4;
const mostColourShare = 0.005;

/** Whether the pixels show no colour, however the file stores them. */
export const isGrey = ({ facts }: ReadImage): boolean =>
  facts.colourfulness < mostColourfulness && facts.colourShare < mostColourShare;

/** Grey images among coloured ones or the reverse, and images that are stored in an unusual way. */
export const colourFindings = ({ read }: KnownCollection): readonly Finding[] => [
  ...mix(read),
  ...storage(read),
];

// In an image with less between dark and bright nobody can tell.
const leastRange = 64;

const hasTones = ({ facts }: ReadImage): boolean =>
  facts.brightness.range[1] - facts.brightness.range[0] >= leastRange;

function mix(read: readonly ReadImage[]): readonly Finding[] {
  const told = read.filter(hasTones);
  const grey = told.filter(isGrey);
  const coloured = told.filter((subject) => !isGrey(subject));
  const few = grey.length <= coloured.length ? grey : coloured;
  if (few.length === 0) return [];
  const [name, others] = few === grey ? ["grey", "coloured"] : ["coloured", "grey"];
  return [
    {
      code: "colour-mix",
      severity: "note",
      sentence: `${plural(few.length, "image")} (${percentText(few.length / read.length)}) ${few.length === 1 ? "is" : "are"} ${name} among ${others} ones.`,
      tryThis:
        few === grey
          ? "Where colour matters, replace them; where it does not, make all images grey."
          : "Make all images grey, unless colour tells the classes apart for good reason.",
      images: pathsOf(few),
      examples: few.slice(0, shownAtMost).map(({ path }) => ({ paths: [path], says: name })),
    },
  ];
}

/** What a file holds that a network never sees. */
function unusual({ facts }: ReadImage): string | undefined {
  if (facts.space === "cmyk") return "in the colours of print (CMYK)";
  if (facts.depth !== undefined && facts.depth > 8) return `with ${facts.depth} bits a value`;
  return facts.alpha ? "with transparency" : undefined;
}

function storage(read: readonly ReadImage[]): readonly Finding[] {
  const odd = read.filter((subject) => unusual(subject) !== undefined);
  if (odd.length === 0) return [];
  const counts = new Map<string, number>();
  for (const subject of odd) counts.set(unusual(subject)!, (counts.get(unusual(subject)!) ?? 0) + 1);
  const kinds = [...counts].map(([kind, count]) => `${plural(count, "image")} ${kind}`);
  return [
    {
      code: "storage",
      severity: "note",
      sentence: `Stored in an unusual way: ${listed(kinds)}. All are read as 8-bit RGB, transparency laid on white.`,
      tryThis: "Nothing, unless the colours look wrong in the images below.",
      images: pathsOf(odd),
      examples: odd
        .slice(0, shownAtMost)
        .map((subject) => ({ paths: [subject.path], says: unusual(subject)! })),
    },
  ];
}
