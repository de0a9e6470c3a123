import { at } from "./at.ts";

/**
 * The name that was probably meant: the one that the fewest insertions, deletions and replacements of letters
 * (Levenshtein distance), whatever their case, lead to; nothing where that is more than a third of the word.
 */
export function nearestName(word: string, names: readonly string[]): string | undefined {
  const distances = names.map((name) => distanceOf(word.toLowerCase(), name.toLowerCase()));
  const nearest = Math.min(...distances);
  return nearest <= word.length / 3 ? names[distances.indexOf(nearest)] : undefined;
}

/** Levenshtein distance, row by row of the table. */
function distanceOf(word: string, name: string): number {
  let row = Array.from({ length: name.length + 1 }, (_, j) => j);
  for (const letter of word) {
    const [first = 0, ...others] = row;
    const next = [first + 1];
    let diagonal = first;
    for (const [j, above] of others.entries()) {
      next.push(Math.min(above + 1, at(next, j) + 1, diagonal + (letter === name[j] ? 0 : 1)));
      diagonal = above;
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
