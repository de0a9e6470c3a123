import { type Program, type WasmOptions, wasmBackendOn } from "../../src/engine/index.ts";
import { inferenceProgram, trainingProgram } from "../../src/nn/index.ts";
import { type Hashes, digest } from "./digest.ts";
import type { Net } from "./nets.ts";

type Planning = Pick<WasmOptions, "panel" | "arithmetic" | "choose">;

/** Everything that a training runs, and a batch of one. */
const programsOf = ({ model, loss, optimizer, batchSize }: Net): Readonly<Record<string, Program>> => ({
  train: trainingProgram(model, { batchSize, loss, optimizer }),
  inspect: inferenceProgram(model, { batchSize, inspect: true }),
  predict: inferenceProgram(model, { batchSize }),
  single: inferenceProgram(model, { batchSize: 1 }),
});

const emptyModule = new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));

/** The modules that a session of these programs compiles, in their order, without compiling them. */
async function modulesOf(
  programs: Readonly<Record<string, Program>>,
  planning: Planning,
): Promise<readonly Uint8Array[]> {
  const modules: Uint8Array[] = [];
  const compile = (bytes: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module> => {
    modules.push(bytes);
    return Promise.resolve(emptyModule);
  };
  const backend = wasmBackendOn({ workers: [], compile, ...planning });
  (await backend.open(programs)).close();
  return modules;
}

const variants = [8, 16].flatMap((panel) =>
  (["exact", "fused"] as const).map((arithmetic) => ({ panel: panel as 8 | 16, arithmetic })),
);

/** The WebAssembly of a net's programs for both widths of register tile, with and without fused multiply-add. */
export async function hashModules(net: Net): Promise<Hashes> {
  const programs = programsOf(net);
  const found: Record<string, string> = {};
  for (const planning of variants) {
    const modules = await modulesOf(programs, planning);
    for (const [i, name] of Object.keys(programs).entries())
      found[`panel ${planning.panel}, ${planning.arithmetic}/${name}`] = digest(modules[i]!);
  }
  return found;
}

type Choose = NonNullable<WasmOptions["choose"]>;

/** The WebAssembly where each algorithm is taken wherever it is correct, so that every emitter has something to do. */
export async function hashAlgorithms(net: Net): Promise<Hashes> {
  const programs = programsOf(net);
  const names = new Set<string>();
  const first: Choose = (candidates) => {
    for (const { algorithm } of candidates) names.add(algorithm);
    return candidates[0]!;
  };
  await modulesOf(programs, { choose: first });
  const found: Record<string, string> = {};
  for (const name of names) {
    const choose: Choose = (candidates) =>
      candidates.find(({ algorithm }) => algorithm === name) ?? candidates.at(-1)!;
    for (const planning of variants)
      found[`${name}, panel ${planning.panel}, ${planning.arithmetic}`] = digest(
        await modulesOf(programs, { ...planning, choose }),
      );
  }
  return found;
}
