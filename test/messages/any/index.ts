import * as fc from "fast-check";
import type { Statement } from "../../../src/messages/index.ts";
import { anyAudit, anyExample } from "./audit.ts";
import type { AnyOf } from "./base.ts";
import { anyLearningRate } from "./learningRate.ts";
import { anySearch } from "./search.ts";
import {
  anyAugmentation,
  anyBaselines,
  anyComparison,
  anyLabels,
  anyResult,
  anyRunPage,
  anySplit,
  anyVerdict,
} from "./results.ts";
import { anyExplain, anyProgress, anyReading } from "./progress.ts";
import { anyBench, anySection, anySummary } from "./sections.ts";
import { anyTraining } from "./training.ts";

const all: AnyOf<Statement> = {
  ...anyAudit,
  ...anyExample,
  ...anyBaselines,
  ...anyComparison,
  ...anyExplain,
  ...anyLabels,
  ...anyLearningRate,
  ...anySearch,
  ...anyProgress,
  ...anyReading,
  ...anyResult,
  ...anyRunPage,
  ...anyVerdict,
  ...anySplit,
  ...anyAugmentation,
  ...anyTraining,
  ...anySection,
  ...anyBench,
  ...anySummary,
};

/** Every code, with any statement that it may stand in. */
export const statements: readonly {
  readonly code: Statement["code"];
  readonly any: fc.Arbitrary<Statement>;
}[] = Object.entries(all).map(([code, data]) => ({
  code: code as Statement["code"],
  any: (data as fc.Arbitrary<Statement["data"]>).map((given) => ({ code, data: given }) as Statement),
}));

/** Any statement of one code. */
export const anyStatement = (code: Statement["code"]): fc.Arbitrary<Statement> =>
  statements.find((one) => one.code === code)?.any ?? fc.constant(null as never);
