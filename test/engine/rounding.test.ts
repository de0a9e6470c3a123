import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seeded, sizeOf } from "../../src/base/index.ts";
import {
  type Backend,
  type Program,
  conv2d,
  createGraph,
  differentiate,
  runReference,
  input,
  multiply,
  reduceSum,
  wasmBackendOn,
} from "../../src/engine/index.ts";
import { type Algorithm, type Candidate, cheapest } from "../../src/engine/plan/index.ts";
import { engineWorkers, prepareProcessor } from "../../src/platform/node/index.ts";

// How far each algorithm may be from float64, largest error over largest number, for 16 to 512 channels and normal numbers.
// The worst that was measured stands at 40 to 85% of these bounds (docs/performance/lab-notes.md).
const bounds: Readonly<Record<Dense, Readonly<Record<Result, number>>>> = {
  direct: { y: 4e-6, dx: 4e-6, dw: 1e-6 },
  "Winograd F(2x2)": { y: 1.2e-6, dx: 1.2e-6, dw: 1e-6 },
  "Winograd F(4x4)": { y: 2.5e-5, dx: 3e-5, dw: 1e-5 },
  "packed product": { y: 1.5e-6, dx: 1.5e-6, dw: 1.5e-6 },
};

/** The algorithms of convolutions of one group. */
type Dense = Exclude<Algorithm, "vectors of channels" | "loop nests">;

type Result = "y" | "dx" | "dw";

interface Case {
  readonly program: Program;
  readonly inputs: Readonly<Record<string, Float32Array>>;
  readonly exact: Readonly<Record<string, Float64Array>>;
}

const convolutions = new Map<string, Case>();

/** {@link drawn}, once for all algorithms: the reference takes its time. */
function convolution(channels: number, kernel: number): Case {
  const key = `${channels} ${kernel}`;
  const known = convolutions.get(key) ?? drawn(channels, kernel);
  convolutions.set(key, known);
  return known;
}

/** y of one convolution of `channels` to as many, and the gradients of a sum of y with random weights. */
function drawn(channels: number, kernel: number): Case {
  const side = channels > 200 ? 4 : 8;
  const graph = createGraph();
  const x = input(graph, "x", [channels > 200 ? 1 : 3, side, side, channels]);
  const w = input(graph, "w", [kernel, kernel, channels, channels]);
  const y = conv2d(x, w, { padding: "same" });
  const weights = input(graph, "weights", y.shape);
  const [dx, dw] = differentiate(reduceSum(multiply(y, weights)), [x, w]);
  const random = seeded(channels + kernel);
  const draw = (count: number): Float32Array => Float32Array.from({ length: count }, () => random.normal());
  const inputs = Object.fromEntries(
    [x, w, weights].map(({ name, shape }) => [name, draw(sizeOf(shape))] as const),
  );
  const program = { graph, outputs: { y, dx: dx!, dw: dw! } };
  return { program, inputs, exact: runReference(program, inputs).outputs };
}

const { arithmetic: native, panel } = await prepareProcessor({ exact: false });

describe.each(["exact", native] as const)("%s arithmetic", (arithmetic) => {
  let backend: Backend;
  let wanted: Dense;
  let used = 0;
  const choose = (candidates: readonly Candidate[]): Candidate => {
    const found = candidates.find((one) => one.algorithm === wanted);
    if (found) used++;
    return found ?? cheapest(candidates);
  };
  beforeAll(() => {
    backend = wasmBackendOn({ workers: engineWorkers(2), arithmetic, panel, choose });
  });
  afterAll(() => backend.close());

  const variants = [16, 64, 512].flatMap((channels) =>
    (Object.keys(bounds) as Dense[]).map((algorithm) => [algorithm, channels] as const),
  );
  test.each(variants)("%s stays within its bounds on %i channels", async (algorithm, channels) => {
    [wanted, used] = [algorithm, 0];
    const { program, inputs, exact } = convolution(channels, algorithm === "packed product" ? 1 : 3);
    const session = await backend.open({ program });
    const found = await session.run("program", inputs);
    session.close();
    expect(used).toBe(3);
    for (const [name, bound] of Object.entries(bounds[algorithm])) {
      const numbers = exact[name]!;
      const largest = numbers.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const worst = numbers.reduce((most, value, i) => Math.max(most, Math.abs(value - found[name]![i]!)), 0);
      expect(worst / largest, name).toBeLessThan(bound);
    }
  });
});
