import { execFile } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { folder as built } from "../../cli/built.ts";

const module = (path: string): string => JSON.stringify(pathToFileURL(join(built, path)).href);

export interface SessionsOptions {
  /** Of the input of each session. */
  readonly floats: number;
  readonly run: boolean;
  /** An expression: what is measured. */
  readonly measure: string;
  /** More than the first figure by so much is measured again for up to 10 s: V8 frees memory in the background, later on a busy machine. */
  readonly allowance: number;
}

/** What `measure` gives after so many sessions were opened, run or not, and closed in a process of its own. */
export async function afterSessions(
  counts: readonly number[],
  { floats, run, measure, allowance }: SessionsOptions,
): Promise<readonly number[]> {
  const program = `
    import { readFileSync } from "node:fs";
    import { add, createGraph, input, wasmBackend } from ${module("engine.js")};
    const graph = createGraph();
    const x = input(graph, "x", [${floats}]);
    const programs = { main: { graph, outputs: { y: add(x, x) } } };
    const backend = await wasmBackend({ threads: 2 });
    const found = [];
    const settled = async () => {
      const deadline = performance.now() + 10_000;
      let value = ${measure};
      while (value - (found[0] ?? value) >= ${allowance} && performance.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        value = ${measure};
      }
      return value;
    };
    for (let count = 1; count <= ${Math.max(...counts)}; count++) {
      const session = await backend.open(programs);
      ${run ? `await session.run("main", { x: new Float32Array(${floats}) });` : ""}
      session.close();
      if (${JSON.stringify(counts)}.includes(count)) found.push(await settled());
    }
    await backend.close();
    console.log(JSON.stringify(found));
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program]);
  return JSON.parse(stdout);
}
