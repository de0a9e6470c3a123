import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the tests of this run build the program: beside dist, so that package.json and the dependencies are found. */
    readonly buildFolder: string;
  }
}

/** Names the folder for ./built.ts, which fills it when a test first needs it; the end of the run, or a rerun, removes it. */
export function setup(project: TestProject): () => Promise<void> {
  const folder = join(project.config.root, `dist-test-${randomUUID().slice(0, 8)}`);
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  project.provide("buildFolder", folder);
  project.onTestsRerun(remove);
  return remove;
}
