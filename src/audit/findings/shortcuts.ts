import { at } from "../../base/index.ts";
import { disjointSets, numberGroups } from "../../data/index.ts";
import { crossValidateShortcut } from "../shortcut/crossValidate.ts";
import { familiesOf } from "../shortcut/properties.ts";
import { bestRule } from "../shortcut/rule.ts";
import { type Table, tableOf, treeOf } from "../shortcut/table.ts";
import { type ReadImage, type KnownCollection, pathsOf, setsOf } from "../knownImages.ts";
import type { PropertyFamily } from "../statements.ts";
import type { Finding } from "../types.ts";

const maxPaths = 6;

/** Properties that predict the class without a look at what the images show (shortcuts: Geirhos et al. 2020). */
export function shortcutFindings({ read, classNames }: KnownCollection): readonly Finding[] {
  const indices = new Map(classNames.map((name, i) => [name, i]));
  const labels = Int32Array.from(read, ({ label }) => indices.get(label) ?? 0);
  // Near-duplicates in training and validation would pass for skill, whatever the data calls a group.
  const groups = joined(read);
  return familiesOf(read).flatMap(({ family, columns }) => {
    if (columns.length === 0) return [];
    const table = tableOf(columns, labels, classNames.length);
    const score = crossValidateShortcut(table, groups);
    return score?.isSignificant ? [finding(family, { table, read, classNames, score })] : [];
  });
}

/** One number for images that share a group or a source image with each other, also through others. */
function joined(read: readonly ReadImage[]): Int32Array {
  const sets = disjointSets(read.length);
  const rows = [...read.entries()].map(([row, { sourceImage, groupNumber }]) => ({
    row,
    sourceImage,
    groupNumber,
  }));
  for (const by of ["sourceImage", "groupNumber"] as const)
    for (const set of setsOf(rows, (one) => one[by]))
      for (const { row } of set) sets.join(at(set, 0).row, row);
  return numberGroups(sets, read.length);
}

interface Found {
  readonly table: Table;
  readonly read: readonly ReadImage[];
  readonly classNames: readonly string[];
  readonly score: { readonly balancedAccuracy: number; readonly chance: number };
}

function finding(family: PropertyFamily, { table, read, classNames, score }: Found): Finding {
  const { conditions, share, label, rows } = bestRule(
    treeOf(table, Int32Array.from(table.labels.keys())),
    table,
  );
  const rule = { conditions, share, className: classNames[label] ?? "" };
  const { balancedAccuracy, chance } = score;
  const shown = setsOf(
    rows.map((row) => at(read, row)),
    ({ sourceImage }) => sourceImage,
  ).map((set) => at(set, 0));
  return {
    code: "shortcut",
    data: { family, balancedAccuracy, chance, rule },
    severity: "warning",
    images: [],
    examples: [{ code: "shortcut-rule", data: rule, paths: pathsOf(shown.slice(0, maxPaths)) }],
  };
}
