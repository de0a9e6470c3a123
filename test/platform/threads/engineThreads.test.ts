import * as threads from "node:worker_threads";
import { expect, test, vi } from "vitest";
import { engineWorkers } from "../../../src/platform/node/index.ts";
import { failingWorker } from "./failingWorkers.ts";

vi.mock(import("node:worker_threads"), { spy: true });

test("where the system starts no more threads the error says so, and those that have started end", async () => {
  const first = failingWorker().worker;
  vi.mocked(threads.Worker)
    .mockImplementationOnce(function () {
      return first;
    })
    .mockImplementationOnce(function () {
      throw new Error("no thread left");
    });
  expect(() => engineWorkers(4)).toThrow(
    "threads: expected 4 threads, received 1 that started (no thread left); use fewer threads",
  );
  await vi.waitFor(() => expect(first.threadId).toBe(-1));
});
