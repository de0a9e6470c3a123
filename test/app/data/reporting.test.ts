import { describe, expect, test } from "vitest";
import { never } from "../fakeServices.ts";
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

const options = { signal: never };

const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("reports come in order, and the result after them", async () => {
  const { events, result } = await collect(
    reporting<number, string>(async (report) => {
      for (const n of [1, 2, 3]) {
        report(n);
        await pause();
      }
      return "done";
    }, options),
  );
  expect(events).toEqual([1, 2, 3]);
  expect(result).toBe("done");
});

test("a report that nobody read in time gives way to the next", async () => {
  const { events } = await collect(
    reporting<number, void>(async (report) => {
      for (let n = 1; n <= 1000; n++) report(n);
      await pause();
    }, options),
  );
  expect(events).toEqual([1000]);
});

test("work that fails fails the stream, with or without reports", async () => {
  const failing = reporting<number, never>(() => Promise.reject(new Error("no")), options);
  await expect(collect(failing)).rejects.toThrow("no");
});

describe("work whose reader breaks off", () => {
  /** Reports once and ends when told to, or when it is aborted. */
  function brokenOff(heeds: boolean): { readonly log: string[]; readonly steps: Steps<number, string> } {
    const log: string[] = [];
    const steps = reporting<number, string>(
      async (report, signal) => {
        report(1);
        while (!signal.aborted) await pause();
        log.push("told to stop");
        await pause();
        if (heeds) throw new Error("aborted");
        return "result";
      },
      { ...options, discard: async (result) => void log.push(`closed the ${result}`) },
    );
    return { log, steps };
  }

  test("is aborted and waited for", async () => {
    const { log, steps } = brokenOff(true);
    for await (const _ of steps) break;
    expect(log).toEqual(["told to stop"]);
  });

  test("has its result closed where it came to one all the same", async () => {
    const { log, steps } = brokenOff(false);
    for await (const _ of steps) break;
    expect(log).toEqual(["told to stop", "closed the result"]);
  });

  test("that had ended before has its result closed too", async () => {
    const closed: string[] = [];
    const steps = reporting<number, string>(
      async (report) => {
        report(1);
        return "result";
      },
      { ...options, discard: async (result) => void closed.push(result) },
    );
    for await (const _ of steps) {
      await pause();
      break;
    }
    expect(closed).toEqual(["result"]);
  });

  test("is aborted by the signal of its caller as well", async () => {
    const controller = new AbortController();
    const steps = reporting<number, string>(
      async (_, signal) => {
        controller.abort();
        return signal.aborted ? "aborted" : "not aborted";
      },
      { signal: controller.signal },
    );
    expect((await collect(steps)).result).toBe("aborted");
  });
});
