import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";

/**
 * Starts the worker in `<name>.ts` or .js, relative to this file: as JavaScript in the package, as source, which needs a
 * loader, while developing.
 */
export function startWorker(name: string, workerData?: unknown): Worker {
  if (!import.meta.url.endsWith(".ts"))
    // What the process was told to load first, it need not load in every thread.
    return new Worker(new URL(`./${name}.js`, import.meta.url), { workerData, execArgv: [] });
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx/package.json"));
  const loader = new URL("./dist/esm/api/index.mjs", tsx).href;
  const source = new URL(`./${name}.ts`, import.meta.url).href;
  const code = `import("${loader}").then(({ register }) => (register(), import("${source}")))`;
  return new Worker(code, { eval: true, workerData });
}
