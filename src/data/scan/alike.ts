import { nameFinder, groupBy } from "../../base/index.ts";
import type { Collection, Image } from "../types.ts";
import type { ClassCount } from "./notes.ts";

/** Letters of other alphabets that look like Latin ones, small; and signs that are written in several ways. */
const lookalikes = new Map(
  [
    ["авсеһіјкмнорѕтухԁԛԝѵ", "abcehijkmhopstyxdqwv"],
    ["αεηικνορτυχ", "aenikvoptux"],
    ["ı’‘ʼ´`“”", `i'''''""`],
  ].flatMap(([letters = "", latin = ""]) =>
    Array.from(letters, (letter, i): [string, string] => [letter, latin[i] ?? ""]),
  ),
);

/** What names have in common that a reader cannot tell apart, or hardly. */
export function alikeKey(name: string): string {
  const letters = name
    .normalize("NFKC")
    .replaceAll(/[\p{Cf}\p{Cc}\u034F\uFE00-\uFE0F]/gu, "")
    .toLowerCase()
    .replaceAll("i\u0307", "i")
    .normalize("NFKC");
  return Array.from(letters, (letter) => lookalikes.get(letter) ?? letter)
    .join("")
    .trim()
    .replaceAll(/(?<=[\p{L}\p{N}])[\s_\p{Pd}]+(?=[\p{L}\p{N}])/gu, " ");
}

/** The largest first. */
const countsOf = (images: readonly Image[]): readonly ClassCount[] =>
  [...groupBy(images, ({ label }) => label)]
    .map(([name, own]) => ({ name, images: own.length }))
    .toSorted((a, b) => b.images - a.images || (a.name < b.name ? -1 : 1));

/** Classes whose names are alike, the largest of each set first; sets in the order of their names. */
export function alikeClasses(images: readonly Image[]): readonly (readonly ClassCount[])[] {
  return [...groupBy(countsOf(images), ({ name }) => alikeKey(name)).values()]
    .filter(({ length }) => length > 1)
    .toSorted(([a], [b]) => ((a?.name ?? "") < (b?.name ?? "") ? -1 : 1));
}

/** Gives classes the known names that they are other spellings of; never one name to two classes. */
export function asKnown(images: readonly Image[], known: readonly string[]): readonly Image[] {
  const find = nameFinder(known);
  const labels = [...new Set(images.map(({ label }) => label))];
  const names = new Map(
    [...groupBy(labels, (label) => find(label) ?? label)].flatMap(([name, [label, ...others]]) =>
      label !== undefined && label !== name && others.length === 0 ? [[label, name] as const] : [],
    ),
  );
  if (names.size === 0) return images;
  return images.map((image) => ({ ...image, label: names.get(image.label) ?? image.label }));
}

/** Gives one name to all classes that are alike: one that is known, else the most frequent of each set. */
export function mergedClasses(
  images: readonly Image[],
  known: readonly string[],
): Pick<Collection, "images" | "notes"> {
  const names = mergedNames(images, known);
  const merged = images.map((image) => ({ ...image, label: names.get(image.label) ?? image.label }));
  const changed = countsOf(images.filter(({ label }) => names.has(label)));
  const sets = [...groupBy(changed, ({ name }) => names.get(name) ?? name)]
    .filter(([into, classes]) => classes.some(({ name }) => name !== into))
    .map(([into, classes]) => ({ into, classes }));
  return { images: merged, notes: sets.length > 0 ? [{ code: "merged-classes", data: { sets } }] : [] };
}

function mergedNames(images: readonly Image[], known: readonly string[]): ReadonlyMap<string, string> {
  const knownByKey = new Map(known.map((name) => [alikeKey(name), name]));
  const names = new Map<string, string>();
  for (const set of alikeClasses(images)) for (const { name } of set) names.set(name, set[0]?.name ?? name);
  for (const label of new Set(images.map((image) => image.label))) {
    const other = known.includes(label) ? label : knownByKey.get(alikeKey(label));
    if (other !== undefined) names.set(label, other);
  }
  return names;
}
