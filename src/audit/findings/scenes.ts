import { at } from "../../base/index.ts";
import { type KnownCollection, type KnownImage, pathsOf, setsOf } from "../knownImages.ts";
import type { Example, Finding } from "../types.ts";

const maxExamples = 8;
const maxPathsOfScene = 6;

/** The images of each scene that several source images show. */
export const sharedScenes = <T extends KnownImage>(images: readonly T[]): readonly (readonly T[])[] =>
  setsOf(images, ({ sceneNumber }) => sceneNumber).filter((set) => sourcesOf(set).length > 1);

/** Source images that are no near-duplicates of each other and yet show the same thing: two shots of one field, frames of one film. */
export function sceneFindings({ read }: KnownCollection): readonly Finding[] {
  const scenes = sharedScenes(read);
  if (scenes.length === 0) return [];
  const mixedScenes = scenes.filter((set) => labelsOf(set).length > 1).length;
  return [
    {
      code: "same-scene",
      data: {
        sourceImages: scenes.reduce((sum, set) => sum + sourcesOf(set).length, 0),
        scenes: scenes.length,
        mixedScenes,
      },
      severity: mixedScenes > 0 ? "warning" : "note",
      images: pathsOf(scenes.flat()),
      examples: scenes
        .toSorted((a, b) => labelsOf(b).length - labelsOf(a).length)
        .slice(0, maxExamples)
        .map(exampleOf),
    },
  ];
}

const sourcesOf = (set: readonly KnownImage[]): readonly (readonly KnownImage[])[] =>
  setsOf(set, ({ sourceImage }) => sourceImage);

const labelsOf = (set: readonly KnownImage[]): readonly string[] => [
  ...new Set(set.map(({ label }) => label)),
];

function exampleOf(set: readonly KnownImage[]): Example {
  const sources = sourcesOf(set);
  return {
    code: "scene",
    data: { sourceImages: sources.length, classes: labelsOf(set) },
    paths: sources.map((source) => at(source, 0).path).slice(0, maxPathsOfScene),
  };
}
