import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

/** What is asked of esbuild, which comes with tsx. */
interface Bundler {
  readonly buildSync: (options: object) => { readonly outputFiles: readonly { readonly text: string }[] };
}

/** A program that runs on threads of its own. */
export type WorkerName = "engine" | "decode";

const entries: Readonly<Record<WorkerName, string>> = {
  engine: "../engineWorker.ts",
  decode: "../codec/decodeWorker.ts",
};

/**
 * A worker as one script: a function body with the parameters `require` and `packagesFrom`. `npm run build` puts the finished scripts
 * in this module's place, so that a worker needs no file of its own and survives every bundler.
 */
export function workerSource(name: WorkerName): string {
  const tsx = createRequire(createRequire(import.meta.url).resolve("tsx/package.json"));
  const { buildSync }: Bundler = tsx("esbuild");
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(new URL(entries[name], import.meta.url))],
    bundle: true,
    write: false,
    format: "cjs",
    platform: "node",
    target: "node20",
    // These are found when the program runs: one is native code, the other reads a file beside it.
    external: ["sharp", "@cornerstonejs/*"],
    define: { "import.meta.url": "packagesFrom" },
    // `require` knows where packages are; a script without a file does not.
    supported: { "dynamic-import": false },
  });
  return outputFiles.map(({ text }) => text).join("");
}
