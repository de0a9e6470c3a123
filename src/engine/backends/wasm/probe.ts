import { FunctionBuilder, assemble } from "./assembler.ts";
import { i32, v128 } from "./instructions.ts";
import { multiplyAdd, storeLanes, startSums, emitTileStep, tileRegisters } from "./tile.ts";

/** The function of a module made of it alone, and one page of memory for it. @throws CompileError where an instruction is missing */
function linked(f: FunctionBuilder): { run: (a: number, b: number) => void; memory: Float32Array } {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(assemble([f])), { env: { memory } });
  return { run: exports[f.name] as (a: number, b: number) => void, memory: new Float32Array(memory.buffer) };
}

/** Whether this machine rounds a relaxed multiply-add once, as every processor with a fused one does; false where there is none. */
export function fusesMultiplyAdd(): boolean {
  const f = new FunctionBuilder("probe", 2);
  // (1 + 2^-13)² - (1 + 2^-12) is 2^-26; with a product rounded first it is 0.
  const x = v128.splatConst(1 + 2 ** -13);
  f.emit(v128.store(i32.const(0), multiplyAdd("fused", x, x, v128.splatConst(-(1 + 2 ** -12)))));
  try {
    const { run, memory } = linked(f);
    run(0, 0);
    return memory[0] === 2 ** -26;
  } catch {
    return false;
  }
}

/** A small product that shows whether compiled code computes what interpreted code does: call it, and read the bits of the result. */
export function tileProbe(arithmetic: "exact" | "fused", panel: 8 | 16): () => string {
  const f = new FunctionBuilder("probe", 2);
  const registers = tileRegisters(f, panel / 4);
  const [a, b, c, depth] = [0, 16_384, 49_152, 200];
  const step = {
    rows: 4,
    arithmetic,
    rowOffset: (row: number) => row * depth * 4,
    stepA: 4,
    stepB: panel * 4,
  };
  f.repeat(20, () => {
    startSums(f, registers, 4, () => v128.splatConst(0));
    f.set(registers.pointerA, i32.const(a));
    f.set(registers.pointerB, i32.const(b));
    f.repeat(depth, () => emitTileStep(f, registers, step));
    for (let r = 0; r < 4; r++)
      storeLanes(f, i32.const(c), registers.sums[r]!, { lanes: panel, offset: r * panel * 4 });
  });
  const { run, memory } = linked(f);
  for (let i = 0; i < c / 4; i++) memory[i] = Math.fround(((i * 7919) % 1009) / 1009 - 0.5);
  return () => {
    run(0, 0);
    return new Uint32Array(memory.buffer, c, 4 * panel).join();
  };
}
