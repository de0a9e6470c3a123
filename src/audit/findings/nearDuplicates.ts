import { countText, percentText, plural } from "../../base/index.ts";
import type { Part } from "../../data/index.ts";
import { type Change, changeText, changesOf } from "../changes.ts";
import {
  type NearDuplicatePair,
  type ReadImage,
  type KnownImage,
  type KnownCollection,
  listed,
  pathsOf,
  setsOf,
} from "../knownImages.ts";
import type { Example, Finding } from "../types.ts";

const shownAtMost = 8;
const shownOfGroup = 6;

/** Images of one photograph: how many, in how many classes, parts and groups of the data's own. */
export function nearDuplicateFindings(subjects: KnownCollection): readonly Finding[] {
  return [
    ...conflicting(subjects.nearDuplicatePairs),
    ...acrossParts(subjects),
    ...acrossGroups(subjects),
    ...nearDuplicates(subjects),
  ];
}

const exampleOf = ({ a, b, pair }: NearDuplicatePair): Example => ({
  paths: [a.path, b.path],
  says: changeText(pair),
});

const bothOf = (pairs: readonly NearDuplicatePair[]): readonly string[] => [
  ...new Set(pairs.flatMap(({ a, b }) => [a.path, b.path])),
];

function conflicting(all: readonly NearDuplicatePair[]): readonly Finding[] {
  const pairs = all.filter(({ a, b }) => a.label !== b.label);
  if (pairs.length === 0) return [];
  const images = bothOf(pairs);
  return [
    {
      code: "near-duplicate-conflict",
      severity: "error",
      sentence: `${plural(images.length, "image")} of the same photographs stand in different classes.`,
      tryThis:
        "Look at each pair: where they show the same thing, one label is wrong; where one photograph shows several things, all is well.",
      images,
      examples: pairs.slice(0, shownAtMost).map((near) => ({
        ...exampleOf(near),
        says: `${near.a.label} and ${near.b.label}: ${changeText(near.pair)}`,
      })),
    },
  ];
}

const partNames: Readonly<Record<Part, string>> = {
  train: "training",
  validation: "validation",
  test: "test",
};

function acrossParts(subjects: KnownCollection): readonly Finding[] {
  const { all } = subjects;
  const learned = all.filter(({ part }) => part === "train");
  const scenes = new Set(learned.map(({ sceneNumber }) => sceneNumber));
  const groups = new Set(learned.map(({ groupNumber }) => groupNumber));
  const leaks = ({ sceneNumber, groupNumber }: KnownImage): boolean =>
    scenes.has(sceneNumber) || groups.has(groupNumber);
  const found = (["validation", "test"] as const).flatMap((part) => {
    const of = all.filter((subject) => subject.part === part);
    const leaking = of.filter(leaks);
    return leaking.length > 0 ? [{ part, leaking, share: leaking.length / of.length, count: of.length }] : [];
  });
  if (found.length === 0) return [];
  const shares = found.map(
    ({ part, leaking, share, count }) =>
      `${countText(leaking.length)} of ${countText(count)} ${partNames[part]} images (${percentText(share)})`,
  );
  return [
    {
      code: "near-duplicates-across-parts",
      severity: "error",
      sentence: `${listed(shares)} show a photograph, or a scene, that is also among the training images: accuracy measured on them is memory, not skill.`,
      tryThis: "Remove them from those folders, or let Fovea divide everything anew with --split grouped.",
      images: pathsOf(found.flatMap(({ leaking }) => leaking)),
      examples: examplesAcross(subjects),
    },
  ];
}

/** Training images beside their copies in other parts. */
function examplesAcross({ read, nearDuplicatePairs }: KnownCollection): readonly Example[] {
  const equal = setsOf(read, ({ sourceImage: photograph }) => photograph).flatMap(
    (set): readonly Example[] => {
      const inTrain = set.find(({ part }) => part === "train");
      const twin = set.find(
        ({ part, facts }) => part !== "train" && facts.pixelDigest === inTrain?.facts.pixelDigest,
      );
      return inTrain && twin ? [{ paths: [inTrain.path, twin.path], says: "the same pixels" }] : [];
    },
  );
  const near = nearDuplicatePairs.filter(({ a, b }) => (a.part === "train") !== (b.part === "train"));
  return [...equal.slice(0, shownAtMost / 2), ...near.map(exampleOf)].slice(0, shownAtMost);
}

/** Where the data names groups itself, whether they hold together what is one photograph. */
function acrossGroups({ groupSource, nearDuplicatePairs }: KnownCollection): readonly Finding[] {
  if (groupSource === "content" || groupSource === "none") return [];
  const pairs = nearDuplicatePairs.filter(({ a, b }) => a.groupNumber !== b.groupNumber);
  if (pairs.length === 0) return [];
  const images = bothOf(pairs);
  return [
    {
      code: "near-duplicates-across-groups",
      severity: "warning",
      sentence: `${plural(images.length, "image")} look like the same photographs though the ${groupSource === "pattern" ? "pattern" : "group column"} puts them in different groups.`,
      tryThis: "Check the groups: a split by them would leave copies on both sides.",
      images,
      examples: pairs.slice(0, shownAtMost).map(exampleOf),
    },
  ];
}

function nearDuplicates({ read, nearDuplicatePairs }: KnownCollection): readonly Finding[] {
  if (nearDuplicatePairs.length === 0) return [];
  const linked = new Set(nearDuplicatePairs.map(({ a }) => a.sourceImage));
  const groups = setsOf(
    read.filter(({ sourceImage: photograph }) => linked.has(photograph)),
    ({ sourceImage: photograph }) => photograph,
  ).toSorted((a, b) => b.length - a.length);
  const images = groups.flat();
  return [
    {
      code: "near-duplicates",
      severity: "warning",
      sentence:
        `${countText(images.length)} of ${plural(read.length, "image")} (${percentText(images.length / read.length)}) share their photograph with others: ` +
        `they come from ${plural(groups.length, "photograph")}, the largest shown ${plural(groups[0]?.length ?? 0, "time")}. ${changesText(nearDuplicatePairs)}`,
      tryThis:
        "Keep the images of one photograph on one side of any split; Fovea's grouped split does so. A random split would measure memory.",
      images: pathsOf(images),
      examples: groups.slice(0, shownAtMost).map((group) => groupExample(group, nearDuplicatePairs)),
    },
  ];
}

/** What happened to most of them. */
function changesText(pairs: readonly NearDuplicatePair[]): string {
  const counts = new Map<Change, number>();
  for (const { pair } of pairs)
    for (const change of changesOf(pair)) counts.set(change, (counts.get(change) ?? 0) + 1);
  const words = [...counts]
    .toSorted((a, b) => b[1] - a[1])
    .filter(([, count]) => count > 0.05 * pairs.length)
    .map(([change, count]) => `${change} (${Math.round((100 * count) / pairs.length)}%)`);
  return `Copies are ${listed(words)}.`;
}

function groupExample(group: readonly ReadImage[], pairs: readonly NearDuplicatePair[]): Example {
  const first = pairs.find(({ a }) => a.sourceImage === group[0]?.sourceImage);
  const paths = first ? [first.a.path, first.b.path] : [];
  const others = pathsOf(group).filter((path) => !paths.includes(path));
  const change = first ? `; the second is the first ${changeText(first.pair)}` : "";
  return {
    paths: [...paths, ...others].slice(0, shownOfGroup),
    says: `one photograph in ${plural(group.length, "image")}${change}`,
  };
}
