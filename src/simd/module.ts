import { fault } from "../base/index.ts";
import { type Code, sized, text, unsigned, vector } from "./encode.ts";
import type { FunctionBuilder } from "./function.ts";
import { namesOf, recordOf } from "./values.ts";

/** Bytes of a page of memory, the unit in which memories grow. */
export const PAGE = 65_536;
/** Pages that 32-bit addresses reach. */
export const MAX_PAGES = 65_536;
const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const [TYPES, IMPORTS, FUNCTIONS, MEMORIES, EXPORTS, CODE] = [1, 2, 3, 5, 7, 10] as const;

/** Functions by the names under which they are exported. */
export type Functions = Readonly<Record<string, FunctionBuilder>>;

/** Where a module's memory is: shared and imported as `env.memory`, or its own, one page at first, exported as `memory`. */
export type MemoryKind = "imported" | "own";

const section = (id: number, content: Code): number[] => [id, ...sized(content)];

/** Bytes of a module that exports every function by its name. Those of `inner` can be called by their place among them alone. */
export function assemble(
  functions: Functions,
  memory: MemoryKind,
  inner: readonly FunctionBuilder[] = [],
): Uint8Array<ArrayBuffer> {
  const list = [...inner, ...Object.values(functions)];
  const counts = [...new Set(list.map(({ parameterCount }) => parameterCount))];
  const type = (count: number): Code => [0x60, unsigned(count), Array.from({ length: count }, () => 0x7f), 0];
  const shared = [text("env"), text("memory"), 2, 3, unsigned(1), unsigned(MAX_PAGES)];
  const exported = Object.keys(functions).map((name, i) => [text(name), 0, unsigned(inner.length + i)]);
  const bodies = list.map((f) => f.bytes());
  // Bodies are many bytes: they are copied once, not spread into the sections.
  const size = bodies.reduce((sum, body) => sum + body.length, unsigned(list.length).length);
  const head = [
    HEADER,
    section(TYPES, vector(counts.map(type))),
    memory === "imported" ? section(IMPORTS, vector([shared])) : [],
    section(FUNCTIONS, vector(list.map((f) => unsigned(counts.indexOf(f.parameterCount))))),
    memory === "own" ? section(MEMORIES, vector([[0, unsigned(1)]])) : [],
    section(EXPORTS, vector(memory === "own" ? [[text("memory"), 2, 0], ...exported] : exported)),
    [CODE, ...unsigned(size), ...unsigned(list.length)],
  ];
  return joined([...head, ...bodies]);
}

function joined(parts: readonly (readonly number[])[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let end = 0;
  for (const part of parts) {
    out.set(part, end);
    end += part.length;
  }
  return out;
}

/** A function as JavaScript calls it. */
export type Callable = (...integers: readonly number[]) => void;

/** The functions of a module over the memory that it imports, by name. */
export function link(module: WebAssembly.Module, memory: WebAssembly.Memory): (name: string) => Callable {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return (name) => functionNamed(exports, name);
}

function functionNamed(exports: WebAssembly.Exports, name: string): Callable {
  const found = exports[name];
  if (isCallable(found)) return found;
  throw fault("module", { expected: `a function ${name}`, received: Object.keys(exports).join(", ") });
}

const isCallable = (value: WebAssembly.ExportValue | undefined): value is Callable =>
  typeof value === "function";

/** Functions of this thread over a memory of their own, at addresses that the caller lays out. */
export interface Instance<Name extends string> {
  readonly call: Readonly<Record<Name, Callable>>;
  /** The memory, with at least so many bytes; an earlier buffer may no longer be it. */
  readonly room: (bytes: number) => ArrayBuffer;
}

/** Compiles functions to run on this thread. */
export function instantiate<Name extends string>(
  functions: Readonly<Record<Name, FunctionBuilder>>,
): Instance<Name> {
  const module = new WebAssembly.Module(assemble(functions, "own"));
  const { exports } = new WebAssembly.Instance(module);
  const { memory } = exports;
  if (!(memory instanceof WebAssembly.Memory))
    throw fault("module", { expected: "a memory of its own", received: "none" });
  return {
    call: recordOf(namesOf(functions), (name) => functionNamed(exports, name)),
    room: (bytes) => {
      const missing = bytes - memory.buffer.byteLength;
      if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
      return memory.buffer;
    },
  };
}

/** Bytes in whole vectors: where the next thing in a memory may begin. */
export const upTo16 = (bytes: number): number => Math.ceil(bytes / 16) * 16;
