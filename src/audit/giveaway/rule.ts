import type { Column, Leaf, Table, Tree } from "./tree.ts";

/** The rule in a tree that tells most, in words. */
export interface Rule {
  /** "width 64 pixels" */
  readonly says: string;
  /** Class that it speaks for. */
  readonly label: number;
  /** Share of the pictures under it that are of that class. */
  readonly share: number;
  /** Rows under it of that class. */
  readonly rows: readonly number[];
}

interface Bounds {
  readonly above: number;
  readonly upTo: number;
}

interface Path {
  readonly bounds: ReadonlyMap<number, Bounds>;
  readonly leaf: Leaf;
}

const open: Bounds = { above: Number.NEGATIVE_INFINITY, upTo: Number.POSITIVE_INFINITY };

/** The leaf that is pure and large: the most of a class beyond what falls to it by chance, times its purity. */
export function bestRule(tree: Tree, { columns, labels }: Table): Rule {
  const worth = ({ leaf: { gain, purity }, bounds }: Path): number => {
    // "camera Nikon" says more than "no camera Nikon".
    const denied = [...bounds].filter(([column, { above }]) => columns[column]!.isNot && above < 0).length;
    return (gain * purity) / (1 + denied / 10);
  };
  const { leaf, bounds } = pathsOf(tree, new Map()).reduce((best, path) =>
    worth(path) > worth(best) ? path : best,
  );
  const rows = leaf.rows.filter((row) => labels[row] === leaf.label);
  const says = Array.from(bounds, ([column, within]) => conditionText(columns[column]!, within));
  return { says: says.join(" and "), label: leaf.label, share: rows.length / leaf.rows.length, rows };
}

function pathsOf(tree: Tree, bounds: Path["bounds"]): readonly Path[] {
  if ("label" in tree) return [{ bounds, leaf: tree }];
  const { column, limit, left, right } = tree;
  const now = bounds.get(column) ?? open;
  return [
    ...pathsOf(left, new Map([...bounds, [column, { ...now, upTo: limit }]])),
    ...pathsOf(right, new Map([...bounds, [column, { ...now, above: limit }]])),
  ];
}

/** By values that occur, not by limits between them. */
function conditionText({ name, values, show, isNot }: Column, { above, upTo }: Bounds): string {
  if (isNot) return above >= 0 ? isNot[0] : isNot[1];
  const within = values.filter((value) => value > above && value <= upTo);
  const least = within.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const most = within.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  if (least === most) return `${name} ${show(least)}`;
  if (above === Number.NEGATIVE_INFINITY) return `${name} up to ${show(most)}`;
  if (upTo === Number.POSITIVE_INFINITY) return `${name} of ${show(least)} or more`;
  return `${name} from ${show(least)} to ${show(most)}`;
}
