import type { Collection, PreparedImages, ScanNote } from "../../data/index.ts";

/** Says which classes have files but no image that could be decoded: nothing is measured of them. */
export function unreadClasses(
  { images, classNames }: Pick<Collection, "images" | "classNames">,
  prepared: Pick<PreparedImages, "images" | "skipped">,
): readonly ScanNote[] {
  const read = new Set(prepared.images.map(({ label }) => label));
  const reasons = new Map(prepared.skipped.map(({ path, reason }) => [path, reason]));
  const classes = classNames
    .filter((name) => !read.has(name))
    .map((name) => {
      const own = images.filter(({ label }) => label === name);
      const reason = own.flatMap(({ path }) => reasons.get(path) ?? [])[0];
      return { name, files: own.length, ...(reason !== undefined && { reason }) };
    });
  return classes.length > 0 ? [{ code: "classes-without-images", data: { classes } }] : [];
}
