import type { FindingStatement, PropertyFamily } from "../audit/index.ts";
import { countText, decimalText, listText, percentText, plural, wholePercent } from "../base/index.ts";
import type { ScanNote } from "../data/index.ts";
import { changeNames, ruleText, storageText } from "./auditExamples.ts";
import type { Catalogue } from "./types.ts";

/** How many findings there are of each severity. */
export interface AuditVerdict {
  readonly code: "audit-verdict";
  readonly data: { readonly errors: number; readonly warnings: number; readonly notes: number };
}

const maxClasses = 6;

/** "1 image is", "3 images are" */
const imagesThat = (images: number, one: string, many: string): string =>
  `${plural(images, "image")} ${images === 1 ? one : many}`;

const sizeText = ({ width, height }: { readonly width: number; readonly height: number }): string =>
  `${width} x ${height}`;

const families: Readonly<Record<PropertyFamily, { readonly name: string; readonly suggestion: string }>> = {
  size: {
    name: "Image size or aspect ratio",
    suggestion: "Crop or scale the images of all classes to one size before training.",
  },
  encoding: {
    name: "File format or compression",
    suggestion:
      "Save the images of all classes in one format and quality: compression leaves traces in the pixels that a network finds.",
  },
  colour: {
    name: "Mean colour or brightness",
    suggestion:
      "Check whether the objects have these colours, or only background and light: the latter will not hold for new images.",
  },
  camera: {
    name: "Camera or date (EXIF)",
    suggestion: "Collect all classes with the same cameras and in the same sessions.",
  },
  "file-name": {
    name: "The file name",
    suggestion:
      "A network does not see names, but they often show that classes were collected in different ways: look for what else differs.",
  },
};

const groupSources = {
  column: "the group column",
  pattern: "--group-pattern",
  file: "the split file",
} as const;

/** What an audit alone finds; the rest is noticed before any image is read. */
export type AuditFinding = Exclude<FindingStatement, { readonly code: ScanNote["code"] }>;

