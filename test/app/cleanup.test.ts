import { describe, expect, test } from "vitest";
import { type Cleanup, withCleanup } from "../../src/app/cleanup.ts";
import { eventsOf, resultOf, type Steps } from "../../src/app/protocol.ts";

interface Told {
  readonly type: "told";
}

/** Steps that open three things, tell one event and end as they are told. */
const working = (log: string[], end: () => string): Steps<Told, string> =>
  withCleanup(async function* (cleanup: Cleanup) {
    cleanup.atEnd(async () => void log.push("first closed"));
    cleanup.onFailure(async () => void log.push("taken back"));
    cleanup.atEnd(async () => void log.push("last closed"));
    yield { type: "told" };
    return end();
  });

describe("cleanup", () => {
  test("closes in reverse and takes nothing back where the work ends well", async () => {
    const log: string[] = [];
    expect(await resultOf(eventsOf(working(log, () => "done")))).toBe("done");
    expect(log).toEqual(["last closed", "first closed"]);
  });

  test("takes back where the work throws, between what was opened after and before", async () => {
    const log: string[] = [];
    const failing = working(log, () => {
      throw new Error("no");
    });
    await expect(resultOf(eventsOf(failing))).rejects.toThrow("no");
    expect(log).toEqual(["last closed", "taken back", "first closed"]);
  });

  test("takes back where the reader breaks off", async () => {
    const log: string[] = [];
    for await (const event of eventsOf(working(log, () => "done"))) if (event.type === "told") break;
    expect(log).toEqual(["last closed", "taken back", "first closed"]);
  });

  test("runs the rest where a closing fails", async () => {
    const log: string[] = [];
    const steps = withCleanup<Told, number>(async function* (cleanup) {
      cleanup.atEnd(async () => void log.push("first closed"));
      cleanup.atEnd(() => Promise.reject(new Error("stuck")));
      yield { type: "told" };
      return 1;
    });
    await expect(resultOf(eventsOf(steps))).rejects.toThrow("stuck");
    expect(log).toEqual(["first closed"]);
  });
});

test("a stream without a result is a fault of the verb", async () => {
  const empty = async function* (): AsyncGenerator<Told, void, undefined> {
    yield { type: "told" };
  };
  await expect(resultOf<Told, never>(empty())).rejects.toThrow();
});
