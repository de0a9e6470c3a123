export { assignGroups } from "./assign.ts";
export { type FoldOptions, foldsByTable, foldsOf } from "./folds.ts";
export {
  type GroupSource,
  type PatternGroups,
  countUngrouped,
  groupNumbers,
  groupWord,
  groupedByContent,
  groupsByPattern,
  parseGroupPattern,
} from "./groups.ts";
export { type SplitFacts, foldFacts, splitFacts } from "./report.ts";
export { type Split, type SplitOptions, split } from "./split.ts";
export { type SplitTable, checkDigests, matchTable, parseSplitTable, splitByTable } from "./table.ts";
