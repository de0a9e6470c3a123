import { expect, test } from "vitest";
import { FunctionBuilder, assemble, instantiate } from "../../src/simd/index.ts";

/** Writes the sum of its parameters, a byte, to the address that the first one is. */
function sum(count: 2 | 3): FunctionBuilder {
  const f = new FunctionBuilder();
  const [address, a, b] = count === 2 ? [...f.parameters(2), 0] : f.parameters(3);
  const total = f.keep(a);
  f.loop({ to: b }, () => f.advance(total, 1));
  f.store8(address, total);
  return f;
}

test("functions of different parameters share a module, each under its name", () => {
  const { call, room } = instantiate({ two: sum(2), three: sum(3), again: sum(2) });
  call.two(0, 5);
  call.three(1, 5, 6);
  call.again(2, 7);
  expect([...new Uint8Array(room(3), 0, 3)]).toEqual([5, 11, 7]);
});

test("an own memory grows to what is wanted and keeps its content", () => {
  const { call, room } = instantiate({ two: sum(2) });
  call.two(9, 42);
  const memory = new Uint8Array(room(65_537));
  expect(memory.length).toBe(2 * 65_536);
  expect(memory[9]).toBe(42);
  expect(room(1).byteLength).toBe(2 * 65_536);
});

test("an imported memory is shared with who gives it", () => {
  const module = new WebAssembly.Module(assemble({ two: sum(2) }, "imported"));
  expect(WebAssembly.Module.imports(module)).toEqual([{ module: "env", name: "memory", kind: "memory" }]);
  expect(WebAssembly.Module.exports(module)).toEqual([{ name: "two", kind: "function" }]);
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const { two } = new WebAssembly.Instance(module, { env: { memory } }).exports;
  if (typeof two === "function") two(0, 42);
  expect(new Uint8Array(memory.buffer)[0]).toBe(42);
});

test("a module of no functions is a module", () => {
  expect(WebAssembly.validate(assemble({}, "own"))).toBe(true);
});
