import { CommanderError } from "commander";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { fault } from "../../src/base/index.ts";
import { Interrupted, report } from "../../src/cli/errors.ts";
import { interruptible, shown } from "../../src/cli/interrupt.ts";
import { recorded } from "./views/samples.ts";

let said = "";

beforeEach(() => {
  said = "";
  vi.stubEnv("FOVEA_DEBUG", "");
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    said += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

test.each<[string, unknown, number, RegExp]>([
  ["a failure", fault("--out", { expected: "a folder" }), 1, /^fovea: --out: expected a folder\n$/],
  ["wrong use", fault("--n", { expected: "1", exitCode: 2 }), 2, /^fovea: --n: expected 1\n$/],
  [
    "an unknown option",
    new CommanderError(1, "x", "error: unknown option '--x'"),
    2,
    /^fovea: unknown option '--x'; see fovea --help\n$/,
  ],
  ["an interruption", new Interrupted("saved epoch 3"), 130, /^fovea: saved epoch 3\n$/],
  ["an aborted read", new DOMException("aborted", "AbortError"), 130, /interrupted; nothing was written/],
  [
    "a bug",
    new TypeError("x is not a function"),
    1,
    /x is not a function \(a bug in fovea: set FOVEA_DEBUG=1/,
  ],
  ["a thrown text", "broken", 1, /broken \(a bug in fovea/],
  ["a name with a line break", fault("a\n  b", { expected: "c" }), 1, /^fovea: a\\n {2}b: expected c\n$/],
  [
    "a name with a colour",
    fault("a\u001B[31m", { expected: "c" }),
    1,
    /^fovea: a\\u001b\[31m: expected c\n$/,
  ],
  [
    "a mistyped option",
    new CommanderError(1, "x", "error: unknown option '--epo\nchs'\n(Did you mean --epochs?)"),
    2,
    /^fovea: unknown option '--epo\\nchs' \(Did you mean --epochs\?\); see fovea --help\n$/,
  ],
])("%s is one line and its exit code", (_, error, code, expected) => {
  expect(report(error)).toBe(code);
  expect(said).toMatch(expected);
  expect(said.match(/\n/g)).toHaveLength(1);
});

test("help is no error", () => {
  expect(report(new CommanderError(0, "commander.helpDisplayed", "(outputHelp)"))).toBe(0);
  expect(said).toBe("");
});

test("the first signal aborts the work once, and the handlers are gone afterwards", async () => {
  const before = process.listenerCount("SIGINT");
  const acknowledge = vi.fn();
  const result = await interruptible(async (signal) => {
    process.emit("SIGINT");
    return signal.aborted;
  }, acknowledge);
  expect(result).toBe(true);
  expect(acknowledge).toHaveBeenCalledOnce();
  expect(process.listenerCount("SIGINT")).toBe(before);
});

test("a second signal ends the process", async () => {
  const exit = vi.spyOn(process, "exit").mockImplementation((() => undefined) as never);
  await interruptible(
    async () => {
      process.emit("SIGTERM");
      process.emit("SIGINT");
    },
    () => undefined,
  );
  expect(exit).toHaveBeenCalledExactlyOnceWith(130);
});

test("a failing work leaves no handlers, and the line of progress goes", async () => {
  const before = process.listenerCount("SIGTERM");
  const progress = recorded();
  const start = async function* (): AsyncGenerator<never> {
    yield* [];
    throw new Error("no disk");
  };
  await expect(shown(start, { progress, show: () => undefined })).rejects.toThrow("no disk");
  expect(process.listenerCount("SIGTERM")).toBe(before);
  expect(progress.cleared).toBe(1);
});
