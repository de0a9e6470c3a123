import {
  type Backend,
  type Graph,
  type Value,
  createGraph,
  input,
  referenceBackend,
} from "../../src/engine/index.ts";
import { wasmBackend } from "../../src/platform/node/index.ts";

type Opener = () => Backend | Promise<Backend>;

/** Every backend, for suites that all of them pass. */
export const backends: readonly (readonly [name: string, open: Opener])[] = [
  ["reference", referenceBackend],
  ["wasm", () => wasmBackend({ threads: 2 })],
];

/** Numbers of an input with their shape. */
export interface Given {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** Builds a program of the inputs, runs it once on a new session of the backend, and gives its outputs. */
export async function runOnce(
  backend: Backend,
  given: Readonly<Record<string, Given>>,
  make: (values: Readonly<Record<string, Value>>, graph: Graph) => Readonly<Record<string, Value>>,
): Promise<Readonly<Record<string, Float32Array>>> {
  const graph = createGraph();
  const values = Object.fromEntries(
    Object.entries(given).map(([name, { shape }]) => [name, input(graph, name, shape)]),
  );
  const session = await backend.open({ main: { graph, outputs: make(values, graph) } });
  try {
    return await session.run(
      "main",
      Object.fromEntries(Object.entries(given).map(([name, { data }]) => [name, data])),
    );
  } finally {
    session.close();
  }
}
