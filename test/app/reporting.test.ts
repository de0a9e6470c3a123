import { expect, test } from "vitest";
import { wilson } from "../../src/app/interval.ts";
import { titleOf } from "../../src/app/paths.ts";
import { reporting } from "../../src/app/reporting.ts";

async function collect<E, T>(events: AsyncGenerator<E, T>): Promise<{ events: E[]; result: T }> {
  const seen: E[] = [];
  for (;;) {
    const step = await events.next();
    if (step.done) return { events: seen, result: step.value };
    seen.push(step.value);
  }
}

const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("reports come in order, and the result after them", async () => {
  const { events, result } = await collect(
    reporting<number, string>(async (report) => {
      for (const n of [1, 2, 3]) {
        report(n);
        await pause();
      }
      return "done";
    }),
  );
  expect(events).toEqual([1, 2, 3]);
  expect(result).toBe("done");
});

test("a report that nobody read in time gives way to the next", async () => {
  const { events } = await collect(
    reporting<number, void>(async (report) => {
      for (let n = 1; n <= 1000; n++) report(n);
      await pause();
    }),
  );
  expect(events).toEqual([1000]);
});

test("work that fails fails the stream, with or without reports", async () => {
  const failing = reporting<number, never>(() => Promise.reject(new Error("no")));
  await expect(collect(failing)).rejects.toThrow("no");
});

// scipy 1.17.1: binomtest(90, 100).proportion_ci(0.95, method="wilson") -> 0.8256343384950865, 0.9447708629393249
// binomtest(0, 10) likewise -> 0, 0.27753279986288926
test("the interval of a fraction is Wilson's", () => {
  expect(wilson(0.9, 100)[0]).toBeCloseTo(0.8256343384950865, 12);
  expect(wilson(0.9, 100)[1]).toBeCloseTo(0.9447708629393249, 12);
  expect(wilson(0, 10)[0]).toBe(0);
  expect(wilson(0, 10)[1]).toBeCloseTo(0.27753279986288926, 12);
});

test.each([
  ["cells", "cells"],
  ["/data/cells/", "cells"],
  ["a\\b\\cells.tar.gz", "cells"],
  ["./cells.zip", "cells"],
])("the title of %s is %s", (path, title) => {
  expect(titleOf(path)).toBe(title);
});
