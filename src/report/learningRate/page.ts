import { printableData } from "../../base/index.ts";
import { type Fact, type LearningRateStatement, written } from "../../messages/index.ts";
import { openCharts } from "../chart.ts";
import { type RangeTestLines, rangeTestChart } from "../charts/rangeTest.ts";
import { factTable, notes, page, section } from "../shell.ts";

/** The results of a range test of the learning rate. */
export interface RangeTestReport extends RangeTestLines {
  /** Name of the data. */
  readonly title: string;
  readonly summary: LearningRateStatement;
  readonly outcome: LearningRateStatement;
  readonly provenance: readonly Fact[];
}

/** Writes a range test as a page that needs no other file and no network. */
export async function renderRangeTest(found: RangeTestReport): Promise<string> {
  const { title, summary, outcome, provenance, ...test } = printableData(found);
  const charts = await openCharts();
  const head = {
    tab: `${title}: learning rate`,
    kind: "learning-rate range test",
    title,
    lead: written(summary).text,
  };
  const kind = test.suggestion ? "good" : "warning";
  return page(head, [
    notes([{ kind, statement: outcome }]),
    section("Range test", written({ code: "range-test-chart", data: {} }).text, [
      charts.draw(rangeTestChart(charts, test)),
    ]),
    section("Provenance", undefined, [factTable(provenance)]),
  ]);
}
