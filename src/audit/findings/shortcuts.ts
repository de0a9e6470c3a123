import { percentText } from "../../base/index.ts";
import { disjointSets, numberGroups } from "../../data/index.ts";
import { crossValidateShortcut } from "../shortcut/crossValidate.ts";
import { type Family, familiesOf } from "../shortcut/properties.ts";
import { bestRule } from "../shortcut/rule.ts";
import { type Table, tableOf, treeOf } from "../shortcut/table.ts";
import { type ReadImage, type KnownCollection, pathsOf, setsOf } from "../knownImages.ts";
import type { Finding } from "../types.ts";

const shownAtMost = 6;

/** Properties that tell the classes apart without a look at what the images show. */
export function shortcutFindings({ read, classNames }: KnownCollection): readonly Finding[] {
  const places = new Map(classNames.map((name, i) => [name, i]));
  const labels = Int32Array.from(read, ({ label }) => places.get(label) ?? 0);
  // Copies beside each other would pass for skill, whatever the data calls a group.
  const groups = joined(read);
  return familiesOf(read).flatMap((family) => {
    if (family.columns.length === 0) return [];
    const table = tableOf(family.columns, labels, classNames.length);
    const judgement = crossValidateShortcut(table, groups);
    return judgement?.isSignificant ? [finding(family, { table, read, classNames, judgement })] : [];
  });
}

/** One number for images that share a group or a photograph with each other, also through others. */
function joined(read: readonly ReadImage[]): Int32Array {
  const sets = disjointSets(read.length);
  const places = new Map(read.map((subject, i) => [subject, i]));
  for (const by of [
    ({ sourceImage: photograph }: ReadImage) => photograph,
    ({ groupNumber }: ReadImage) => groupNumber,
  ]) {
    for (const set of setsOf(read, by))
      for (const subject of set) sets.join(places.get(set[0]!)!, places.get(subject)!);
  }
  return numberGroups(sets, read.length);
}

interface Found {
  readonly table: Table;
  readonly read: readonly ReadImage[];
  readonly classNames: readonly string[];
  readonly judgement: { readonly balancedAccuracy: number; readonly chance: number };
}

function finding({ name, tryThis }: Family, { table, read, classNames, judgement }: Found): Finding {
  const rule = bestRule(treeOf(table, Int32Array.from(table.labels.keys())), table);
  const label = classNames[rule.label] ?? "";
  const shown = setsOf(
    rule.rows.map((row) => read[row]!),
    ({ sourceImage: photograph }) => photograph,
  ).map((set) => set[0]!);
  return {
    code: "shortcut",
    severity: "warning",
    sentence:
      `The ${name} gives the class away: from it alone ${percentText(judgement.balancedAccuracy)} are named rightly ` +
      `(guessing: ${percentText(judgement.chance)}; mean over the classes). For example, ${rule.says}: ${percentText(rule.share)} ${label}.`,
    tryThis,
    images: [],
    examples: [{ paths: pathsOf(shown.slice(0, shownAtMost)), says: `${label}: ${rule.says}` }],
  };
}
