import { isGrey } from "../findings/colours.ts";
import type { ReadImage } from "../knownImages.ts";
import type { FlagProperty, NumberProperty, PropertyFamily } from "../statements.ts";
import type { PropertyColumn } from "./table.ts";

/** Properties that are looked at together. */
interface Family {
  readonly family: PropertyFamily;
  readonly columns: readonly PropertyColumn[];
}

/** All that can be known of an image without looking at what it shows. */
export const familiesOf = (read: readonly ReadImage[]): readonly Family[] =>
  [
    {
      family: "size" as const,
      columns: [
        column(read, "width", ({ facts }) => facts.width),
        column(read, "height", ({ facts }) => facts.height),
        column(read, "aspect-ratio", ({ facts }) => facts.width / facts.height),
      ],
    },
    {
      family: "encoding" as const,
      columns: [
        ...categories(read, "format", ({ facts }) => facts.format ?? ""),
        column(read, "jpeg-quality", ({ facts }) => facts.jpegQuality ?? 0),
        // Of the whole file would only say its size once more.
        column(read, "bytes-per-pixel", ({ facts }) => facts.bytes / facts.width / facts.height),
      ],
    },
    {
      family: "colour" as const,
      columns: [
        column(read, "mean-red", ({ facts }) => facts.meanColour[0]),
        column(read, "mean-green", ({ facts }) => facts.meanColour[1]),
        column(read, "mean-blue", ({ facts }) => facts.meanColour[2]),
        column(read, "contrast", ({ facts }) => facts.brightness.deviation),
        column(read, "colourfulness", ({ facts }) => facts.colourfulness),
        flag(read, "greyscale", isGrey),
      ],
    },
    {
      family: "camera" as const,
      columns: [
        ...categories(read, "camera", ({ facts }) => facts.exif?.camera ?? ""),
        ...categories(read, "software", ({ facts }) => facts.exif?.software ?? ""),
        flag(read, "exif", ({ facts }) => facts.exif !== undefined),
        column(read, "date", ({ facts }) => dayOf(facts.exif?.date)),
      ],
    },
    {
      family: "file-name" as const,
      columns: [
        ...categories(read, "name-pattern", patternOf),
        column(read, "name-length", ({ path }) => stemOf(path).length),
        column(read, "name-digits", ({ path }) => stemOf(path).replaceAll(/\D/g, "").length),
        column(read, "name-number", lastNumber),
      ],
    },
  ].map(({ family, columns }) => ({ family, columns: columns.filter(varies) }));

const varies = ({ values }: PropertyColumn): boolean => values.some((value) => value !== values[0]);

const column = (
  read: readonly ReadImage[],
  property: NumberProperty,
  valueOf: (image: ReadImage) => number,
): PropertyColumn => ({ property, isFlag: false, values: Float64Array.from(read, valueOf) });

const flag = (
  read: readonly ReadImage[],
  property: FlagProperty,
  holds: (image: ReadImage) => boolean,
): PropertyColumn => ({
  property,
  isFlag: true,
  values: Float64Array.from(read, (image) => Number(holds(image))),
});

/** Bounds the width of the table; chosen, not measured. */
const maxCategories = 20;

/** A flag for each of the most frequent values. */
function categories(
  read: readonly ReadImage[],
  property: FlagProperty,
  valueOf: (image: ReadImage) => string,
): readonly PropertyColumn[] {
  const counts = new Map<string, number>();
  for (const image of read) {
    const value = valueOf(image);
    if (value !== "") counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, count]) => count > 1)
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, maxCategories)
    .map(([value]) => ({ ...flag(read, property, (image) => valueOf(image) === value), value }));
}

/** "cats/cat.12.jpg" → "cat.12" */
const stemOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1).replace(/\.[^.]*$/, "");

/** The name with its last number taken out: "cat.12" → "cat.#". */
export const patternOf = ({ path }: Pick<ReadImage, "path">): string =>
  stemOf(path).replace(/\d+(?=\D*$)/, "#");

const lastNumber = ({ path }: ReadImage): number =>
  Number((/(\d+)\D*$/.exec(stemOf(path))?.[1] ?? "-1").slice(0, 15));

const dayOf = (date: string | undefined): number =>
  date === undefined ? 0 : Math.floor(Date.parse(`${date}Z`) / 86_400_000);
