import { wholeNumber } from "./parsers.ts";

// Options that mean the same in several commands; each is what commander's `option` takes.

export const threadsOption = [
  "--threads <n>",
  "processor threads (default: all)",
  wholeNumber("--threads", 1, 64),
] as const;

export const jsonOption = ["--json", "print one JSON document and nothing else"] as const;

export const groupPatternOption = [
  "--group-pattern <regex>",
  "what images of one photograph share in their paths, for example '(photo-[0-9]+)'",
] as const;

export const noDetectOption = [
  "--no-detect",
  "do not compare the images to find copies of one photograph",
] as const;
