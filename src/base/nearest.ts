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
    let diagonal = row[0] ?? 0;
    const next = [diagonal + 1];
    for (const [j, other] of [...name].entries()) {
      const above = row[j + 1] ?? 0;
      next.push(Math.min(above + 1, (next[j] ?? 0) + 1, diagonal + (letter === other ? 0 : 1)));
      diagonal = above;
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
