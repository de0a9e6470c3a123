import { defineConfig } from "vitest/config";

/** Tests of these change the process (its folder, its streams, mocks), so that each file has one of its own. */
const alone = ["cli", "docs", "formats", "platform", "regression", "report", "surface"];
const files = (folder: string): string => `test/${folder}/**/*.test.ts`;

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: { name: "alone", include: alone.map(files), exclude: ["test/**/*.long.test.ts"] },
      },
      {
        // One process loads the sources once for many files: nothing of the library is ambient.
        extends: true,
        test: {
          name: "together",
          include: [files("*")],
          exclude: ["test/**/*.long.test.ts", ...alone.map(files)],
          isolate: false,
        },
      },
    ],
    globalSetup: "test/cli/buildFolder.ts",
    setupFiles: "test/fixedSeed.ts",
    testTimeout: 60_000,
    // Nobody else's cache, and none between tests.
    env: { FOVEA_CACHE: "off" },
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
