import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { learningRateAt, momentumAt, parseSchedule } from "../../../src/nn/index.ts";

// Rates beside those of PyTorch's schedulers and of Keras, in float64 (test/golden/make_schedules.py).

interface Golden {
  readonly base: number;
  readonly losses: readonly number[];
  readonly cases: readonly {
    readonly name: string;
    readonly schedule: { readonly type: string };
    readonly rates: readonly number[];
    readonly momenta?: readonly number[];
  }[];
}

const golden: Golden = JSON.parse(
  readFileSync(new URL("../../golden/schedules.json", import.meta.url), "utf8"),
);

/** To the rounding of float64: PyTorch multiplies one rate by the next, which rounds some more. */
function expectSame(found: readonly number[], expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length);
  for (const [i, value] of found.entries())
    expect(Math.abs(value - (expected[i] ?? Number.NaN)), `at ${i}: ${value}, ${expected[i]}`).toBeLessThan(
      1e-13,
    );
}

test.each(golden.cases)("the rates are those of $name", ({ schedule: options, rates, momenta }) => {
  const schedule = parseSchedule("case", options);
  const epochs = golden.losses.map((loss) => ({ loss: 1, accuracy: 0, validation: { loss, accuracy: 0 } }));
  expectSame(
    rates.map((_, i) =>
      learningRateAt(schedule, golden.base, i + 1, schedule.type === "plateau" ? epochs.slice(0, i) : []),
    ),
    rates,
  );
  if (momenta)
    expectSame(
      momenta.map((_, i) => momentumAt(schedule, i + 1) ?? Number.NaN),
      momenta,
    );
});
