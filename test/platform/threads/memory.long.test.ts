import { expect, test } from "vitest";
import { afterSessions } from "./sessions.ts";

test("a process holds no more memory after 200 sessions of 8 MB than after 20", async () => {
  // If it kept them: 180 sessions of 8 MB. What waits to be freed is 64 MiB at most.
  const allowance = 150;
  const [early = 0, late = Infinity] = await afterSessions([20, 200], {
    floats: 2 ** 20,
    run: true,
    measure: "process.memoryUsage.rss() / 1e6",
    allowance,
  });
  expect(late - early).toBeLessThan(allowance);
});
