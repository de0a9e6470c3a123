import { expect, test } from "vitest";
import { afterSessions } from "./sessions.ts";

// Every memory that is still there reserves some GiB of addresses, whether anybody writes into it or not.
const reservedGigabytes = `Number(/VmSize:\\s+(\\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]) / 1e6`;

test.skipIf(process.platform !== "linux")("sessions that were closed let their memory go", async () => {
  // If they did not, 12 sessions more would reserve 96 at least.
  const allowance = 60;
  const [early = 0, late = Infinity] = await afterSessions([4, 16], {
    floats: 2 ** 24,
    run: false,
    measure: reservedGigabytes,
    allowance,
  });
  expect(late - early).toBeLessThan(allowance);
});
