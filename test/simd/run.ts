import { FunctionBuilder, type I32, type V128, i32x4, instantiate } from "../../src/simd/index.ts";

/** What a function leaves in its first 64 bytes of memory, which are `before` at first. */
export function memoryAfter(build: (f: FunctionBuilder) => void, before: readonly number[] = []): Uint8Array {
  const f = new FunctionBuilder();
  build(f);
  const { call, room } = instantiate({ run: f });
  const memory = new Uint8Array(room(64), 0, 64);
  memory.set(before);
  call.run();
  return memory;
}

/** The bytes that vector code computes. */
export const bytesOf = (code: V128, before?: readonly number[]): Uint8Array =>
  memoryAfter((f) => f.store(0, code), before).slice(0, 16);

/** Four floats that vector code computes. */
export const floatsOf = (code: V128): number[] => [...new Float32Array(bytesOf(code).buffer)];

/** Four signed integers that vector code computes. */
export const integersOf = (code: V128, before?: readonly number[]): number[] => [
  ...new Int32Array(bytesOf(code, before).buffer),
];

/** The signed integer that code computes. */
export const integerOf = (code: I32, before?: readonly number[]): number =>
  integersOf(i32x4.splat(code), before)[0] ?? Number.NaN;
