import { expect, test, vi } from "vitest";
import { engineWorkers } from "../../../src/platform/node/index.ts";
import { startWorker } from "../../../src/platform/node/workers/startWorker.ts";
import { failingWorker } from "./failingWorkers.ts";

vi.mock("../../../src/platform/node/workers/startWorker.ts");

test("where the system starts no more threads the error says so, and those that have started end", async () => {
  const first = failingWorker().worker;
  vi.mocked(startWorker)
    .mockReturnValueOnce(first)
    .mockImplementationOnce(() => {
      throw new Error("no thread left");
    });
  expect(() => engineWorkers(4)).toThrow(
    "threads: expected 4, received 1 that start; the next: no thread left; use fewer threads",
  );
  await vi.waitFor(() => expect(first.threadId).toBe(-1));
});
