import type { AuditFinding, AuditVerdict } from "../../../src/messages/audit.ts";
import type { Sentences } from "./types.ts";

export const ofAudit: Sentences<AuditVerdict | AuditFinding> = {
  "audit-verdict": [
    [{ errors: 1, warnings: 2, notes: 0 }, "1 problem to fix before training, 2 to check."],
    [{ errors: 0, warnings: 1, notes: 1 }, "1 problem to check before training, 1 note."],
    [{ errors: 0, warnings: 0, notes: 3 }, "No problems found, 3 notes."],
    [{ errors: 0, warnings: 0, notes: 0 }, "No problems found."],
  ],
  unreadable: [
    [{ files: 1 }, "1 file cannot be read as an image.", "Replace or remove them; training skips them."],
    [
      { files: 1200 },
      "1,200 files cannot be read as images.",
      "Replace or remove them; training skips them.",
    ],
  ],
  truncated: [
    [
      { images: 5, recoverable: 3 },
      "5 images are truncated or damaged: 3 can be recovered in part, 2 not at all.",
      "Copy them again from their source; training skips them.",
    ],
  ],
  "label-conflict": [
    [
      { images: 4, distinct: 1 },
      "4 images have identical pixels in another class: 1 image with more than one label.",
      "Keep each in its correct class and remove the others.",
    ],
  ],
  "near-duplicate-conflict": [
    [
      { images: 2 },
      "2 images have a near-duplicate in another class.",
      "Check each pair: if both show the same object, one label is wrong; if the source image shows several objects, both may be correct.",
    ],
  ],
  "near-duplicates-across-parts": [
    [
      {
        parts: [
          { part: "validation", images: 200, leaking: 33 },
          { part: "test", images: 1, leaking: 1 },
        ],
      },
      "33 of 200 validation images (16.5%) and 1 of 1 test image (100.0%) share a source image, group or scene with training images (leakage): accuracy measured on them is inflated.",
      "Remove them from these folders, or let Fovea draw a new split of all images with --split pooled.",
    ],
    [
      { parts: [{ part: "validation", images: 80, leaking: 2 }] },
      "2 of 80 validation images (2.5%) share a source image, group or scene with training images (leakage): accuracy measured on them is inflated.",
      "Remove them from these folders, or let Fovea draw training and validation set anew with --split grouped.",
    ],
    [
      { parts: [{ part: "test", images: 80, leaking: 1 }] },
      "1 of 80 test images (1.3%) shares a source image, group or scene with training images (leakage): accuracy measured on them is inflated.",
      "Remove them from these folders, or let Fovea draw a new split of all images with --split pooled.",
    ],
  ],
  "near-duplicates-across-groups": [
    [
      { images: 3, source: "pattern" },
      "3 images have a near-duplicate in another group of --group-pattern.",
      "Check the groups: they may show the same objects. Training keeps such groups on one side of a split where it can.",
    ],
  ],
  duplicates: [
    [
      { surplus: 1, sameFile: 1 },
      "1 image is an exact duplicate (the same file).",
      "Remove them: they add nothing to training and count twice in every metric.",
    ],
    [
      { surplus: 4, sameFile: 0 },
      "4 images are exact duplicates (the same pixels in another file).",
      "Remove them: they add nothing to training and count twice in every metric.",
    ],
    [
      { surplus: 4, sameFile: 3 },
      "4 images are exact duplicates (3 the same file, 1 the same pixels in another file).",
      "Remove them: they add nothing to training and count twice in every metric.",
    ],
  ],
  "near-duplicates": [
    [
      {
        images: 900,
        total: 1298,
        sourceImages: 300,
        largest: 24,
        changes: [
          { kind: "mirrored", share: 0.5 },
          { kind: "cropped", share: 0.25 },
        ],
      },
      "900 of 1,298 images (69.3%) have near-duplicates: they come from 300 source images, up to 24 images from one. Differences: mirrored (50% of pairs), cropped or shifted (25% of pairs).",
      "Keep the images of one source image in one set, as --split grouped does; a random split would leak.",
    ],
    [
      { images: 2, total: 3, sourceImages: 1, largest: 2, changes: [] },
      "2 of 3 images (66.7%) have near-duplicates: they come from 1 source image, up to 2 images from one.",
      "Keep the images of one source image in one set, as --split grouped does; a random split would leak.",
    ],
  ],
  "same-scene": [
    [
      { sourceImages: 6, scenes: 2, mixedScenes: 1 },
      "6 source images show 2 scenes, such as two shots of one field. 1 scene has images of several classes.",
      "Check those first: one scene has several labels. --split grouped keeps each scene in one set.",
    ],
    [
      { sourceImages: 2, scenes: 1, mixedScenes: 0 },
      "2 source images show one scene, such as two shots of one field.",
      "Nothing to do: --split grouped keeps each scene in one set.",
    ],
  ],
  shortcut: [
    [
      {
        family: "size",
        balancedAccuracy: 0.98,
        chance: 0.5,
        rule: { conditions: [{ property: "width", max: 320 }], className: "cat", share: 0.95 },
      },
      "Image size or aspect ratio alone predicts the class (shortcut): balanced accuracy 98.0% in cross-validation (chance: 50.0%). Example: width up to 320 pixels: 95.0% cat.",
      "Crop or scale the images of all classes to one size before training.",
    ],
  ],
  "class-balance": [
    [
      { images: 1000, largest: { name: "cat", images: 900 }, smallest: { name: "dog", images: 100 } },
      "Class sizes differ by a factor of 9.0: cat has 900 images, dog 100. Always predicting cat gives an accuracy of 90.0%.",
      "Read balanced accuracy and the recall of each class, and collect more images of dog.",
    ],
  ],
  "few-groups": [
    [
      {
        minGroups: 5,
        classes: [
          { name: "a", images: 1, groups: 1 },
          { name: "b", images: 40, groups: 4 },
        ],
      },
      "Fewer than 5 independent groups, too few for reliable metrics: a (1 image) and b (40 images, 4 groups).",
      "Collect images of other objects of the class; more images of the same ones do not help.",
    ],
    [
      {
        minGroups: 5,
        classes: Array.from({ length: 8 }, (_, i) => ({ name: `c${i}`, images: 2, groups: 2 })),
      },
      "Fewer than 5 independent groups, too few for reliable metrics: c0 (2 images), c1 (2 images), c2 (2 images), c3 (2 images), c4 (2 images), c5 (2 images) and 2 more.",
      "Collect images of other objects of the class; more images of the same ones do not help.",
    ],
  ],
  sizes: [
    [
      {
        images: 100,
        sizes: 3,
        smallest: { width: 40, height: 60 },
        largest: { width: 640, height: 480 },
        usual: { width: 320, height: 240, images: 90 },
        muchSmaller: 2,
      },
      "The images have 3 sizes, from 40 x 60 to 640 x 480 pixels by the shorter side; 90.0% are 320 x 240. 2 images are less than a third of the median size.",
      "All images are resized to one size, and small ones stay blurred: look for larger originals.",
    ],
    [
      {
        images: 4,
        sizes: 2,
        smallest: { width: 240, height: 320 },
        largest: { width: 320, height: 240 },
        usual: { width: 320, height: 240, images: 3 },
        muchSmaller: 0,
      },
      "The images have 2 sizes, from 240 x 320 to 320 x 240 pixels by the shorter side; 75.0% are 320 x 240.",
      "Nothing to do unless the classes differ in size: all images are resized to one size.",
    ],
  ],
  "aspect-ratios": [
    [
      { factor: 1.5, wider: 1, taller: 0 },
      "1 image differs from the median aspect ratio by more than a factor of 1.5 (1 wider, 0 taller): resizing distorts what they show.",
      "Crop them to the aspect ratio of the others.",
    ],
  ],
  "colour-mix": [
    [
      { greyscale: 1, coloured: 1999 },
      "1 image is greyscale, 1,999 in colour.",
      "If colour matters, replace them; if it does not, convert all images to greyscale.",
    ],
    [
      { greyscale: 90, coloured: 10 },
      "10 images are in colour, 90 greyscale.",
      "Convert all images to greyscale, unless colour separates the classes for good reason.",
    ],
  ],
  storage: [
    [
      {
        kinds: [
          { storage: { kind: "cmyk" }, images: 2 },
          { storage: { kind: "depth", bits: 16 }, images: 1 },
          { storage: { kind: "alpha" }, images: 3 },
        ],
      },
      "Unusual storage: 2 images in CMYK, 1 image with 16 bits per channel and 3 images with transparency. All are read as 8-bit RGB, transparency as white.",
      "Nothing to do unless the colours look wrong.",
    ],
  ],
  "unused-bits": [
    [
      { images: 2, bits: 16, usedBits: 12, brightest: 15 },
      "2 images store 16 bits a value but nearly all pixels need only 12: read as 8 bits, they are 15 of 255 at most, nearly black.",
      "If the values have 12 bits, train with --range 0-4095; the model then scales new images alike.",
    ],
  ],
  empty: [
    [
      { images: 1 },
      "1 image is nearly empty: a single tone.",
      "Check them, and remove those that show nothing.",
    ],
  ],
  dark: [
    [
      { images: 2 },
      "2 images are very dark, also compared with the rest of the data set.",
      "Check them; brighten or remove those in which nothing can be seen.",
    ],
  ],
  bright: [
    [
      { images: 2 },
      "2 images are very bright, also compared with the rest of the data set.",
      "Check them, and remove those in which nothing can be seen.",
    ],
  ],
  blurred: [
    [
      { images: 1 },
      "1 image is much more blurred than the rest of the data set.",
      "Check them, and remove those in which the object cannot be recognised.",
    ],
  ],
  "exif-place": [
    [
      { images: 1 },
      "1 image contains the GPS position where it was taken.",
      "Remove it before you share the data. Fovea neither uses nor stores it.",
    ],
    [
      { images: 2 },
      "2 images contain the GPS position where they were taken.",
      "Remove it before you share the data. Fovea neither uses nor stores it.",
    ],
  ],
  "exif-orientation": [
    [
      { images: 3 },
      "3 images are stored rotated or mirrored, with an EXIF orientation tag.",
      "Nothing to do here: Fovea applies the tag. Other programs may not.",
    ],
  ],
  "exif-thumbnail": [
    [
      { images: 1 },
      "1 image contains an embedded preview, which may still show what was cropped later.",
      "Remove it before you share the data, if that matters.",
    ],
  ],
};
