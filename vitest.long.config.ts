import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.long.test.ts"],
    globalSetup: "test/cli/buildFolder.ts",
    setupFiles: "test/fixedSeed.ts",
    testTimeout: 3_600_000,
    env: { FOVEA_CACHE: "off" },
    maxWorkers: 1,
  },
});
