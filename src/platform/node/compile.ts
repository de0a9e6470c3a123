import { setEngineFlags } from "./limits/engineFlags.ts";

// V8 compiles WebAssembly when it is first called, without optimising, and optimises what turns out to be hot: a first step that is
// several times slower than the others. A training step is known to be hot, and to be called at once.
const whole = ["--no-liftoff", "--no-wasm-lazy-compilation"];
const usual = ["--liftoff", "--wasm-lazy-compilation"];

let compiling = 0;

/**
 * Compiles a module optimised, every function of it, on threads of the process. Other modules that begin to be compiled meanwhile are
 * compiled so too.
 */
export async function compileOptimised(bytes: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module> {
  if (compiling++ === 0) setEngineFlags(whole);
  // Compiling in the background does not by itself keep the process alive.
  const alive = setInterval(() => undefined, 60_000);
  try {
    return await WebAssembly.compile(bytes);
  } finally {
    clearInterval(alive);
    if (--compiling === 0) setEngineFlags(usual);
  }
}