/** What an audit finds, and what to do about it. */
export const auditMessages: Catalogue<AuditVerdict | AuditFinding> = {
  "audit-verdict": (counts) => ({ text: verdictText(counts) }),
  unreadable: ({ files }) => ({
    text: `${plural(files, "file")} cannot be read as ${files === 1 ? "an image" : "images"}.`,
    suggestion: "Replace or remove them; training skips them.",
  }),
  truncated: ({ images, recoverable }) => ({
    text:
      `${imagesThat(images, "is", "are")} truncated or damaged: ` +
      `${countText(recoverable)} can be recovered in part, ${countText(images - recoverable)} not at all.`,
    suggestion: "Copy them again from their source; training skips them.",
  }),
  "label-conflict": ({ images, distinct }) => ({
    text: `${imagesThat(images, "has", "have")} identical pixels in another class: ${plural(distinct, "image")} with more than one label.`,
    suggestion: "Keep each in its correct class and remove the others.",
  }),
  "near-duplicate-conflict": ({ images }) => ({
    text: `${imagesThat(images, "has", "have")} a near-duplicate in another class.`,
    suggestion:
      "Check each pair: if both show the same object, one label is wrong; if the source image shows several objects, both may be correct.",
  }),
  "near-duplicates-across-parts": ({ parts }) => ({
    text:
      `${listText(parts.map(({ part, leaking, images }) => `${countText(leaking)} of ${plural(images, `${part} image`)} (${percentText(leaking / images)})`))} ` +
      `${parts.length === 1 && parts[0]?.leaking === 1 ? "shares" : "share"} a source image, group or scene with training images (leakage): accuracy measured on them is inflated.`,
    suggestion: parts.some(({ part }) => part === "test")
      ? "Remove them from these folders, or let Fovea draw a new split of all images with --split pooled."
      : "Remove them from these folders, or let Fovea draw training and validation set anew with --split grouped.",
  }),
  "near-duplicates-across-groups": ({ images, source }) => ({
    text: `${imagesThat(images, "has", "have")} a near-duplicate in another group of ${groupSources[source]}.`,
    suggestion:
      "Check the groups: they may show the same objects. Training keeps such groups on one side of a split where it can.",
  }),
  duplicates: ({ surplus, sameFile }) => ({
    text: `${imagesThat(surplus, "is an exact duplicate", "are exact duplicates")} (${duplicateKinds(surplus, sameFile)}).`,
    suggestion: "Remove them: they add nothing to training and count twice in every metric.",
  }),
  "near-duplicates": ({ images, total, sourceImages, largest, changes }) => ({
    text:
      `${countText(images)} of ${plural(total, "image")} (${percentText(images / total)}) have near-duplicates: ` +
      `they come from ${plural(sourceImages, "source image")}, up to ${plural(largest, "image")} from one.` +
      (changes.length > 0
        ? ` Differences: ${changes.map(({ kind, share }) => `${changeNames[kind]} (${wholePercent(share)} of pairs)`).join(", ")}.`
        : ""),
    suggestion:
      "Keep the images of one source image in one set, as --split grouped does; a random split would leak.",
  }),
  "same-scene": ({ sourceImages, scenes, mixedScenes }) => ({
    text:
      `${plural(sourceImages, "source image")} show ${scenes === 1 ? "one scene" : `${countText(scenes)} scenes`}, such as two shots of one field.` +
      (mixedScenes > 0
        ? ` ${plural(mixedScenes, "scene")} ${mixedScenes === 1 ? "has" : "have"} images of several classes.`
        : ""),
    suggestion:
      mixedScenes > 0
        ? "Check those first: one scene has several labels. --split grouped keeps each scene in one set."
        : "Nothing to do: --split grouped keeps each scene in one set.",
  }),
  shortcut: ({ family, balancedAccuracy, chance, rule }) => ({
    text:
      `${families[family].name} alone predicts the class (shortcut): balanced accuracy ${percentText(balancedAccuracy)} ` +
      `in cross-validation (chance: ${percentText(chance)}). Example: ${ruleText(rule)}.`,
    suggestion: families[family].suggestion,
  }),
  "class-balance": ({ images, largest, smallest }) => ({
    text:
      `Class sizes differ by a factor of ${decimalText(largest.images / smallest.images, 1)}: ` +
      `${largest.name} has ${plural(largest.images, "image")}, ${smallest.name} ${countText(smallest.images)}. ` +
      `Always predicting ${largest.name} gives an accuracy of ${percentText(largest.images / images)}.`,
    suggestion: `Read balanced accuracy and the recall of each class, and collect more images of ${smallest.name}.`,
  }),
  "few-groups": ({ minGroups, classes }) => ({
    text: `Fewer than ${minGroups} independent groups, too few for reliable metrics: ${fewText(classes)}.`,
    suggestion: "Collect images of other objects of the class; more images of the same ones do not help.",
  }),
  sizes: ({ images, sizes, smallest, largest, usual, muchSmaller }) => ({
    text:
      `The images have ${countText(sizes)} sizes, from ${sizeText(smallest)} to ${sizeText(largest)} pixels by the shorter side; ` +
      `${percentText(usual.images / images)} are ${sizeText(usual)}.` +
      (muchSmaller > 0
        ? ` ${imagesThat(muchSmaller, "is", "are")} less than a third of the median size.`
        : ""),
    suggestion:
      muchSmaller > 0
        ? "All images are resized to one size, and small ones stay blurred: look for larger originals."
        : "Nothing to do unless the classes differ in size: all images are resized to one size.",
  }),
  "aspect-ratios": ({ factor, wider, taller }) => ({
    text:
      `${imagesThat(wider + taller, "differs", "differ")} from the median aspect ratio by more than a factor of ${factor} ` +
      `(${countText(wider)} wider, ${countText(taller)} taller): resizing distorts what they show.`,
    suggestion: "Crop them to the aspect ratio of the others.",
  }),
  "colour-mix": ({ greyscale, coloured }) => {
    const isGreyscale = greyscale <= coloured;
    const [few, many] = isGreyscale ? [greyscale, coloured] : [coloured, greyscale];
    return {
      text: isGreyscale
        ? `${imagesThat(few, "is", "are")} greyscale, ${countText(many)} in colour.`
        : `${imagesThat(few, "is", "are")} in colour, ${countText(many)} greyscale.`,
      suggestion: isGreyscale
        ? "If colour matters, replace them; if it does not, convert all images to greyscale."
        : "Convert all images to greyscale, unless colour separates the classes for good reason.",
    };
  },
  storage: ({ kinds }) => ({
    text:
      `Unusual storage: ${listText(kinds.map(({ storage, images }) => `${plural(images, "image")} ${storageText(storage)}`))}. ` +
      "All are read as 8-bit RGB, transparency as white.",
    suggestion: "Nothing to do unless the colours look wrong.",
  }),
  empty: ({ images }) => ({
    text: `${imagesThat(images, "is", "are")} nearly empty: a single tone.`,
    suggestion: "Check them, and remove those that show nothing.",
  }),
  "unused-bits": ({ images, bits, usedBits, brightest }) => ({
    text:
      `${plural(images, "image")} ${images === 1 ? "stores" : "store"} ${bits} bits a value but nearly all pixels need only ${usedBits}: ` +
      `read as 8 bits, they are ${brightest} of 255 at most, nearly black.`,
    suggestion: `If the values have ${usedBits} bits, train with --range 0-${2 ** usedBits - 1}; the model then scales new images alike.`,
  }),
  dark: ({ images }) => ({
    text: `${imagesThat(images, "is", "are")} very dark, also compared with the rest of the data set.`,
    suggestion: "Check them; brighten or remove those in which nothing can be seen.",
  }),
  bright: ({ images }) => ({
    text: `${imagesThat(images, "is", "are")} very bright, also compared with the rest of the data set.`,
    suggestion: "Check them, and remove those in which nothing can be seen.",
  }),
  blurred: ({ images }) => ({
    text: `${imagesThat(images, "is", "are")} much more blurred than the rest of the data set.`,
    suggestion: "Check them, and remove those in which the object cannot be recognised.",
  }),
  "exif-place": ({ images }) => ({
    text: `${imagesThat(images, "contains", "contain")} the GPS position where ${images === 1 ? "it was" : "they were"} taken.`,
    suggestion: "Remove it before you share the data. Fovea neither uses nor stores it.",
  }),
  "exif-orientation": ({ images }) => ({
    text: `${imagesThat(images, "is", "are")} stored rotated or mirrored, with an EXIF orientation tag.`,
    suggestion: "Nothing to do here: Fovea applies the tag. Other programs may not.",
  }),
  "exif-thumbnail": ({ images }) => ({
    text: `${imagesThat(images, "contains", "contain")} an embedded preview, which may still show what was cropped later.`,
    suggestion: "Remove it before you share the data, if that matters.",
  }),
};

function verdictText({ errors, warnings, notes }: AuditVerdict["data"]): string {
  const counts = [
    ...(errors > 0 ? [`${plural(errors, "problem")} to fix before training`] : []),
    ...(warnings > 0
      ? [
          errors > 0
            ? `${countText(warnings)} to check`
            : `${plural(warnings, "problem")} to check before training`,
        ]
      : []),
    ...(errors + warnings === 0 ? ["No problems found"] : []),
    ...(notes > 0 ? [plural(notes, "note")] : []),
  ];
  return `${counts.join(", ")}.`;
}

const duplicateKinds = (surplus: number, sameFile: number): string =>
  sameFile === surplus
    ? "the same file"
    : sameFile === 0
      ? "the same pixels in another file"
      : `${countText(sameFile)} the same file, ${countText(surplus - sameFile)} the same pixels in another file`;

function fewText(
  classes: readonly { readonly name: string; readonly images: number; readonly groups: number }[],
): string {
  const named = classes.map(({ name, images, groups }) =>
    groups === images
      ? `${name} (${plural(images, "image")})`
      : `${name} (${plural(images, "image")}, ${plural(groups, "group")})`,
  );
  return listText(named, { most: maxClasses });
}
