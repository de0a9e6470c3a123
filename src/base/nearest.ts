import { at } from "./at.ts";

/**
 * The name that was probably meant: the one that the fewest insertions, deletions and replacements of letters and
 * swaps of two neighbours, whatever their case, lead to; nothing where that is more than a third of the word.
 */
export function nearestName(word: string, names: readonly string[]): string | undefined {
  const distances = names.map((name) => distanceOf(word.toLowerCase(), name.toLowerCase()));
  const nearest = Math.min(...distances);
  return nearest <= word.length / 3 ? names[distances.indexOf(nearest)] : undefined;
}

/** The distance, row by row of the table; a swap looks two rows back (optimal string alignment). */
function distanceOf(word: string, name: string): number {
  let before: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: name.length + 1 }, (_, j) => j);
  for (let i = 0; i < word.length; i += 1) {
    const next = [i + 1];
    for (let j = 0; j < name.length; j += 1) {
      const swapped = i > 0 && j > 0 && word[i] === name[j - 1] && word[i - 1] === name[j];
      next.push(
        Math.min(
          at(row, j + 1) + 1,
          at(next, j) + 1,
          at(row, j) + (word[i] === name[j] ? 0 : 1),
          swapped ? at(before, j - 1) + 1 : Infinity,
        ),
      );
    }
    before = row;
    row = next;
  }
  return at(row, name.length);
}
