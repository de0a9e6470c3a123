import {
  FunctionBuilder,
  type I32,
  type I32Local,
  type V128,
  i32x4,
  instantiate,
  v128,
} from "../../src/simd/index.ts";

/** Numbers of one vector: two of 64 bits, four of 32, eight of 16, sixteen bytes. */
export type Vector = Float64Array | Float32Array | Int32Array | Int16Array | Uint16Array | Uint8Array;

/** Vector code as a function of up to three vectors, compiled once: so many numbers can pass through it. */
export function ofVectors(
  code: (a: V128, b: V128, c: V128) => V128,
): (...operands: readonly Vector[]) => ArrayBuffer {
  const f = new FunctionBuilder();
  f.store(0, code(v128.load(16), v128.load(32), v128.load(48)));
  const { call, room } = instantiate({ run: f });
  return (...operands) => {
    const memory = new Uint8Array(room(64));
    for (const [i, { buffer, byteOffset, byteLength }] of operands.entries())
      memory.set(new Uint8Array(buffer, byteOffset, byteLength), 16 * (i + 1));
    call.run();
    return memory.slice(0, 16).buffer;
  };
}

/** Code of up to two integers, compiled once. */
export function ofIntegers(
  code: (a: I32Local, b: I32Local) => I32,
): (...operands: readonly number[]) => number {
  const f = new FunctionBuilder();
  const [a, b] = f.parameters(2);
  f.store(0, i32x4.splat(code(a, b)));
  const { call, room } = instantiate({ run: f });
  return (first = 0, second = 0) => {
    call.run(first, second);
    return new Int32Array(room(4), 0, 1)[0] ?? Number.NaN;
  };
}
