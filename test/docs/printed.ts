/** A line that says what goes on: which of them are printed depends on the time. */
const isProgress = (line: string): boolean =>
  /^ *\d{1,3}% | images\/s {2}/.test(line) ||
  /^(?: *\d+\/\d+ +)?(?:looking|planning|splitting|preparing|compiling|evaluating|computing|training the|drawing|writing|Explaining|Classifying) .*$/.test(
    line,
  );

/**
 * What a command printed, as it can be compared: times, and how the program was started, differ from machine to machine,
 * and lines may be broken elsewhere.
 */
export const comparable = (text: string): string =>
  text
    .split("\n")
    .filter((line) => !isProgress(line))
    .join("\n")
    .replaceAll(/(\d+ min )?\d+(\.\d+)? s\b/g, "… s")
    .replaceAll(/^ {2}.* (?=(?:predict|train|evaluate|explain|compare) )/gm, "  … ")
    .replaceAll(/\s+/g, " ")
    .trim();
