/** One number of each picture, by which pictures can be told apart. */
export interface Column {
  /** "width" */
  readonly name: string;
  readonly values: Float64Array;
  /** How a value is said: "64 pixels". */
  readonly show: (value: number) => string;
  /** Says that a yes-or-no property holds or does not; its values are 1 and 0. */
  readonly isNot?: readonly [is: string, isNot: string];
}

/** What to learn from. */
export interface Table {
  readonly columns: readonly Column[];
  /** Class index of each row. */
  readonly labels: Int32Array;
  readonly classes: number;
}

/** A question at a time: rows whose value is at most the limit go left. */
export type Tree =
  | { readonly column: number; readonly limit: number; readonly left: Tree; readonly right: Tree }
  | Leaf;

/** Where the questions end. */
export interface Leaf {
  /** Class that is named. */
  readonly label: number;
  readonly rows: readonly number[];
  /** Share of that class that is here, beyond its part of the leaf by chance. */
  readonly gain: number;
  /** That class's part of the leaf, every class weighing the same. */
  readonly purity: number;
}

interface Growing extends Table {
  /** Weight of a row of each class: every class weighs the same in sum. */
  readonly weights: Float64Array;
  /** Limits to try, of each column. */
  readonly limits: readonly (readonly number[])[];
  readonly leastRows: number;
}

const mostLimits = 31;

/** Grows a decision tree by Gini impurity (Breiman et al. 1984), classes weighed alike. */
export function growTree(table: Table, rows: readonly number[], depth: number): Tree {
  const counts = new Float64Array(table.classes);
  for (const row of rows) counts[table.labels[row]!]!++;
  const weights = counts.map((count) => (count > 0 ? 1 / count : 0));
  const limits = table.columns.map(({ values }) => limitsOf(values, rows));
  const leastRows = Math.max(3, Math.floor(rows.length / 200));
  return grow({ ...table, weights, limits, leastRows }, rows, depth);
}

/** Between all neighbouring values where these are few, else between those that divide the rows evenly. */
function limitsOf(values: Float64Array, rows: readonly number[]): readonly number[] {
  const sorted = Float64Array.from(rows, (row) => values[row]!).sort();
  const distinct = sorted.filter((value, i) => i === 0 || value !== sorted[i - 1]);
  const count = Math.min(distinct.length - 1, mostLimits);
  if (distinct.length - 1 <= mostLimits)
    return Array.from({ length: count }, (_, i) => (distinct[i]! + distinct[i + 1]!) / 2);
  const even = Array.from(
    { length: count },
    (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / (count + 1))]!,
  );
  return [...new Set(even)];
}

function grow(table: Growing, rows: readonly number[], depth: number): Tree {
  const sums = classSums(table, rows);
  const best = depth > 0 ? bestSplit(table, rows, sums) : undefined;
  if (!best) return leafOf(sums, rows);
  const { values } = table.columns[best.column]!;
  const left = rows.filter((row) => values[row]! <= best.limit);
  const right = rows.filter((row) => values[row]! > best.limit);
  return { ...best, left: grow(table, left, depth - 1), right: grow(table, right, depth - 1) };
}

function classSums({ labels, weights, classes }: Growing, rows: readonly number[]): Float64Array {
  const sums = new Float64Array(classes);
  for (const row of rows) sums[labels[row]!]! += weights[labels[row]!]!;
  return sums;
}

const total = (sums: Float64Array): number => sums.reduce((sum, x) => sum + x, 0);

/** Sum over classes of the squared share, times the weight: the larger, the purer. */
const purity = (sums: Float64Array): number => {
  const all = total(sums);
  return all > 0 ? sums.reduce((sum, x) => sum + x * x, 0) / all : 0;
};

function leafOf(sums: Float64Array, rows: readonly number[]): Tree {
  const label = sums.indexOf(Math.max(...sums));
  const [own, all] = [sums[label]!, total(sums)];
  return { label, rows, gain: own - all / sums.length, purity: all > 0 ? own / all : 0 };
}

interface BestSplit {
  readonly column: number;
  readonly limit: number;
}

/** The question after which both sides are purest; nothing where none makes them purer. */
function bestSplit(table: Growing, rows: readonly number[], sums: Float64Array): BestSplit | undefined {
  let best: BestSplit | undefined;
  let most = purity(sums) + 1e-5;
  table.columns.forEach(({ values }, column) => {
    const limits = table.limits[column]!;
    const boxes = boxSums(table, rows, { values, limits });
    const left = new Float64Array(table.classes);
    let count = 0;
    limits.forEach((limit, i) => {
      left.forEach((_, c) => (left[c]! += boxes.sums[i * table.classes + c]!));
      count += boxes.counts[i]!;
      if (Math.min(count, rows.length - count) < table.leastRows) return;
      // Of equals the one in the middle: more classes come apart in fewer questions.
      const evenness = Math.min(count, rows.length - count) / rows.length;
      const pure = purity(left) + purity(sums.map((x, c) => x - left[c]!)) + 1e-6 * evenness;
      if (pure > most) [best, most] = [{ column, limit }, pure];
    });
  });
  return best;
}

/** Rows between neighbouring limits: how many, and the weight of each class. */
function boxSums(
  { labels, weights, classes }: Growing,
  rows: readonly number[],
  { values, limits }: { readonly values: Float64Array; readonly limits: readonly number[] },
): { readonly sums: Float64Array; readonly counts: Uint32Array } {
  const sums = new Float64Array((limits.length + 1) * classes);
  const counts = new Uint32Array(limits.length + 1);
  for (const row of rows) {
    const box = boxOf(values[row]!, limits);
    sums[box * classes + labels[row]!]! += weights[labels[row]!]!;
    counts[box]!++;
  }
  return { sums, counts };
}

/** Limits below the value, by halving. */
function boxOf(value: number, limits: readonly number[]): number {
  let [low, high] = [0, limits.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value > limits[middle]!) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The class that a tree names for a row. */
export function namedBy(tree: Tree, { columns }: Table, row: number): number {
  let at = tree;
  while (!("label" in at)) at = columns[at.column]!.values[row]! <= at.limit ? at.left : at.right;
  return at.label;
}
