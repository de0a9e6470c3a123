import {
  type Collection,
  type GroupSource,
  type PreparedPictures,
  groupNumbers,
  groupsByPattern,
  parseGroupPattern,
} from "../data/index.ts";
import type { GroupsEvent } from "./events.ts";

/** How pictures came to their groups. */
export interface Grouping {
  readonly source: GroupSource;
  /** Pictures that the source names no group for; each is one of its own. */
  readonly unnamed: number;
}

/** Pictures with the groups that are known before any is read; no grouping where nobody names any. */
export interface NamedGroups {
  readonly collection: Collection;
  readonly grouping?: Grouping;
}

/** Groups as the data's column names them, else as the pattern finds them in the paths. @throws when the pattern matches none. */
export function namedGroups(collection: Collection, groupPattern: string | undefined): NamedGroups {
  const named = collection.pictures.filter(({ group }) => group !== undefined).length;
  const source = named > 0 ? "column" : "pattern";
  if (groupPattern === undefined)
    return named === 0
      ? { collection }
      : { collection, grouping: { source, unnamed: collection.pictures.length - named } };
  const { pictures, unmatched } = groupsByPattern(collection.pictures, parseGroupPattern(groupPattern));
  return { collection: { ...collection, pictures }, grouping: { source, unnamed: unmatched } };
}

/** Says what the groups of the pictures that could be read are. */
export function groupsEvent({ pictures, count }: PreparedPictures, grouping: Grouping): GroupsEvent {
  const groups = groupNumbers(pictures).reduce((most, number) => Math.max(most, number), -1) + 1;
  return { type: "groups", ...grouping, groups, pictures: count };
}

/** The grouping of pictures that nobody names groups for. */
export const ungrouped = ({ pictures }: Collection): Grouping => ({
  source: "none",
  unnamed: pictures.length,
});
