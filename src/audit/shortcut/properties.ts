import { isGrey } from "../findings/colours.ts";
import type { ReadImage } from "../knownImages.ts";
import type { Column } from "./table.ts";

/** Properties that are looked at together, and what to say where they give the class away. */
export interface Family {
  /** "size" */
  readonly name: string;
  readonly columns: readonly Column[];
  readonly tryThis: string;
}

type NumberOf = (subject: ReadImage) => number;

/** All that can be known of an image without looking at what it shows. */
export const familiesOf = (read: readonly ReadImage[]): readonly Family[] =>
  [
    {
      name: "size or shape",
      columns: [
        column(read, "width", ({ facts }) => facts.width, pixels),
        column(read, "height", ({ facts }) => facts.height, pixels),
        column(read, "width over height", ({ facts }) => facts.width / facts.height, decimals),
      ],
      tryThis: "Cut or scale the images of all classes to one size and shape before training.",
    },
    {
      name: "file format or quality",
      columns: [
        ...categories(
          read,
          ({ facts }) => facts.format ?? "",
          (format) => `format ${format}`,
        ),
        column(read, "JPEG quality", ({ facts }) => facts.jpegQuality ?? 0, whole),
        // Of the whole file would only say its size once more.
        column(read, "bytes a pixel", ({ facts }) => facts.bytes / facts.width / facts.height, decimals),
      ],
      tryThis:
        "Save the images of all classes in one way: the traces of JPEG are in the pixels, and a network finds them.",
    },
    {
      name: "colour or brightness",
      columns: [
        column(read, "mean red", ({ facts }) => facts.meanColour[0], whole),
        column(read, "mean green", ({ facts }) => facts.meanColour[1], whole),
        column(read, "mean blue", ({ facts }) => facts.meanColour[2], whole),
        column(read, "contrast", ({ facts }) => facts.brightness.deviation, whole),
        column(read, "colourfulness", ({ facts }) => facts.colourfulness, whole),
        yesNo(read, isGrey, ["grey", "in colour"]),
      ],
      tryThis:
        "Ask whether the objects have these colours, or only the background and the light; the latter will not hold for new images.",
    },
    {
      name: "camera or date (EXIF)",
      columns: [
        ...categories(
          read,
          ({ facts }) => facts.exif?.camera ?? "",
          (camera) => `camera ${camera}`,
        ),
        ...categories(
          read,
          ({ facts }) => facts.exif?.software ?? "",
          (name) => `software ${name}`,
        ),
        yesNo(read, ({ facts }) => facts.exif !== undefined, ["with EXIF", "without EXIF"]),
        column(read, "date", ({ facts }) => dayOf(facts.exif?.date), day),
      ],
      tryThis: "Collect all classes with the same cameras and in the same sessions.",
    },
    {
      name: "file name",
      columns: [
        ...categories(read, patternOf, (pattern) => `names like ${pattern}`),
        column(read, "length of the name", ({ path }) => stemOf(path).length, whole),
        column(read, "digits in the name", ({ path }) => stemOf(path).replaceAll(/\D/g, "").length, whole),
        column(read, "last number in the name", lastNumber, whole),
      ],
      tryThis:
        "No network sees the names, but they often tell that the classes were collected in different ways: look for what else differs.",
    },
  ].map((family) => ({ ...family, columns: family.columns.filter(varies) }));

const varies = ({ values }: Column): boolean => values.some((value) => value !== values[0]);

const whole = (value: number): string => `${Math.round(value)}`;
const decimals = (value: number): string => value.toFixed(2);
const pixels = (value: number): string => `${value} pixels`;
const day = (value: number): string => new Date(value * 86_400_000).toISOString().slice(0, 10);

const column = (
  read: readonly ReadImage[],
  name: string,
  valueOf: NumberOf,
  show: (value: number) => string,
): Column => ({ name, values: Float64Array.from(read, valueOf), show });

const yesNo = (
  read: readonly ReadImage[],
  holds: (subject: ReadImage) => boolean,
  isNot: readonly [string, string],
): Column => ({
  name: isNot[0],
  values: Float64Array.from(read, (subject) => Number(holds(subject))),
  show: String,
  isNot,
});

const maxCategories = 20;

/** A column for each of the most frequent values. */
function categories(
  read: readonly ReadImage[],
  valueOf: (subject: ReadImage) => string,
  say: (value: string) => string,
): readonly Column[] {
  const counts = new Map<string, number>();
  for (const subject of read) {
    const value = valueOf(subject);
    if (value !== "") counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, count]) => count > 1)
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, maxCategories)
    .map(([value]) => yesNo(read, (subject) => valueOf(subject) === value, [say(value), `no ${say(value)}`]));
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
