import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/**/*.long.test.ts"],
    globalSetup: "test/cli/buildFolder.ts",
    setupFiles: "test/fixedSeed.ts",
    testTimeout: 60_000,
    maxWorkers: 2,
    // `npm run coverage`. Only this process counts: workers of the engine and the decoder, and the command line, run in others.
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts"],
      reporter: ["text", "json-summary"],
      thresholds: Object.fromEntries(
        ["engine/ops", "engine/plan", "evaluate", "data/split"].map((part) => [
          `src/${part}/**`,
          { lines: 95, statements: 95 },
        ]),
      ),
    },
  },
});
