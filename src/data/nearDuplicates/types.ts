/**
 * Fingerprint for near-duplicate detection: corners with binary descriptors, and a small grey image.
 * Plain typed arrays, so that it travels between threads. Coordinates are those of the working image.
 */
export interface Fingerprint {
  /** Pixels of the working image: the image scaled to a common size. */
  readonly width: number;
  readonly height: number;
  /** Working pixels for one pixel of the image. */
  readonly scale: number;
  /** Two numbers of 32 bits from every pixel and the size: equal for equal images. */
  readonly hash: Uint32Array;
  /** Positions of the corners, [count, 2] (x, y). */
  readonly positions: Float32Array;
  /** Binary descriptors of the corners, [count, 8] words of 32 bits. */
  readonly descriptors: Uint32Array;
  /** The small image, row by row: 1 to 255, and 0 where it only fills the frame. */
  readonly thumbnail: Uint8Array;
  readonly thumbnailWidth: number;
  readonly thumbnailHeight: number;
}

/** How one image lies in another: x' = a x + b y + c, y' = d x + e y + f. */
export interface AffineMap {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly f: number;
}

/** Two near-duplicates, and the transformation between them. */
export interface MatchedPair {
  /** Index of the earlier image. */
  readonly a: number;
  /** Index of the later image. */
  readonly b: number;
  /** Whether b is mirrored. */
  readonly mirrored: boolean;
  /** Degrees from -180 to 180 by which b is turned clockwise, after mirroring left to right where it is mirrored. */
  readonly rotation: number;
  /** Size of an object in b over its size in a, both in their own pixels. */
  readonly scale: number;
  /** Share of a's area that b shows too, in (0, 1]. */
  readonly overlap: number;
  /** Corners at the same position in both. */
  readonly inliers: number;
  /** Agreement of the pixels where the two overlap, in [0, 1]. */
  readonly agreement: number;
}

/** Groups of near-duplicates. */
export interface NearDuplicates {
  /** Group of each image, numbered from 0 by its first member; an image without near-duplicates has a group of its own. */
  readonly groups: Int32Array;
  /** Scene of each image, numbered likewise: groups that show the same thing, such as two shots of one field, have one scene. */
  readonly scenes: Int32Array;
  /** Links that were confirmed; each group hangs together by them, yet not every two of its images were compared. */
  readonly pairs: readonly MatchedPair[];
}

export interface FindNearDuplicatesOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (done: number, total: number) => void;
}
