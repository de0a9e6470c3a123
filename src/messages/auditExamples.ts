import type {
  Condition,
  DuplicateLink,
  ExampleStatement,
  ImageChange,
  NumberProperty,
  ShortcutRule,
  UnusualStorage,
} from "../audit/index.ts";
import { decimalText, listText, percentText, plural, wholePercent } from "../base/index.ts";
import type { Catalogue } from "./types.ts";

/** The legend below each example of a finding. */
export const auditExampleMessages: Catalogue<ExampleStatement> = {
  "unreadable-file": ({ reason }) => ({ text: reasonText(reason) }),
  "damaged-image": ({ recoverable }) => ({ text: recoveryText(recoverable) }),
  "equal-pixels": ({ classes }) => ({
    text: classes.length === 0 ? "same pixels" : `same pixels, in ${listText(classes)}`,
  }),
  "equal-images": ({ images, sameFile }) => ({
    text: `${sameFile ? "the same file" : "the same pixels"} ${images === 2 ? "twice" : `${images} times`}`,
  }),
  "changed-image": ({ changes, classes }) => ({
    text: `${classes ? `${listText(classes)}: ` : ""}${changesText(changes)}`,
  }),
  "source-image": ({ images, changes }) => ({
    text:
      `${plural(images, "image")} of one source image` +
      (changes.length > 0 ? `; the second is the first ${changesText(changes)}` : ""),
  }),
  scene: ({ sourceImages, classes }) => ({
    text: `${plural(sourceImages, "source image")} of one scene: ${listText(classes)}`,
  }),
  "image-size": ({ width, height }) => ({ text: `${width} x ${height}` }),
  "colour-kind": ({ kind }) => ({ text: kind === "greyscale" ? "greyscale" : "in colour" }),
  "stored-as": ({ storage }) => ({ text: storageText(storage) }),
  brightness: ({ mean }) => ({ text: `mean brightness ${decimalText(mean, 0)} of 255` }),
  sharpness: ({ sharpness }) => ({ text: `sharpness ${decimalText(sharpness, 2)}` }),
  "even-tone": () => ({ text: "a single tone" }),
  "gps-position": () => ({ text: "GPS position" }),
  "orientation-tag": ({ orientation }) => ({ text: `EXIF orientation ${orientation}` }),
  "embedded-preview": ({ camera }) => ({ text: `embedded preview${camera ? `, ${camera}` : ""}` }),
  "shortcut-rule": (rule) => ({ text: ruleText(rule) }),
};

/** "expected an image, received a text file" says enough in its second half. */
const reasonText = (reason: string): string => /received (.*)$/.exec(reason)?.[1] ?? reason;

function recoveryText(share: number): string {
  if (share === 0) return "truncated; nothing can be recovered";
  // The rows that a decoder gives up last may be whole but coarse.
  if (share > 0.995) return "damaged; nearly all of it can be recovered";
  const percent = wholePercent(Math.max(share, 0.01));
  return `truncated; the upper ${percent} can be recovered`;
}

/** How a file stores an image: "in CMYK". */
export function storageText(storage: UnusualStorage): string {
  switch (storage.kind) {
    case "cmyk":
      return "in CMYK";
    case "depth":
      return `with ${storage.bits} bits per channel`;
    case "alpha":
      return "with transparency";
    default:
      return storage satisfies never;
  }
}

/** What two images of the data have in common: "the same pixels", "mirrored". */
export const duplicateText = ({ kind, changes }: DuplicateLink): string =>
  kind === "near-duplicate" ? changesText(changes) : `the same ${kind === "same-file" ? "file" : "pixels"}`;

/** What became of the first image in the second: "mirrored and rotated by 90° clockwise". */
const changesText = (changes: readonly ImageChange[]): string => listText(changes.map(changeText));

function changeText(change: ImageChange): string {
  switch (change.kind) {
    case "mirrored":
      return "mirrored";
    case "rotated":
      return `rotated by ${decimalText(Math.abs(change.degrees), 0)}° ${change.degrees < 0 ? "counterclockwise" : "clockwise"}`;
    case "resized":
      return `${change.scale > 1 ? "enlarged" : "reduced"} to ${wholePercent(change.scale)}`;
    case "cropped":
      return `cropped or shifted, ${wholePercent(change.overlap)} in common`;
    case "re-encoded":
      return "re-encoded or with other brightness";
    default:
      return change satisfies never;
  }
}

/** A change without its amount: "cropped or shifted". */
export const changeNames: Readonly<Record<ImageChange["kind"], string>> = {
  mirrored: "mirrored",
  rotated: "rotated",
  resized: "resized",
  cropped: "cropped or shifted",
  "re-encoded": "re-encoded or with other brightness",
};

/** "width 64 pixels: 100.0% cat" */
export const ruleText = ({ conditions, share, className }: ShortcutRule): string =>
  `${listText(conditions.map(conditionText))}: ${percentText(share)} ${className}`;

function conditionText(condition: Condition): string {
  if ("holds" in condition) return flagText(condition);
  const { property, min, max } = condition;
  const { name, show } = numberProperties[property];
  if (min === undefined) return max === undefined ? name : `${name} up to ${show(max)}`;
  if (max === undefined) return `${name} of ${show(min)} or more`;
  return min === max ? `${name} ${show(min)}` : `${name} from ${show(min)} to ${show(max)}`;
}

function flagText({ property, value, holds }: Extract<Condition, { readonly holds: boolean }>): string {
  switch (property) {
    case "exif":
      return holds ? "with EXIF" : "without EXIF";
    case "greyscale":
      return holds ? "greyscale" : "in colour";
    case "name-pattern":
      return `names ${holds ? "like" : "not like"} ${value}`;
    case "format":
    case "camera":
    case "software":
      return `${holds ? "" : "not "}${property} ${value}`;
    default:
      return property satisfies never;
  }
}

interface Shown {
  readonly name: string;
  readonly show: (value: number) => string;
}

const whole = (value: number): string => decimalText(value, 0);
const hundredths = (value: number): string => decimalText(value, 2);
const pixels = (value: number): string => `${value} pixels`;
const day = (value: number): string => new Date(value * 86_400_000).toISOString().slice(0, 10);

const numberProperties: Readonly<Record<NumberProperty, Shown>> = {
  width: { name: "width", show: pixels },
  height: { name: "height", show: pixels },
  "aspect-ratio": { name: "aspect ratio", show: hundredths },
  "jpeg-quality": { name: "JPEG quality", show: whole },
  "bytes-per-pixel": { name: "bytes per pixel", show: hundredths },
  "mean-red": { name: "mean red", show: whole },
  "mean-green": { name: "mean green", show: whole },
  "mean-blue": { name: "mean blue", show: whole },
  contrast: { name: "contrast", show: whole },
  colourfulness: { name: "colourfulness", show: whole },
  date: { name: "date", show: day },
  "name-length": { name: "length of the name", show: whole },
  "name-digits": { name: "digits in the name", show: whole },
  "name-number": { name: "last number in the name", show: whole },
};
