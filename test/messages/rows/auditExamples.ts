import type { ExampleStatement } from "../../../src/audit/index.ts";
import type { Sentences } from "./types.ts";

export const ofExamples: Sentences<ExampleStatement> = {
  "unreadable-file": [
    [{ reason: "expected an image, received a text file" }, "a text file"],
    [{ reason: "empty" }, "empty"],
  ],
  "damaged-image": [
    [{ recoverable: 0 }, "truncated; nothing can be recovered"],
    [{ recoverable: 0.001 }, "truncated; the upper 1% can be recovered"],
    [{ recoverable: 0.625 }, "truncated; the upper 63% can be recovered"],
    [{ recoverable: 0.999 }, "damaged; nearly all of it can be recovered"],
  ],
  "equal-pixels": [
    [{ classes: [] }, "same pixels"],
    [{ classes: ["cat", "dog"] }, "same pixels, in cat and dog"],
  ],
  "equal-images": [
    [{ images: 2, sameFile: true }, "the same file twice"],
    [{ images: 3, sameFile: false }, "the same pixels 3 times"],
  ],
  "changed-image": [
    [
      { changes: [{ kind: "mirrored" }, { kind: "rotated", degrees: -90 }], classes: ["cat", "dog"] },
      "cat and dog: mirrored and rotated by 90° counterclockwise",
    ],
    [
      {
        changes: [{ kind: "resized", scale: 0.5 }, { kind: "cropped", overlap: 0.8 }, { kind: "re-encoded" }],
      },
      "reduced to 50%, cropped or shifted, 80% in common and re-encoded or with other brightness",
    ],
    [{ changes: [{ kind: "resized", scale: 1.5 }] }, "enlarged to 150%"],
  ],
  "source-image": [
    [{ images: 8, changes: [] }, "8 images of one source image"],
    [
      { images: 2, changes: [{ kind: "rotated", degrees: 90 }] },
      "2 images of one source image; the second is the first rotated by 90° clockwise",
    ],
  ],
  scene: [[{ sourceImages: 2, classes: ["cat", "dog"] }, "2 source images of one scene: cat and dog"]],
  "image-size": [[{ width: 320, height: 240 }, "320 x 240"]],
  "colour-kind": [
    [{ kind: "greyscale" }, "greyscale"],
    [{ kind: "coloured" }, "in colour"],
  ],
  "stored-as": [[{ storage: { kind: "depth", bits: 16 } }, "with 16 bits per channel"]],
  brightness: [[{ mean: 12.5 }, "mean brightness 13 of 255"]],
  sharpness: [[{ sharpness: 0.125 }, "sharpness 0.13"]],
  "even-tone": [[{}, "a single tone"]],
  "gps-position": [[{}, "GPS position"]],
  "orientation-tag": [[{ orientation: 6 }, "EXIF orientation 6"]],
  "embedded-preview": [
    [{}, "embedded preview"],
    [{ camera: "Canon EOS 5D" }, "embedded preview, Canon EOS 5D"],
  ],
  "shortcut-rule": [
    [
      {
        conditions: [
          { property: "jpeg-quality", min: 90, max: 90 },
          { property: "mean-red", min: 20.4, max: 99.5 },
          { property: "aspect-ratio", min: 1.5 },
        ],
        className: "cat",
        share: 0.9,
      },
      "JPEG quality 90, mean red from 20 to 100 and aspect ratio of 1.50 or more: 90.0% cat",
    ],
    [
      {
        conditions: [
          { property: "camera", value: "X", holds: false },
          { property: "exif", holds: true },
          { property: "greyscale", holds: false },
          { property: "name-pattern", value: "IMG_#", holds: true },
        ],
        className: "dog",
        share: 1,
      },
      "not camera X, with EXIF, in colour and names like IMG_#: 100.0% dog",
    ],
    // 20,454 days after 1970-01-01
    [
      { conditions: [{ property: "date", max: 20_454 }], className: "cat", share: 0.5 },
      "date up to 2026-01-01: 50.0% cat",
    ],
  ],
};
