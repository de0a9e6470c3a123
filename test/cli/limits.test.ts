import { execFile } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { type Outcome, folder } from "./built.ts";
import { temporaryFolder } from "./support.ts";

/** Runs Node on the built program, under a limit of the system. */
async function node(args: readonly string[], limit = "true"): Promise<Outcome> {
  const cwd = await temporaryFolder();
  const line = [`${limit} && exec "$0" "$@"`, process.execPath, ...args];
  return new Promise((resolve) => {
    execFile("bash", ["-c", ...line], { cwd, env: { ...process.env, FOVEA_DEBUG: "" } }, (error, out, err) =>
      resolve({ code: typeof error?.code === "number" ? error.code : error ? null : 0, out, err }),
    );
  });
}

const bench = [join(folder, "cli", "main.js"), "bench", "--model", "plain4", "--size", "16"];

const oneStep = `
  const { createGraph, input, relu, wasmBackend } = await import(${JSON.stringify(pathToFileURL(join(folder, "engine.js")))});
  const graph = createGraph();
  const backend = await wasmBackend({ threads: 1 });
  const session = await backend.open({ step: { graph, outputs: { y: relu(input(graph, "x", [2])) } } });
  console.log(String((await session.run("step", { x: [-1, 2] })).y));
  await backend.close();
`;

// V8 ends a process that has no address space for a thread; only Linux limits it.
test.runIf(process.platform === "linux")(
  "4 GB of address space are refused in one line, before V8 aborts",
  async () => {
    const { code, err } = await node(bench, "ulimit -v 4000000");
    expect(err).toMatch(
      /^fovea: address space: expected [^\n]*, received a limit of [^\n]*ulimit -v[^\n]*\n$/,
    );
    expect(code).toBe(1);
  },
);

test("V8's frozen flags are left alone, and the numbers are the same", async () => {
  const outcome = await node(["--freeze-flags-after-init", "--input-type=module", "-e", oneStep]);
  expect(outcome).toEqual({ code: 0, out: "0,2\n", err: "" });
});

test("an engine without WebAssembly is refused in one line", async () => {
  const { code, err } = await node(["--jitless", ...bench]);
  expect(err).toMatch(/fovea: WebAssembly: expected [^\n]*\n$/);
  expect(code).toBe(1);
});
