import { at, groupBy } from "../base/index.ts";
import {
  type Collection,
  type NearDuplicates,
  type MatchedPair,
  type GroupSource,
  type InspectedImage,
  type Inspection,
  type Image,
  groupNumbers,
} from "../data/index.ts";

/** What an audit is made from; everything stands as the images of the collection do. */
export interface AuditInput {
  /** Its images carry their groups, wherever these come from. */
  readonly collection: Collection;
  readonly groupSource: GroupSource;
  readonly outcomes: readonly InspectedImage[];
  readonly copies: NearDuplicates;
}

/** One image of the collection with all that is known of it. */
export interface KnownImage extends Image {
  /** Number of its group, from whatever source. */
  readonly groupNumber: number;
  /** Number of the source image that it shows, by content alone: near-duplicates have one. */
  readonly sourceImage: number;
  /** Number of its scene: source images that show the same thing have one. */
  readonly sceneNumber: number;
}

export interface ReadImage extends KnownImage {
  /** Of the file. */
  readonly sha256: string;
  readonly facts: Inspection;
}

export interface UnreadImage extends KnownImage {
  readonly reason: string;
  /** Share of its rows that can be decoded, where it is a damaged image. */
  readonly recoverable?: number;
}

/** Two images of one source image that are not the same pixels. */
export interface NearDuplicatePair {
  readonly a: ReadImage;
  readonly b: ReadImage;
  readonly pair: MatchedPair;
}

/** The collection, sorted for those who look for something. */
export interface KnownCollection {
  readonly classNames: readonly string[];
  readonly groupSource: GroupSource;
  readonly all: readonly KnownImage[];
  readonly read: readonly ReadImage[];
  readonly unread: readonly UnreadImage[];
  readonly nearDuplicatePairs: readonly NearDuplicatePair[];
}

export function knownCollectionOf({
  collection,
  groupSource,
  outcomes,
  copies,
}: AuditInput): KnownCollection {
  const numbers = groupNumbers(collection.images);
  const all = collection.images.map((image, index): ReadImage | UnreadImage => {
    const known = {
      ...image,
      groupNumber: at(numbers, index),
      sourceImage: at(copies.groups, index),
      sceneNumber: at(copies.scenes, index),
    };
    const outcome = at(outcomes, index);
    return "reason" in outcome
      ? { ...known, ...outcome }
      : { ...known, sha256: outcome.sha256, facts: outcome.inspection };
  });
  const nearDuplicatePairs = copies.pairs.flatMap((pair) => {
    const [a, b] = [at(all, pair.a), at(all, pair.b)];
    return isRead(a) && isRead(b) && pixelKey(a) !== pixelKey(b) ? [{ a, b, pair }] : [];
  });
  return {
    classNames: collection.classNames,
    groupSource,
    all,
    read: all.filter(isRead),
    unread: all.filter((one): one is UnreadImage => !isRead(one)),
    nearDuplicatePairs,
  };
}

const isRead = (subject: ReadImage | UnreadImage): subject is ReadImage => "facts" in subject;

/** The same text for images of the same pixels alone. */
export const pixelKey = ({ facts }: ReadImage): string =>
  `${facts.width} x ${facts.height} ${facts.pixelDigest}`;

/** The images by what they have in common, in the order they came. */
export const setsOf = <T>(items: readonly T[], keyOf: (item: T) => unknown): readonly (readonly T[])[] => [
  ...groupBy(items, keyOf).values(),
];

export const pathsOf = (subjects: readonly KnownImage[]): readonly string[] =>
  subjects.map(({ path }) => path);
