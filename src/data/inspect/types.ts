import type { Fingerprint } from "../nearDuplicates/types.ts";

/** Metadata of an image file; fields that the file does not have are absent. */
export interface FileFacts {
  /** By its first bytes. */
  readonly format?: ImageFormat;
  /** How the file holds its colours; decoding makes RGB of all of them. */
  readonly space?: "grey" | "rgb" | "cmyk" | "palette";
  /** Bits of each value as the file holds them; 8 in nearly all. */
  readonly depth?: number;
  /** The file can hold transparency; decoding lays it on white. */
  readonly alpha?: boolean;
  /** 1-100, estimated from the quantisation table: exact for the tables of the Independent JPEG Group. */
  readonly jpegQuality?: number;
  readonly exif?: ExifFacts;
}

export type ImageFormat = "jpeg" | "png" | "gif" | "webp" | "tiff" | "bmp" | "avif" | "heic";

/** What a camera or an editor wrote beside the image. */
export interface ExifFacts {
  /** 2-8: how the pixels have to be turned and mirrored, which decoding has done; absent where they stand upright. */
  readonly orientation?: number;
  /** Maker and model. */
  readonly camera?: string;
  readonly software?: string;
  /** When it was taken, as ISO 8601 without a zone: "2024-05-01T13:45:10". */
  readonly date?: string;
  /** The place where it was taken is in the file. */
  readonly gps: boolean;
  readonly thumbnail: boolean;
}

/** What the decoded pixels show. Brightness is 0 (black) to 255 (white), weighted as in JPEG (ITU-R BT.601). */
export interface PixelFacts {
  readonly width: number;
  readonly height: number;
  /** Mean red, green and blue, 0 to 255. */
  readonly meanColour: readonly [number, number, number];
  readonly brightness: {
    readonly mean: number;
    readonly deviation: number;
    /** Below the first lie 0.5% of the pixels, above the second 0.5%: nearly the same where the image is empty. */
    readonly range: readonly [number, number];
  };
  /** Standard deviation of the Laplacian over that of the brightness; small where edges are soft. */
  readonly sharpness: number;
  /** 0 for grey, about 30 for quiet and 80 for strong colours (Hasler & Süsstrunk 2003). */
  readonly colourfulness: number;
  /** Share of pixels that are clearly not grey. */
  readonly colourShare: number;
}

/** The facts of one image; plain data of a few kilobytes that can go from thread to thread. */
export interface Inspection extends FileFacts, PixelFacts {
  /** Size of the file. */
  readonly bytes: number;
  /** SHA-256 of the decoded pixels, in hexadecimal: the same for the same pixels in another file. */
  readonly pixelDigest: string;
  /** Fingerprint for near-duplicate detection. */
  readonly fingerprint: Fingerprint;
}
