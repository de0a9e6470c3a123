// What stands beside a chart without pushing it away.
const maxLetters = 20;

/** A class name that fits beside a chart: long ones keep their beginning and their end, where they differ most often. */
export const shortName = (name: string): string =>
  name.length > maxLetters ? `${name.slice(0, maxLetters / 2)}…${name.slice(1 - maxLetters / 2)}` : name;

/** A title as the name of a place or a file: "training-curves". */
export const anchorOf = (title: string): string =>
  title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, "-")
    .replaceAll(/^-+|-+$/g, "");
