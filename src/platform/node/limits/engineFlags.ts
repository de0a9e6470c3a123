import { setFlagsFromString } from "node:v8";
import { nodeArguments } from "./nodeArguments.ts";

const [major = 0, minor = 0] = process.versions.v8.split(".").map(Number);

/** Whether this V8 is of that version or a later one. */
export const v8IsAtLeast = (wantedMajor: number, wantedMinor: number): boolean =>
  major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);

/**
 * The newest V8 whose flags were tried (Node 26). A later one may have dropped a flag: it would then print an error that nobody could
 * catch, so it is left as it is, and the program runs without what the flag brings.
 */
const NEWEST_TRIED = 14;

/** Whether flags may be set: V8 ends a process that sets one after it has frozen them. */
export const flagsMayBeSet = (v8Major: number, given: readonly string[]): boolean =>
  v8Major <= NEWEST_TRIED && !given.some((argument) => /^--freeze[-_]flags[-_]after[-_]init$/.test(argument));

/** Sets flags of V8 for this process, where that can be done without harm; says whether it did. */
export function setEngineFlags(flags: readonly string[]): boolean {
  if (!flagsMayBeSet(major, nodeArguments())) return false;
  for (const flag of flags) setFlagsFromString(flag);
  return true;
}
