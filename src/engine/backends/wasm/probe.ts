import { FunctionBuilder, assemble, f32x4, link } from "../../../simd/index.ts";
import { type Arithmetic, multiplyAdd } from "./kernel.ts";
import { RegisterTile } from "./tile.ts";

/** The function of a module made of it alone, and one page of memory for it. @throws CompileError where an instruction is missing */
function linked(f: FunctionBuilder): { run: () => void; memory: Float32Array } {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const probe = link(new WebAssembly.Module(assemble({ probe: f }, "imported")), memory)("probe");
  return { run: () => probe(0, 0), memory: new Float32Array(memory.buffer) };
}

/** Whether this engine has WebAssembly with vectors and threads, of which all emitted code is made. */
export function computesVectors(): boolean {
  if (!("WebAssembly" in globalThis)) return false;
  const f = new FunctionBuilder();
  f.parameters(2);
  f.store(0, f32x4.const(0));
  try {
    // An engine may find the code valid, and then have no instructions for it: it has to run.
    linked(f).run();
    return true;
  } catch (error) {
    if (error instanceof WebAssembly.CompileError) return false;
    throw error;
  }
}

/** Whether this machine rounds a relaxed multiply-add once, as every processor with a fused one does; false where there is none. */
export function fusesMultiplyAdd(): boolean {
  const f = new FunctionBuilder();
  f.parameters(2);
  // (1 + 2^-13)² - (1 + 2^-12) is 2^-26; with a product rounded first it is 0.
  const x = f32x4.const(1 + 2 ** -13);
  f.store(0, multiplyAdd("fused", x, x, f32x4.const(-(1 + 2 ** -12))));
  try {
    const { run, memory } = linked(f);
    run();
    return memory[0] === 2 ** -26;
  } catch (error) {
    if (error instanceof WebAssembly.CompileError) return false;
    throw error;
  }
}

/**
 * A small product that shows whether compiled code computes what interpreted code does: call it, and read the bits of the result.
 * V8 compiles equal modules once: those of another `version` are compiled anew, by the flags that then are.
 */
export function tileProbe(arithmetic: Arithmetic, panel: 8 | 16, version = 0): () => string {
  const f = new FunctionBuilder();
  f.parameters(2);
  f.keep(version);
  const tile = new RegisterTile({ f, arithmetic }, panel);
  const [a, b, c, depth] = [0, 16_384, 49_152, 200];
  const rowOffset = (row: number): number => row * depth * 4;
  f.repeat(20, () => {
    tile.start(4, () => f32x4.const(0));
    tile.multiply({ rows: 4, a, b, rowOffset, stepA: 4, stepB: panel * 4, depth });
    tile.store(c, 4, { lanes: panel, rowOffset: (row) => row * panel * 4 });
  });
  const { run, memory } = linked(f);
  for (let i = 0; i < c / 4; i++) memory[i] = Math.fround(((i * 7919) % 1009) / 1009 - 0.5);
  return () => {
    run();
    return new Uint32Array(memory.buffer, c, 4 * panel).join();
  };
}
