import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";

/** What is asked of esbuild, which comes with tsx. */
interface Bundler {
  readonly buildSync: (options: object) => { readonly outputFiles: readonly { readonly text: string }[] };
}

/** Bundles by the worker's name. */
const bundles = new Map<string, string>();

/**
 * Starts the worker in `<name>.ts` or .js, relative to this file: as JavaScript in the package, as one bundle of its
 * source while developing.
 */
export function startWorker(name: string, workerData?: unknown): Worker {
  if (!import.meta.url.endsWith(".ts"))
    // What the process was told to load first, it need not load in every thread.
    return new Worker(new URL(`./${name}.js`, import.meta.url), { workerData, execArgv: [] });
  const code = bundles.get(name) ?? bundled(name);
  bundles.set(name, code);
  return new Worker(code, { eval: true, workerData, execArgv: [] });
}

/** The worker's source as one script. A loader in every thread takes ten times as long as the script. */
function bundled(name: string): string {
  const url = new URL(`./${name}.ts`, import.meta.url);
  const tsx = createRequire(createRequire(import.meta.url).resolve("tsx/package.json"));
  const { buildSync }: Bundler = tsx("esbuild");
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(url)],
    bundle: true,
    write: false,
    format: "cjs",
    platform: "node",
    packages: "external",
    define: { "import.meta.url": JSON.stringify(url.href) },
  });
  // Packages are looked for where the source is, not in the folder that the process runs in.
  const script = outputFiles.map(({ text }) => text).join("");
  return `((require) => {${script}})(require("node:module").createRequire(${JSON.stringify(url.href)}))`;
}
