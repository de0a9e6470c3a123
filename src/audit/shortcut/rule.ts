import { addAt, at } from "../../base/index.ts";
import { type Tree, type TreeNode, indexOfLargest } from "../../evaluate/index.ts";
import type { Condition } from "../statements.ts";
import type { PropertyColumn, Table } from "./table.ts";

/** The rule in a tree that says most. */
export interface Rule {
  /** All of them hold. */
  readonly conditions: readonly Condition[];
  /** Index of the class that it predicts. */
  readonly label: number;
  /** Share of the images under it that are of that class. */
  readonly share: number;
  /** Rows under it of that class. */
  readonly rows: readonly number[];
}

interface Bounds {
  readonly above: number;
  readonly upTo: number;
}

const open: Bounds = { above: Number.NEGATIVE_INFINITY, upTo: Number.POSITIVE_INFINITY };

/** Where the questions of the tree end, and the answers that lead there. */
interface Leaf {
  readonly bounds: ReadonlyMap<number, Bounds>;
  readonly rows: readonly number[];
  /** Class that is predicted. */
  readonly label: number;
  /** Share of that class that is here, beyond its part of the leaf by chance. */
  readonly gain: number;
  /** That class's part of the leaf, every class weighing the same. */
  readonly purity: number;
}

/** The leaf that is pure and large: the most of a class beyond what falls to it by chance, times its purity. */
export function bestRule(tree: Tree, table: Table): Rule {
  const { columns, labels } = table;
  const worth = ({ gain, purity, bounds }: Leaf): number => {
    // "camera Nikon" says more than "no camera Nikon".
    const denied = [...bounds].filter(
      ([column, { above }]) => at(columns, column).isFlag && above < 0,
    ).length;
    return (gain * purity) / (1 + denied / 10);
  };
  const leaf = boundsOf(tree.root, new Map())
    .map((bounds) => leafOf(bounds, table))
    .reduce((best, one) => (worth(one) > worth(best) ? one : best));
  const rows = leaf.rows.filter((row) => labels[row] === leaf.label);
  const conditions = Array.from(leaf.bounds, ([column, within]) => conditionOf(at(columns, column), within));
  return { conditions, label: leaf.label, share: rows.length / leaf.rows.length, rows };
}

/** The answers that lead to each leaf below a node. */
function boundsOf(node: TreeNode, bounds: Leaf["bounds"]): readonly Leaf["bounds"][] {
  if (node.type === "leaf") return [bounds];
  const { feature, threshold } = node;
  const now = bounds.get(feature) ?? open;
  return [
    ...boundsOf(node.below, new Map([...bounds, [feature, { ...now, upTo: threshold }]])),
    ...boundsOf(node.above, new Map([...bounds, [feature, { ...now, above: threshold }]])),
  ];
}

function leafOf(bounds: Leaf["bounds"], { columns, labels, classes }: Table): Leaf {
  const isHere = (row: number): boolean =>
    [...bounds].every(([column, { above, upTo }]) => {
      const value = at(at(columns, column).values, row);
      return value > above && value <= upTo;
    });
  const rows = [...labels.keys()].filter(isHere);
  const counts = new Float64Array(classes);
  for (const label of labels) addAt(counts, label, 1);
  const shares = new Float64Array(classes);
  for (const row of rows) {
    const own = at(labels, row);
    addAt(shares, own, 1 / at(counts, own));
  }
  const label = indexOfLargest(shares);
  const own = at(shares, label);
  const all = shares.reduce((sum, share) => sum + share, 0);
  return { bounds, rows, label, gain: own - all / classes, purity: own / all };
}

/** By values that occur, not by the limits of the tree between them. */
function conditionOf(column: PropertyColumn, { above, upTo }: Bounds): Condition {
  if (column.isFlag) {
    const { property, value } = column;
    return { property, ...(value !== undefined && { value }), holds: above >= 0 };
  }
  const { property, values } = column;
  const within = values.filter((value) => value > above && value <= upTo);
  const min = within.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const max = within.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  if (min === max) return { property, min, max };
  return {
    property,
    ...(above !== Number.NEGATIVE_INFINITY && { min }),
    ...(upTo !== Number.POSITIVE_INFINITY && { max }),
  };
}
