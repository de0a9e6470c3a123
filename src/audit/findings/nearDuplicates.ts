import { changesOf } from "../changes.ts";
import {
  type KnownCollection,
  type KnownImage,
  type NearDuplicatePair,
  type ReadImage,
  pathsOf,
  setsOf,
} from "../knownImages.ts";
import type { ImageChange } from "../statements.ts";
import type { Example, Finding } from "../types.ts";

const maxExamples = 8;
const maxPathsOfSource = 6;
/** A change that fewer pairs show is not worth a word; chosen, not measured. */
const minChangeShare = 0.05;

/** Images of one source image: how many, in how many classes, parts and groups of the data's own. */
export function nearDuplicateFindings(known: KnownCollection): readonly Finding[] {
  return [
    ...conflicting(known.nearDuplicatePairs),
    ...acrossParts(known),
    ...acrossGroups(known),
    ...nearDuplicates(known),
  ];
}

const exampleOf = ({ a, b, pair }: NearDuplicatePair): Example => ({
  code: "changed-image",
  data: { changes: changesOf(pair), ...(a.label !== b.label && { classes: [a.label, b.label] as const }) },
  paths: [a.path, b.path],
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
      data: { images: images.length },
      severity: "error",
      images,
      examples: pairs.slice(0, maxExamples).map(exampleOf),
    },
  ];
}

function acrossParts(known: KnownCollection): readonly Finding[] {
  const { all } = known;
  const training = all.filter(({ part }) => part === "train");
  const scenes = new Set(training.map(({ sceneNumber }) => sceneNumber));
  const groups = new Set(training.map(({ groupNumber }) => groupNumber));
  const leaks = ({ sceneNumber, groupNumber }: KnownImage): boolean =>
    scenes.has(sceneNumber) || groups.has(groupNumber);
  const found = (["validation", "test"] as const).flatMap((part) => {
    const own = all.filter((image) => image.part === part);
    const leaking = own.filter(leaks);
    return leaking.length > 0 ? [{ part, leaking, images: own.length }] : [];
  });
  if (found.length === 0) return [];
  return [
    {
      code: "near-duplicates-across-parts",
      data: { parts: found.map(({ leaking, ...rest }) => ({ ...rest, leaking: leaking.length })) },
      severity: "error",
      images: pathsOf(found.flatMap(({ leaking }) => leaking)),
      examples: examplesAcross(known),
    },
  ];
}

/** Training images beside their duplicates in other parts. */
function examplesAcross({ read, nearDuplicatePairs }: KnownCollection): readonly Example[] {
  const equal = setsOf(read, ({ sourceImage }) => sourceImage).flatMap((set): readonly Example[] => {
    const inTrain = set.find(({ part }) => part === "train");
    const twin = set.find(
      ({ part, facts }) => part !== "train" && facts.pixelDigest === inTrain?.facts.pixelDigest,
    );
    return inTrain && twin
      ? [{ code: "equal-pixels", data: { classes: [] }, paths: [inTrain.path, twin.path] }]
      : [];
  });
  const near = nearDuplicatePairs.filter(({ a, b }) => (a.part === "train") !== (b.part === "train"));
  return [...equal.slice(0, maxExamples / 2), ...near.map(exampleOf)].slice(0, maxExamples);
}

/** Where the data names groups itself, whether they hold together what is one source image. */
function acrossGroups({ groupSource, nearDuplicatePairs }: KnownCollection): readonly Finding[] {
  if (groupSource === "content" || groupSource === "none") return [];
  const pairs = nearDuplicatePairs.filter(({ a, b }) => a.groupNumber !== b.groupNumber);
  if (pairs.length === 0) return [];
  const images = bothOf(pairs);
  return [
    {
      code: "near-duplicates-across-groups",
      data: { images: images.length, source: groupSource },
      severity: "warning",
      images,
      examples: pairs.slice(0, maxExamples).map(exampleOf),
    },
  ];
}

function nearDuplicates({ read, nearDuplicatePairs }: KnownCollection): readonly Finding[] {
  if (nearDuplicatePairs.length === 0) return [];
  const linked = new Set(nearDuplicatePairs.map(({ a }) => a.sourceImage));
  const sources = setsOf(
    read.filter(({ sourceImage }) => linked.has(sourceImage)),
    ({ sourceImage }) => sourceImage,
  ).toSorted((a, b) => b.length - a.length);
  const images = sources.flat();
  return [
    {
      code: "near-duplicates",
      data: {
        images: images.length,
        total: read.length,
        sourceImages: sources.length,
        largest: sources[0]?.length ?? 0,
        changes: frequentChanges(nearDuplicatePairs),
      },
      severity: "warning",
      images: pathsOf(images),
      examples: sources.slice(0, maxExamples).map((source) => sourceExample(source, nearDuplicatePairs)),
    },
  ];
}

/** The changes that many pairs show, the most frequent first. */
function frequentChanges(
  pairs: readonly NearDuplicatePair[],
): readonly { readonly kind: ImageChange["kind"]; readonly share: number }[] {
  const counts = new Map<ImageChange["kind"], number>();
  for (const { pair } of pairs)
    for (const { kind } of changesOf(pair)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts]
    .toSorted((a, b) => b[1] - a[1])
    .map(([kind, count]) => ({ kind, share: count / pairs.length }))
    .filter(({ share }) => share > minChangeShare);
}

function sourceExample(source: readonly ReadImage[], pairs: readonly NearDuplicatePair[]): Example {
  const first = pairs.find(({ a }) => a.sourceImage === source[0]?.sourceImage);
  const paths = first ? [first.a.path, first.b.path] : [];
  const others = pathsOf(source).filter((path) => !paths.includes(path));
  return {
    code: "source-image",
    data: { images: source.length, changes: first ? changesOf(first.pair) : [] },
    paths: [...paths, ...others].slice(0, maxPathsOfSource),
  };
}
