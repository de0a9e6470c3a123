import { expect, test } from "vitest";
import { compileOptimised } from "../../src/platform/node/compile.ts";

// From Node 24 on, compiling in the background does not by itself keep a process alive: one that waited for nothing else ended with code 13.
test("something keeps the process alive while code is compiled, and nothing afterwards", async () => {
  const timers = (): number =>
    process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length;
  const before = timers();
  const compiled = compileOptimised(new Uint8Array([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]));
  expect(timers()).toBe(before + 1);
  expect(await compiled).toBeInstanceOf(WebAssembly.Module);
  expect(timers()).toBe(before);
});
