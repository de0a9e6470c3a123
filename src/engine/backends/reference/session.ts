import { fault, mapValues, showShape, sizeOf } from "../../../base/index.ts";
import type { Backend, MemoryUse, Program, Session } from "../../backend.ts";
import type { Tensor, Value } from "../../graph/graph.ts";
import { checkInputs, neededNodes, programNamed, sharedConstants, sharedParameters } from "../../program.ts";
import { runReference } from "./runReference.ts";

const bytesPerNumber = 8;

const bytes = (values: Iterable<Value>): number =>
  [...values].reduce((sum, { shape }) => sum + sizeOf(shape) * bytesPerNumber, 0);

const countOf = (arrays: ReadonlyMap<string, ArrayLike<number>>): number =>
  [...arrays.values()].reduce((sum, { length }) => sum + length, 0);

function memoryOf(programs: Readonly<Record<string, Program>>, parameters: Iterable<Value>): MemoryUse {
  const kept = bytes(parameters);
  const working = Math.max(
    0,
    ...Object.values(programs).map((program) => {
      const inputs = program.graph.values.filter((value) => value.role === "input");
      return bytes([...inputs, ...neededNodes(program).flatMap((node) => node.outputs)]);
    }),
  );
  const code = bytesPerNumber * countOf(sharedConstants(programs));
  return { parameters: kept, working, code, total: kept + working + code };
}

function openSession(
  programs: Readonly<Record<string, Program>>,
  checkBackend: (who: string) => void,
): Session {
  const parameters = sharedParameters(programs);
  const stored = new Map(
    [...parameters].map(([name, { shape }]) => [name, { shape, data: new Float64Array(sizeOf(shape)) }]),
  );
  let closed = false;
  const checkOpen = (who: string): void => {
    if (closed) throw fault(who, { expected: "an open session", received: "a closed one" });
  };
  const find = (name: string): Tensor => {
    checkOpen(`parameter ${name}`);
    const found = stored.get(name);
    if (found) return found;
    throw fault(`parameter ${name}`, {
      expected: `one of ${[...stored.keys()].join(", ")}`,
      received: `"${name}"`,
    });
  };
  return {
    memory: memoryOf(programs, parameters.values()),
    parameterNames: [...stored.keys()],
    read: async (name) => Float32Array.from(find(name).data),
    write: async (name, data) => {
      const { data: target, shape } = find(name);
      if (data.length !== target.length) {
        throw fault(`parameter ${name}`, {
          expected: `${target.length} numbers for shape ${showShape(shape)}`,
          received: `${data.length}`,
        });
      }
      target.set(data);
    },
    run: async (name, inputs) => {
      checkOpen(`run ${name}`);
      checkBackend(`run ${name}`);
      const program = programNamed(programs, name);
      checkInputs(name, program, inputs);
      const kept = Object.fromEntries([...stored].map(([key, { data }]) => [key, data]));
      const { outputs, updates } = runReference(program, { ...kept, ...inputs });
      for (const [target, data] of updates) find(target).data.set(data);
      return mapValues(outputs, (data) => Float32Array.from(data));
    },
    close: () => {
      closed = true;
    },
  };
}

/**
 * Runs programs by the ops' own float64 loops: slow and obviously right. Parameters stay float64 between runs.
 * @example
 * const net = createGraph();
 * const y = relu(input(net, "x", [6]));
 * const session = await referenceBackend().open({ step: { graph: net, outputs: { y } } });
 * const { y: numbers } = await session.run("step", { x: Float32Array.of(-1, 0, 1, 2, 3, 4) });
 * numbers; // → [0, 0, 1, 2, 3, 4]
 */
export function referenceBackend(): Backend {
  let closed = false;
  const check = (who: string): void => {
    if (closed) throw fault(who, { expected: "an open backend", received: "a closed one" });
  };
  return {
    name: "reference",
    arithmetic: "float64",
    measure: (programs) => memoryOf(programs, sharedParameters(programs).values()),
    open: async (programs) => {
      check("open session");
      return openSession(programs, check);
    },
    close: async () => {
      closed = true;
    },
  };
}
