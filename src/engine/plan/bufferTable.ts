import type { Graph, Value } from "../graph/graph.ts";
import type { Buffer, MakeTemporary } from "../kernels/index.ts";

/** The buffers of one plan: one for every value of its graph, and temporaries. */
export interface BufferTable {
  /** The same buffer for the same value; it has the value's id. */
  readonly of: (value: Value) => Buffer;
  readonly temporary: MakeTemporary;
}

export function bufferTable({ values }: Graph): BufferTable {
  const known = new Map<number, Buffer>();
  let next = values.length;
  return {
    of: ({ id, role, name, shape, dtype }) => {
      const buffer = known.get(id) ?? { id, role, name, shape, dtype };
      known.set(id, buffer);
      return buffer;
    },
    temporary: (name, { shape, dtype }) => ({ id: next++, role: "result", name, shape, dtype }),
  };
}
