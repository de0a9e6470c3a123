import { expect, test } from "vitest";
import type { Steps } from "../../../src/app/protocol.ts";
import { reporting } from "../../../src/app/data/reporting.ts";

async function collect<E, T>(reports: Steps<E, T>): Promise<{ events: E[]; result: T }> {
  const events: E[] = [];
  let result: { readonly value: T } | undefined;
  const steps = async function* (): AsyncGenerator<E, void, undefined> {
    result = { value: yield* reports };
  };
  for await (const event of steps()) events.push(event);
  if (!result) throw new Error("no result");
  return { events, result: result.value };
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
