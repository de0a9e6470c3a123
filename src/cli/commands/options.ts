import { wholeNumber } from "./parsers.ts";

// Options that mean the same in several commands; each is what commander's `option` takes.

export const threadsOption = [
  "--threads <n>",
  "number of CPU threads (default: all)",
  wholeNumber("--threads", 1, 64),
] as const;

export const jsonOption = ["--json", "print one JSON document and nothing else"] as const;

export const groupPatternOption = [
  "--group-pattern <regex>",
  "regular expression for the group (patient, source image) in each path, e.g. '(patient-[0-9]+)'",
] as const;

export const noDetectOption = [
  "--no-detect",
  "skip near-duplicate detection (faster; the split may leak)",
] as const;
