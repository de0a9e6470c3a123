import { ndarray } from "../../src/base/index.ts";
import type { Backend, Program } from "../../src/engine/index.ts";
import { type BatchSource, arraySource } from "../../src/evaluate/index.ts";
import { dense, sequential } from "../../src/nn/index.ts";
import type { FitData, FitOptions } from "../../src/train/index.ts";

/** One weight [1, 2] and no bias, so that what is kept is easy to read. */
export const scriptedModel = sequential([dense({ units: 2, useBias: false, activation: "softmax" })]);

/** Every example is of class 0. */
export const scriptedData = (train: number, validation = 0): FitData => {
  const source = (n: number): BatchSource =>
    arraySource(ndarray(new Float32Array(n), [n, 1]), ndarray(new Int32Array(n), [n]));
  return { train: source(train), ...(validation > 0 && { validation: source(validation) }) };
};

/** What an epoch's validation gives: so many of its examples right, each with that confidence. */
export interface ValidationScript {
  readonly right: number;
  readonly confidence?: number;
}

export interface Script {
  /** Loss of each training step in turn; the last one stays. @default 1 */
  readonly losses?: readonly number[];
  /** Of each epoch in turn; the last one stays. @default all right */
  readonly validations?: readonly ValidationScript[];
  /** Called before a program runs. */
  readonly onRun?: (program: string) => void;
}

/** A backend that computes nothing: each step adds 1 to every number, and results come from a script. */
export function scriptedBackend(script: Script): { backend: Backend; closed: () => number } {
  let closed = 0;
  const backend: Backend = {
    name: "scripted",
    arithmetic: "none",
    measure: () => ({ parameters: 0, working: 0, code: 0, total: 0 }),
    open: (programs) => {
      const numbers = new Map(parametersIn(programs).map(([name, size]) => [name, new Float32Array(size)]));
      const counts = new Map<string, number>();
      return Promise.resolve({
        memory: backend.measure({}),
        parameterNames: [...numbers.keys()],
        read: async (name) => Float32Array.from(numbers.get(name) ?? []),
        write: async (name, data) => numbers.get(name)?.set(data),
        run: (program, { x = [] }) => {
          script.onRun?.(program);
          const kind = program === "rest" ? "train" : program;
          const count = counts.get(kind) ?? 0;
          counts.set(kind, count + 1);
          if (kind === "train")
            for (const data of numbers.values()) data.forEach((v, i) => (data[i] = v + 1));
          return Promise.resolve(resultOf(script, { kind, count, rows: x.length }));
        },
        close: () => void closed++,
      });
    },
    close: () => Promise.resolve(),
  };
  return { backend, closed: () => closed };
}

const parametersIn = (programs: Readonly<Record<string, Program>>): (readonly [string, number])[] =>
  Object.values(programs).flatMap(({ graph }) =>
    graph.values
      .filter(({ role }) => role === "parameter")
      .map(({ name, shape }) => [name, shape.reduce((a, b) => a * b, 1)] as const),
  );

function resultOf(
  { losses = [1], validations = [] }: Script,
  { kind, count, rows }: { readonly kind: string; readonly count: number; readonly rows: number },
): Record<string, Float32Array> {
  if (kind === "inspect") return {};
  if (kind === "train") {
    const loss = losses[count] ?? losses.at(-1) ?? 1;
    // All right in a step of even number, all wrong in one of odd number.
    return { loss: Float32Array.of(loss), predictions: rowsOf(rows, count % 2 === 0 ? rows : 0, 0.9) };
  }
  const { right, confidence = 0.9 } = validations[count] ?? validations.at(-1) ?? { right: rows };
  const predictions = rowsOf(rows, right, confidence);
  // Of class 0, which all examples are of.
  return {
    predictions,
    losses: Float32Array.from({ length: rows }, (_, i) => -Math.log(predictions[2 * i] ?? 0)),
  };
}

/** Rows [confidence in class 0, the rest], turned round where they are wrong. */
const rowsOf = (rows: number, right: number, confidence: number): Float32Array =>
  Float32Array.from({ length: 2 * rows }, (_, i) =>
    i >> 1 < right === (i % 2 === 0) ? confidence : 1 - confidence,
  );

/** Options for a script; every look at the clock takes a second. */
export function scriptedOptions(
  script: Script,
  options: Partial<FitOptions> = {},
): FitOptions & { readonly closed: () => number } {
  let seconds = 0;
  return { ...scriptedBackend(script), clock: () => 1000 * seconds++, batchSize: 4, ...options };
}
