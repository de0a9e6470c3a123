import { fault, at, groupBy } from "../../base/index.ts";
import { type NearDuplicates, disjointSets } from "../nearDuplicates/index.ts";
import type { Image } from "../types.ts";

/**
 * Where groups come from: the data's own column, a pattern on the paths, near-duplicate detection, a split file, or nowhere.
 * @example
 * const isKnown = (source: GroupSource): boolean => source !== "none";
 */
export type GroupSource = "column" | "pattern" | "content" | "file" | "none";

/** What a group is, in the reader's words. */
export const groupWord = (source: GroupSource): "group" | "image" => (source === "none" ? "image" : "group");

/** Number of each image's group, from 0 in the order they are met; an image without a group is one of its own. */
export function groupNumbers(images: readonly Pick<Image, "path" | "group" | "scene">[]): Int32Array {
  const numbers = new Map<string, number>();
  return Int32Array.from(images, (image) => {
    const key = groupKey(image);
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  });
}

/** The same text for images of one group alone; a group that is called like an image is not that image. */
export function groupKey({ path, group, scene }: Pick<Image, "path" | "group" | "scene">): string {
  if (scene !== undefined) return `scene ${scene}`;
  return group === undefined ? `image ${path}` : `group ${group}`;
}

/** Images with groups read off their paths. */
export interface PatternGroups<T extends Image = Image> {
  readonly images: readonly T[];
  /** Images without a group whose path it does not match. */
  readonly unmatched: number;
}

/**
 * Gives images that have no group the one in their path: what the pattern's first parentheses catch, else the whole match.
 * @throws when it matches no path at all.
 */
export function groupsByPattern<T extends Image>(
  images: readonly T[],
  pattern: RegExp,
  who: string = `--group-pattern ${pattern.source}`,
): PatternGroups<T> {
  // One that searches on from its last match would skip every other image.
  const once = new RegExp(pattern.source, pattern.flags.replaceAll(/[gy]/g, ""));
  const grouped = images.map((image) => {
    if (image.group !== undefined) return image;
    const match = once.exec(image.path) ?? once.exec(image.path.normalize("NFC"));
    // One group in two Unicode forms would be two.
    return match ? { ...image, group: (match[1] ?? match[0]).normalize("NFC") } : image;
  });
  const unmatched = countUngrouped(grouped);
  if (unmatched > 0 && unmatched === countUngrouped(images)) {
    throw fault(who, {
      expected: "a pattern that the images' paths match",
      received: `no match, for example not in ${images.find(({ group }) => group === undefined)?.path}`,
      fix: "capture what images of one group share in their paths, for example (photo-[0-9]+)",
      exitCode: 2,
    });
  }
  return { images: grouped, unmatched };
}

/** Number of images without a group. */
export const countUngrouped = (images: readonly Pick<Image, "group">[]): number =>
  images.filter(({ group }) => group === undefined).length;

/** Gives near-duplicates the path of their first image as group, and groups of one scene the path of the scene's first image. */
export function groupedByContent(
  images: readonly Image[],
  { groups, scenes }: Pick<NearDuplicates, "groups" | "scenes">,
): readonly Image[] {
  const group = firstPaths(images, groups);
  const scene = firstPaths(images, scenes);
  const shared = new Set(scenes.filter((_, i) => group[i] !== scene[i]));
  return images.map((image, i) => ({
    ...image,
    group: at(group, i),
    ...(shared.has(at(scenes, i)) && { scene: at(scene, i) }),
  }));
}

/** Near-duplicates across groups that are named. */
export interface AcrossGroups {
  /** With near-duplicates in other groups. */
  readonly images: number;
  /** That these images are in. */
  readonly groups: number;
  /** Groups that are named in all; an image without one counts as its own. */
  readonly named: number;
}

/** Counts the near-duplicates across groups; nothing where there are none. */
export function acrossGroupsOf(images: readonly Image[]): AcrossGroups | undefined {
  const linked = images.filter(({ nearDuplicates }) => nearDuplicates !== undefined);
  const groupsOf = (some: readonly Image[]): number =>
    new Set(some.map((image) => groupKey(unlinked(image)))).size;
  return linked.length > 0
    ? { images: linked.length, groups: groupsOf(linked), named: groupsOf(images) }
    : undefined;
}

/**
 * Keeps the groups that images have, and gives all images of groups that near-duplicates link one scene, so that they stay together.
 * `clusters` are the numbers of the images' sets of near-duplicates.
 */
export function linkedByContent(images: readonly Image[], clusters: Int32Array): readonly Image[] {
  const numbers = groupNumbers(images);
  const byCluster = [...groupBy([...images.keys()], (i) => at(clusters, i)).values()];
  const crossing = byCluster.filter((members) => new Set(members.map((i) => numbers[i])).size > 1);
  if (crossing.length === 0) return images;
  const sets = disjointSets(numbers.reduce((most, number) => Math.max(most, number), 0) + 1);
  const first = new Map<number, string>();
  for (const members of crossing) {
    const start = at(members, 0);
    for (const i of members) {
      sets.join(at(numbers, start), at(numbers, i));
      first.set(i, at(images, start).path);
    }
  }
  const linked = new Set([...first.keys()].map((i) => at(numbers, i)));
  const scenes = firstPaths(
    images,
    numbers.map((number) => sets.find(number)),
  );
  return images.map((image, i) => {
    const nearDuplicates = first.get(i);
    return {
      ...image,
      ...(linked.has(at(numbers, i)) && { scene: at(scenes, i) }),
      ...(nearDuplicates !== undefined && { nearDuplicates }),
    };
  });
}

/** Near-duplicates link groups that are named: their scenes come from that. */
export const areLinked = (images: readonly Image[]): boolean =>
  images.some(({ nearDuplicates }) => nearDuplicates !== undefined);

/** The image as one of its named group alone. */
export function unlinked(image: Image): Image {
  const { scene: _, ...rest } = image;
  return rest;
}

/** For each image the path of the first one with its number. */
function firstPaths(images: readonly Image[], numbers: Int32Array): readonly string[] {
  const paths = new Map<number, string>();
  return images.map(({ path }, i) => {
    const number = at(numbers, i);
    const first = paths.get(number) ?? path;
    paths.set(number, first);
    return first;
  });
}

/** A regular expression as it was typed. @throws when it is none. */
export function parseGroupPattern(text: string): RegExp {
  try {
    return new RegExp(text, "u");
  } catch (cause) {
    throw fault("--group-pattern", {
      expected: "a regular expression, for example (photo-[0-9]+)",
      received: `${text} (${cause instanceof Error ? cause.message : String(cause)})`,
      exitCode: 2,
      cause,
    });
  }
}
