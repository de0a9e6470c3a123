import { expect, test } from "vitest";
import { FunctionBuilder, assemble, instantiate, link } from "../../src/simd/index.ts";

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

test("an inner function is called by its place and not exported", () => {
  const calls = new FunctionBuilder();
  const [address] = calls.parameters(1);
  calls.call(1, [address, 20, 3]);
  calls.call(0, [1, 4]);
  const module = new WebAssembly.Module(assemble({ calls }, "own", [sum(2), sum(3)]));
  const { memory, ...rest } = new WebAssembly.Instance(module).exports;
  expect(Object.keys(rest)).toEqual(["calls"]);
  if (typeof rest["calls"] === "function") rest["calls"](5);
  if (memory instanceof WebAssembly.Memory)
    expect([...new Uint8Array(memory.buffer, 0, 6)]).toEqual([0, 4, 0, 0, 0, 23]);
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

/** A function that writes a byte to address 0. */
function writes(byte: number): FunctionBuilder {
  const f = new FunctionBuilder();
  f.store8(0, byte);
  return f;
}

test("the smallest module is what the binary format says, byte for byte", () => {
  const bytes = [
    [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    // Types: one, a function of no parameters and no result.
    [1, 4, 1, 0x60, 0, 0],
    // Functions: one, of type 0. Memories: one, of at least one page.
    [3, 2, 1, 0, 5, 3, 1, 0, 1],
    // Exports: "memory", memory 0; "f", function 0.
    [7, 14, 2, 6, 0x6d, 0x65, 0x6d, 0x6f, 0x72, 0x79, 2, 0, 1, 0x66, 0, 0],
    // Code: one body of no locals: i32.const 0, i32.const 9, i32.store8, end.
    [10, 11, 1, 9, 0, 0x41, 0, 0x41, 9, 0x3a, 0, 0, 0x0b],
  ].flat();
  expect([...assemble({ f: writes(9) }, "own")]).toEqual(bytes);
});

test("an imported memory is shared and may be as large as 32-bit addresses reach", () => {
  const bytes = [...assemble({ f: writes(9) }, "imported")];
  const imported = [
    2, 18, 1, 3, 0x65, 0x6e, 0x76, 6, 0x6d, 0x65, 0x6d, 0x6f, 0x72, 0x79, 2, 3, 1, 0x80, 0x80, 4,
  ];
  expect(bytes.slice(14, 14 + imported.length)).toEqual(imported);
  const unshared = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  expect(() => link(new WebAssembly.Module(Uint8Array.from(bytes)), unshared)).toThrow(WebAssembly.LinkError);
});

test("many functions, long names and long bodies are counted rightly", () => {
  const names = Array.from({ length: 300 }, (_, i) => `${"f".repeat(130)}${i}`);
  const { call, room } = instantiate(
    Object.fromEntries(
      names.map((name, i) => {
        const f = writes(i & 255);
        if (i === 299) for (let n = 0; n < 3000; n++) f.store8(1, n & 255, n);
        return [name, f];
      }),
    ),
  );
  const found = names.slice(126, 130).map((name) => {
    call[name]?.();
    return new Uint8Array(room(1))[0];
  });
  expect(found).toEqual([126, 127, 128, 129]);
  call[names.at(-1) ?? ""]?.();
  expect(new Uint8Array(room(1), 0, 3001)[3000]).toBe(2999 & 255);
});

test("a function that a module lacks is named, with those that it has", () => {
  const module = new WebAssembly.Module(assemble({ one: writes(1), two: writes(2) }, "imported"));
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const named = link(module, memory);
  named("two")();
  expect(new Uint8Array(memory.buffer)[0]).toBe(2);
  expect(() => named("three")).toThrow("module: expected a function three, received one, two");
});

test("a module of no functions is a module", () => {
  expect(WebAssembly.validate(assemble({}, "own"))).toBe(true);
});
