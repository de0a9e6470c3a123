import { at } from "../base/index.ts";
import { type Part, countUngrouped } from "../data/index.ts";
import { changesOf } from "./changes.ts";
import { classFactsOf, classFindings } from "./findings/classes.ts";
import { colourFindings, isGrey } from "./findings/colours.ts";
import { duplicateFindings } from "./findings/duplicates.ts";
import { exifFindings } from "./findings/exif.ts";
import { shortcutFindings } from "./findings/shortcuts.ts";
import { noteFindings } from "./findings/notes.ts";
import { lightFindings } from "./findings/light.ts";
import { nearDuplicateFindings } from "./findings/nearDuplicates.ts";
import { readingFindings } from "./findings/reading.ts";
import { sceneFindings, sharedScenes } from "./findings/scenes.ts";
import { shapeFindings, sharesOf, sizeShares } from "./findings/shapes.ts";
import { unusedBitsFindings } from "./findings/unusedBits.ts";
import {
  type AuditInput,
  type KnownImage,
  type KnownCollection,
  setsOf,
  knownCollectionOf,
} from "./knownImages.ts";
import type { FindingCode } from "./statements.ts";
import type { Audit, AuditedImage, DuplicateLink, Finding, Severity } from "./types.ts";

const bySeverity: readonly Severity[] = ["error", "warning", "note"];

/** Finds what is in a collection and what is wrong with it, from the facts of its images and the near-duplicates among them. */
export function auditCollection(input: AuditInput): Audit {
  const subjects = knownCollectionOf(input);
  const { all, read, groupSource } = subjects;
  const classes = classFactsOf(subjects);
  const findings = [
    ...noteFindings(input.collection.notes),
    ...readingFindings(subjects),
    ...duplicateFindings(subjects),
    ...nearDuplicateFindings(subjects),
    ...sceneFindings(subjects),
    ...shortcutFindings(subjects),
    ...unusedBitsFindings(subjects),
    ...lightFindings(subjects),
    ...classFindings(classes),
    ...shapeFindings(subjects),
    ...colourFindings(subjects),
    ...exifFindings(subjects),
  ].toSorted((a, b) => bySeverity.indexOf(a.severity) - bySeverity.indexOf(b.severity));
  const groups = setsOf(all, ({ groupNumber }) => groupNumber);
  const groupSizes = sizesOf(groups);
  return {
    images: imagesOf(all, findings),
    groups: groups.length,
    groupSource,
    largestGroup: groupSizes.at(-1)?.images ?? 0,
    groupSizes,
    findings,
    counts: {
      images: all.length,
      readable: read.length,
      grouped: groups.filter(({ length }) => length > 1).flat().length,
      ungrouped: groupSource === "content" ? 0 : countUngrouped(all),
    },
    classes,
    parts: partsOf(all),
    sizes: sizeShares(read),
    formats: sharesOf(read, ({ facts }) => facts.format ?? "unknown"),
    colours: sharesOf(read, (subject) => (isGrey(subject) ? "grey" : "colour")),
    duplicates: linksOf(subjects, input),
    skipped: input.collection.skipped,
    notes: input.collection.notes,
  };
}

function sizesOf(groups: readonly (readonly KnownImage[])[]): Audit["groupSizes"] {
  const counts = new Map<number, number>();
  for (const { length } of groups) counts.set(length, (counts.get(length) ?? 0) + 1);
  return [...counts]
    .map(([images, count]) => ({ images, groups: count }))
    .toSorted((a, b) => a.images - b.images);
}

function imagesOf(all: readonly KnownImage[], findings: readonly Finding[]): readonly AuditedImage[] {
  const codes = new Map<string, FindingCode[]>(all.map(({ path }) => [path, []]));
  for (const { code, images } of findings) for (const path of images) codes.get(path)?.push(code);
  const scenes = new Map(sharedScenes(all).flatMap((set) => set.map(({ path }) => [path, at(set, 0).path])));
  return all.map(({ path, label, part, group }) => ({
    path,
    label,
    ...(part && { part }),
    group: group ?? path,
    ...sceneOf(scenes.get(path)),
    findings: codes.get(path) ?? [],
  }));
}

const sceneOf = (scene: string | undefined): Pick<AuditedImage, "scene"> =>
  scene === undefined ? {} : { scene };

function partsOf(all: readonly KnownImage[]): Audit["parts"] {
  const names: readonly Part[] = ["train", "validation", "test"];
  return names
    .map((part) => ({ part, images: all.filter((subject) => subject.part === part).length }))
    .filter(({ images }) => images > 0);
}

function linksOf(
  { nearDuplicatePairs }: KnownCollection,
  { collection, outcomes, copies }: AuditInput,
): readonly DuplicateLink[] {
  const near = new Set(nearDuplicatePairs.map(({ pair }) => pair));
  const shaOf = (index: number): string | undefined => {
    const outcome = at(outcomes, index);
    return "sha256" in outcome ? outcome.sha256 : undefined;
  };
  return copies.pairs.map((pair) => {
    const [a, b] = [at(collection.images, pair.a).path, at(collection.images, pair.b).path];
    if (near.has(pair)) return { a, b, kind: "near-duplicate", changes: changesOf(pair) };
    const sameFile = shaOf(pair.a) === shaOf(pair.b);
    return { a, b, kind: sameFile ? "same-file" : "same-pixels", changes: [] };
  });
}
