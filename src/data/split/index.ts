export { assignGroups } from "./assign.ts";
export { type FoldOptions, foldsByTable, foldsOf, noFold } from "./folds.ts";
export {
  type AcrossGroups,
  type GroupSource,
  type PatternGroups,
  acrossGroupsOf,
  countUngrouped,
  groupNumbers,
  groupWord,
  groupedByContent,
  groupsByPattern,
  linkedByContent,
  parseGroupPattern,
} from "./groups.ts";
export { type SplitFacts, foldFacts, splitFacts } from "./report.ts";
export { type DrawMethod, type Split, type SplitOptions, hasParts, split } from "./split.ts";
export {
  type SplitTable,
  checkDigests,
  checkWeightsOfTable,
  matchTable,
  parseSplitTable,
  splitByTable,
  weightCell,
} from "./table.ts";
