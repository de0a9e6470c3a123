import type { Part, ScanNote } from "../data/index.ts";

/** What became of an image in a near-duplicate of it. */
export type ImageChange =
  | { readonly kind: "mirrored" }
  /** Clockwise, degrees. */
  | { readonly kind: "rotated"; readonly degrees: number }
  /** Length in the second over length in the first. */
  | { readonly kind: "resized"; readonly scale: number }
  /** Share of the first that the second shows. */
  | { readonly kind: "cropped"; readonly overlap: number }
  | { readonly kind: "re-encoded" };

/** Properties looked at together, which a model could use in place of what an image shows. */
export type PropertyFamily = "size" | "encoding" | "colour" | "camera" | "file-name";

export type NumberProperty =
  | "width"
  | "height"
  | "aspect-ratio"
  | "jpeg-quality"
  | "bytes-per-pixel"
  | "mean-red"
  | "mean-green"
  | "mean-blue"
  | "contrast"
  | "colourfulness"
  /** Days since 1970. */
  | "date"
  | "name-length"
  | "name-digits"
  | "name-number";

export type FlagProperty = "format" | "camera" | "software" | "exif" | "greyscale" | "name-pattern";

/** A property within limits that occur in the data, or one that holds or does not. */
export type Condition =
  | { readonly property: NumberProperty; readonly min?: number; readonly max?: number }
  | { readonly property: FlagProperty; readonly value?: string; readonly holds: boolean };

/** Where these hold, the images are mostly of one class. */
export interface ShortcutRule {
  readonly conditions: readonly Condition[];
  readonly className: string;
  /** Share of the images under the rule that are of the class. */
  readonly share: number;
}

/** How a file stores what a network never sees. */
export type UnusualStorage =
  | { readonly kind: "cmyk" }
  | { readonly kind: "depth"; readonly bits: number }
  | { readonly kind: "alpha" };

interface OfImages {
  readonly images: number;
}
interface Size {
  readonly width: number;
  readonly height: number;
}
type None = Readonly<Record<string, never>>;

type NoteData<Code extends ScanNote["code"]> = Extract<ScanNote, { readonly code: Code }>["data"];

/** What each kind of finding counts; the code stays the same where its words change. */
interface FindingData {
  readonly unreadable: { readonly files: number };
  readonly truncated: OfImages & {
    /** Of them, those that can be recovered in part. */
    readonly recoverable: number;
  };
  /** Images whose pixels are also in another class, and how many different images they are. */
  readonly "label-conflict": OfImages & { readonly distinct: number };
  readonly "near-duplicate-conflict": OfImages;
  readonly "near-duplicates-across-parts": {
    readonly parts: readonly (OfImages & {
      readonly part: Exclude<Part, "train">;
      /** Of them, those that share a source image, group or scene with training images. */
      readonly leaking: number;
    })[];
  };
  readonly "near-duplicates-across-groups": OfImages & { readonly source: "column" | "pattern" | "file" };
  readonly duplicates: {
    /** Images beyond the first of each set of equal ones. */
    readonly surplus: number;
    /** Of them, those whose file is the same to the last byte. */
    readonly sameFile: number;
  };
  readonly "near-duplicates": OfImages & {
    /** Of all readable images. */
    readonly total: number;
    readonly sourceImages: number;
    /** Images of the most frequent source image. */
    readonly largest: number;
    /** The frequent changes and the share of the pairs that show them; a pair may show several. */
    readonly changes: readonly { readonly kind: ImageChange["kind"]; readonly share: number }[];
  };
  readonly "same-scene": {
    readonly sourceImages: number;
    readonly scenes: number;
    /** Scenes with images of several classes. */
    readonly mixedScenes: number;
  };
  readonly shortcut: {
    readonly family: PropertyFamily;
    /** Of a small cross-validated tree that sees these properties alone. */
    readonly balancedAccuracy: number;
    readonly chance: number;
    readonly rule: ShortcutRule;
  };
  readonly "class-balance": OfImages & {
    readonly largest: OfImages & { readonly name: string };
    readonly smallest: OfImages & { readonly name: string };
  };
  readonly "few-groups": {
    /** Fewer than this are few. */
    readonly minGroups: number;
    readonly classes: readonly (OfImages & { readonly name: string; readonly groups: number })[];
  };
  readonly sizes: OfImages & {
    /** Different ones. */
    readonly sizes: number;
    readonly smallest: Size;
    readonly largest: Size;
    readonly usual: Size & OfImages;
    /** Images whose shorter side is less than a third of the median. */
    readonly muchSmaller: number;
  };
  readonly "aspect-ratios": {
    /** Off the median by more than this factor. */
    readonly factor: number;
    readonly wider: number;
    readonly taller: number;
  };
  readonly "colour-mix": { readonly greyscale: number; readonly coloured: number };
  readonly storage: { readonly kinds: readonly (OfImages & { readonly storage: UnusualStorage })[] };
  /** Images of more than 8 bits a value, in which nearly all pixels use only the lowest `usedBits`. */
  readonly "unused-bits": OfImages & {
    readonly bits: number;
    readonly usedBits: number;
    /** What 99.5% of every image's pixels reach at most once cut to 8 bits, 0 to 255. */
    readonly brightest: number;
  };
  readonly empty: OfImages;
  readonly dark: OfImages;
  readonly bright: OfImages;
  readonly blurred: OfImages;
  readonly "conflicting-rows": NoteData<"conflicting-rows">;
  readonly "alike-classes": NoteData<"alike-classes">;
  readonly "classes-without-images": NoteData<"classes-without-images">;
  readonly "exif-place": OfImages;
  readonly "exif-orientation": OfImages;
  readonly "exif-thumbnail": OfImages;
}

/** What there is to see in an example of a finding. */
interface ExampleData {
  readonly "unreadable-file": { readonly reason: string };
  readonly "damaged-image": {
    /** Share of its rows that can be decoded. */
    readonly recoverable: number;
  };
  /** The classes are given where they are several. */
  readonly "equal-pixels": { readonly classes: readonly string[] };
  readonly "equal-images": OfImages & { readonly sameFile: boolean };
  readonly "changed-image": {
    readonly changes: readonly ImageChange[];
    /** Of both images, where they differ. */
    readonly classes?: readonly [string, string];
  };
  readonly "source-image": OfImages & {
    /** From the first image to the second. */
    readonly changes: readonly ImageChange[];
  };
  readonly scene: { readonly sourceImages: number; readonly classes: readonly string[] };
  readonly "image-size": Size;
  readonly "colour-kind": { readonly kind: "greyscale" | "coloured" };
  readonly "stored-as": { readonly storage: UnusualStorage };
  /** Mean, 0 to 255. */
  readonly brightness: { readonly mean: number };
  readonly sharpness: { readonly sharpness: number };
  readonly "even-tone": None;
  readonly "gps-position": None;
  /** The EXIF tag, 1 to 8. */
  readonly "orientation-tag": { readonly orientation: number };
  readonly "embedded-preview": { readonly camera?: string };
  readonly "shortcut-rule": ShortcutRule;
}

type Coded<Data> = {
  readonly [Code in keyof Data]: { readonly code: Code; readonly data: Data[Code] };
}[keyof Data];

export type FindingCode = keyof FindingData;
export type FindingStatement = Coded<FindingData>;
export type ExampleStatement = Coded<ExampleData>;
