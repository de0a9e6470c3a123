/** Times, and how the program was started, differ from machine to machine. */
export const comparable = (text: string): string =>
  text
    .replaceAll(/(\d+ min )?\d+(\.\d+)? s\b/g, "… s")
    .replaceAll(/^ {2}.* (?=(?:predict|train|evaluate|explain|compare) )/gm, "  … ")
    .replaceAll(/[ \t]+/g, " ")
    .trim();
