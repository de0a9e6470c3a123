import { type AugmentResult, plural } from "../../app/index.ts";
import { at } from "../../base/index.ts";
import type { Look } from "../terminal/style.ts";

/** Where the sheet is, and what is on it. */
export function augmentResultText(
  { preview, augment, size, images }: AugmentResult,
  { paint }: Look,
): string {
  const name = typeof augment === "string" ? augment : "your own list";
  const { versions } = at(images, 0);
  return (
    `${plural(images.length, "image")} at ${size} × ${size} pixels, each beside ${plural(versions.length, "version")} by ${name}.\n` +
    `Contact sheet: ${paint.bold(preview)}\n`
  );
}
