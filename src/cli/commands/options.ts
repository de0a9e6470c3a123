import { classFolderNames } from "../../app/index.ts";
import { oneOf, wholeNumber, wholeRange } from "./parsers.ts";

// Options that mean the same in several commands; each is what commander's `option` takes.

export const threadsOption = [
  "--threads <n>",
  "number of CPU threads (default: all that the process may use, at most 64)",
  wholeNumber("--threads", 1, 64),
] as const;

export const configOption = [
  "--config <file>",
  "settings from a run's config.json, or from a JSON or YAML file; options given here win over it, and --no-… takes back what it sets: --no-ema, --no-mixup, --no-clip-norm, --no-class-weights and so on",
] as const;

export const jsonOption = ["--json", "print one JSON document and nothing else"] as const;

export const groupPatternOption = [
  "--group-pattern <regex>",
  "regular expression for the group (patient, source image) in each path, e.g. '(patient-[0-9]+)'",
] as const;

export const classFoldersOption = [
  "--class-folders <which>",
  "which folders are the classes, where several hold the same ones: outer or inner; asked for where that cannot be told",
  oneOf("--class-folders", classFolderNames),
] as const;

export const mergeClassesOption = [
  "--merge-classes",
  "make one class of those whose names are hard to tell apart, such as Cat and cat",
] as const;

export const rangeOption = [
  "--range <min-max>",
  "stored values that become black and white, such as 0-4095 for 12 bits in 16 (default: 8 bits as they are; of 16 the upper 8)",
  wholeRange("--range", 65_535),
] as const;

export const noCacheOption = [
  "--no-cache",
  "read and decode every image anew, and keep nothing for the next run",
] as const;

export const noDetectOption = [
  "--no-detect",
  "skip near-duplicate detection (faster; the split may leak)",
] as const;
