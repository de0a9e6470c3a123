import { plural } from "../../base/index.ts";
import { type KnownImage, type KnownCollection, listed, pathsOf, setsOf } from "../knownImages.ts";
import type { Example, Finding } from "../types.ts";

const shownAtMost = 8;
const shownOfScene = 6;

/** The images of each scene that several photographs show. */
export const sharedScenes = <T extends KnownImage>(subjects: readonly T[]): readonly (readonly T[])[] =>
  setsOf(subjects, ({ sceneNumber }) => sceneNumber).filter((set) => photographsOf(set).length > 1);

/** Photographs that are no copies of each other and yet show the same thing: two shots of one field, frames of one film. */
export function sceneFindings({ read }: KnownCollection): readonly Finding[] {
  const scenes = sharedScenes(read);
  if (scenes.length === 0) return [];
  const mixed = scenes.filter((set) => labelsOf(set).length > 1);
  const photographs = scenes.reduce((sum, set) => sum + photographsOf(set).length, 0);
  const conflict =
    mixed.length > 0 ? ` In ${plural(mixed.length, "scene")} they stand in different classes.` : "";
  return [
    {
      code: "same-scene",
      severity: mixed.length > 0 ? "warning" : "note",
      sentence: `${plural(photographs, "photograph")} show the same ${plural(scenes.length, "scene")}, such as two shots of one field.${conflict}`,
      tryThis:
        mixed.length > 0
          ? "Look at those first: one thing under two labels. Fovea's grouped split keeps the photographs of a scene together."
          : "Nothing to do: Fovea's grouped split keeps the photographs of a scene together.",
      images: pathsOf(scenes.flat()),
      examples: scenes
        .toSorted((a, b) => labelsOf(b).length - labelsOf(a).length)
        .slice(0, shownAtMost)
        .map(exampleOf),
    },
  ];
}

const photographsOf = (set: readonly KnownImage[]): readonly (readonly KnownImage[])[] =>
  setsOf(set, ({ sourceImage: photograph }) => photograph);

const labelsOf = (set: readonly KnownImage[]): readonly string[] => [
  ...new Set(set.map(({ label }) => label)),
];

function exampleOf(set: readonly KnownImage[]): Example {
  const photographs = photographsOf(set);
  return {
    paths: photographs.map(([first]) => first!.path).slice(0, shownOfScene),
    says: `${plural(photographs.length, "photograph")} of one scene, ${listed(labelsOf(set))}`,
  };
}
