import { expect, test } from "vitest";
import { ensureWritable } from "../../src/platform/node/index.ts";

// Node's recursive mkdir never returns where the parent exists and cannot hold new folders.
test.skipIf(process.platform !== "linux")(
  "an output folder that cannot be made is an error, not a wait for ever",
  async () => {
    await expect(ensureWritable("/proc/fovea-run")).rejects.toThrow("/proc/fovea-run");
    await expect(ensureWritable("/proc/a/b/c")).rejects.toThrow("/proc/a");
  },
  5_000,
);
