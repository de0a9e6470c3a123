import { fault } from "../../base/index.ts";
import type { Copies } from "../nearDuplicates/index.ts";
import type { Picture } from "../types.ts";

/** Who says which pictures belong together: the data's own column, a pattern on the paths, the pictures' content, a split file, or nobody. */
export type GroupSource = "column" | "pattern" | "content" | "file" | "none";

/** What a group is, in the reader's words. */
export function groupWord(source: GroupSource): "photograph" | "group" | "picture" {
  switch (source) {
    case "content":
      return "photograph";
    case "column":
    case "pattern":
    case "file":
      return "group";
    case "none":
      return "picture";
    default:
      return source satisfies never;
  }
}

/** Number of each picture's group, from 0 in the order they are met; a picture without a group is one of its own. */
export function groupNumbers(pictures: readonly Pick<Picture, "path" | "group" | "scene">[]): Int32Array {
  const numbers = new Map<string, number>();
  return Int32Array.from(pictures, (picture) => {
    const key = groupKey(picture);
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  });
}

/** The same text for pictures of one group alone; a group that is called like a picture is not that picture. */
export function groupKey({ path, group, scene }: Pick<Picture, "path" | "group" | "scene">): string {
  if (scene !== undefined) return `scene ${scene}`;
  return group === undefined ? `picture ${path}` : `group ${group}`;
}

/** Pictures with groups read off their paths. */
export interface PatternGroups<T extends Picture = Picture> {
  readonly pictures: readonly T[];
  /** Pictures without a group whose path it does not match. */
  readonly unmatched: number;
}

/**
 * Gives pictures that have no group the one in their path: what the pattern's first parentheses catch, else the whole match.
 * @throws when it matches no path at all.
 */
export function groupsByPattern<T extends Picture>(
  pictures: readonly T[],
  pattern: RegExp,
  who: string = `--group-pattern ${pattern.source}`,
): PatternGroups<T> {
  // One that searches on from its last match would skip every other picture.
  const once = new RegExp(pattern.source, pattern.flags.replaceAll(/[gy]/g, ""));
  const grouped = pictures.map((picture) => {
    const match = picture.group === undefined && once.exec(picture.path);
    return match ? { ...picture, group: match[1] ?? match[0] } : picture;
  });
  const unmatched = countUngrouped(grouped);
  if (unmatched > 0 && unmatched === countUngrouped(pictures)) {
    throw fault(who, {
      expected: "a pattern that the pictures' paths match",
      received: `no match, for example not in ${pictures.find(({ group }) => group === undefined)?.path}`,
      fix: "catch what pictures of one photograph share in their paths, for example (photo-[0-9]+)",
      exitCode: 2,
    });
  }
  return { pictures: grouped, unmatched };
}

/** How many pictures nobody has named a group for. */
export const countUngrouped = (pictures: readonly Pick<Picture, "group">[]): number =>
  pictures.filter(({ group }) => group === undefined).length;

/** Gives copies of one photograph the path of their first as group, and photographs of one scene the path of the scene's first. */
export function groupedByContent(
  pictures: readonly Picture[],
  { groups, scenes }: Pick<Copies, "groups" | "scenes">,
): readonly Picture[] {
  const group = firstPaths(pictures, groups);
  const scene = firstPaths(pictures, scenes);
  const shared = new Set(scenes.filter((number, i) => group.get(groups[i]!) !== scene.get(number)));
  return pictures.map((picture, i) => ({
    ...picture,
    group: group.get(groups[i]!)!,
    ...(shared.has(scenes[i]!) && { scene: scene.get(scenes[i]!)! }),
  }));
}

/** For each number the path of the first picture that has it. */
function firstPaths(pictures: readonly Picture[], numbers: Int32Array): ReadonlyMap<number, string> {
  const paths = new Map<number, string>();
  numbers.forEach((number, i) => paths.set(number, paths.get(number) ?? pictures[i]!.path));
  return paths;
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
