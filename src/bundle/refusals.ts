import { type FoveaError, fault } from "../base/index.ts";

/** Refuses a file that Fovea did not write. */
export const foreign = (who: string, expected: string, received: string): FoveaError =>
  fault(who, { expected, received, fix: "give a file that `fovea train` or model.save wrote" });

/** Refuses a file that was once whole. */
export const damaged = (who: string, expected: string, received: string, cause?: unknown): FoveaError =>
  fault(who, { expected, received, fix: "the file is damaged; copy or train it again", cause });

/** Refuses what is whole and says what this version does not know. */
export const ofAnotherVersion = (
  who: string,
  expected: string,
  received: string,
  cause?: unknown,
): FoveaError => fault(who, { expected, received, fix: "read it with the Fovea that wrote it", cause });

/** JSON under a key of a file's metadata; null where there is none. @throws naming the file and the key */
export function readJson(metadata: Readonly<Record<string, string>>, key: string, who: string): unknown {
  try {
    return JSON.parse(metadata[key] ?? "null");
  } catch (cause) {
    throw damaged(who, `a readable ${key}`, "text that is no JSON", cause);
  }
}
