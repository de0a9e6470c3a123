import { type NdArray, ndarray, seeded } from "../../src/base/index.ts";
import { type Backend, referenceBackend } from "../../src/engine/index.ts";
import { arraySource } from "../../src/evaluate/index.ts";
import {
  type ModelSpec,
  conv2d,
  dense,
  dropout,
  flatten,
  maxPooling2d,
  sequential,
} from "../../src/nn/index.ts";
import type { EndEvent, FitData, FitEvent, FitOptions } from "../../src/train/index.ts";

/** Images [n, 6, 6, 3] of noise in which one channel, that of the class, is brighter. */
export function toyArrays(n: number, seed: number): { x: NdArray<Float32Array>; y: NdArray<Int32Array> } {
  const random = seeded(seed);
  const x = new Float32Array(n * 108);
  const y = Int32Array.from({ length: n }, (_, i) => i % 3);
  for (let i = 0; i < x.length; i++) {
    const bright = i % 3 === y[Math.floor(i / 108)] ? 0.5 : 0;
    x[i] = random.next() * 0.8 + bright;
  }
  return { x: ndarray(x, [n, 6, 6, 3]), y: ndarray(y, [n]) };
}

export function toyData(train = 26, validation = 10): FitData {
  const [a, b] = [toyArrays(train, 1), toyArrays(validation, 2)];
  return { train: arraySource(a.x, a.y), validation: arraySource(b.x, b.y) };
}

export const toyModel: ModelSpec = sequential([
  conv2d({ filters: 4, kernelSize: 3, activation: "relu" }),
  maxPooling2d(),
  dropout({ rate: 0.2 }),
  flatten(),
  dense({ units: 3, activation: "softmax" }),
]);

/** The reference keeps parameters in float64; rounded after each run they are what every real backend keeps. */
export function float32Backend(): Backend {
  const reference = referenceBackend();
  return {
    ...reference,
    open: async (programs) => {
      const session = await reference.open(programs);
      return {
        ...session,
        run: async (program, inputs) => {
          const outputs = await session.run(program, inputs);
          for (const name of session.parameterNames) await session.write(name, await session.read(name));
          return outputs;
        },
      };
    },
  };
}

/** Every clock tick is a second. */
export function toyOptions(options: Partial<FitOptions> = {}): FitOptions {
  let ticks = 0;
  const backend = float32Backend();
  return { backend, clock: () => 1000 * ticks++, seed: 7, epochs: 2, batchSize: 8, ...options };
}

export async function collect(
  events: AsyncIterable<FitEvent>,
): Promise<{ events: FitEvent[]; end: EndEvent }> {
  const all: FitEvent[] = [];
  for await (const event of events) all.push(event);
  const end = all.at(-1);
  if (end?.type !== "end") throw new Error("the last event is no end");
  return { events: all, end };
}
