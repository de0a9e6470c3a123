// npx tsx bench/subnormals.ts [--parameters N]: Adam's update where the gradients are 0 and the moments have faded below 2^-126, kept as
// they are and flushed to 0, and with moments of usual size, in turn on one thread.
import { parseArgs } from "node:util";
import {
  type Program,
  type Session,
  type Value,
  add,
  affine,
  createGraph,
  divide,
  flushSubnormals,
  multiply,
  parameter,
  sqrt,
  subtract,
  update,
} from "../src/engine/index.ts";
import { thisMachine, wasmBackend } from "../src/platform/node/index.ts";

const { values } = parseArgs({
  options: { parameters: { type: "string", default: "1000000" }, rounds: { type: "string", default: "15" } },
});
const count = Number(values.parameters);

/** w -= m / (√v + 1e-7) with m = 0.9·m + 0.1·g, v = 0.999·v + 0.001·g² and g = 0·w, an array that no pass takes away. */
function adamUpdate(kept: (x: Value) => Value): Program {
  const graph = createGraph();
  const [w, m, v] = ["w", "m", "v"].map((name) => parameter(graph, name, [count]));
  if (!w || !m || !v) throw new Error("three parameters");
  const gradient = affine(w, 0);
  const nextM = kept(add(affine(m, 0.9), affine(gradient, 0.1)));
  const nextV = kept(add(affine(v, 0.999), affine(multiply(gradient, gradient), 0.001)));
  update(m, nextM);
  update(v, nextV);
  update(w, subtract(w, divide(affine(nextM, 0.001), affine(sqrt(nextV), 1, 1e-7))));
  return { graph, outputs: {} };
}

interface Contestant {
  readonly name: string;
  readonly session: Session;
  /** Of both moments, before each step. */
  readonly moment: number;
  best: number;
}

const backend = await wasmBackend({ threads: 1 });
const open = async (name: string, kept: (x: Value) => Value, moment: number): Promise<Contestant> => ({
  name,
  session: await backend.open({ step: adamUpdate(kept) }),
  moment,
  best: Infinity,
});
const contestants = [
  await open("usual moments (1e-3)", (x) => x, 1e-3),
  await open("faded moments (1e-39), kept", (x) => x, 1e-39),
  await open("faded moments (1e-39), flushed to 0", flushSubnormals, 1e-39),
];
for (let round = 0; round < Number(values.rounds); round++) {
  for (const one of contestants) {
    await one.session.write("w", new Float32Array(count).fill(1));
    for (const name of ["m", "v"]) await one.session.write(name, new Float32Array(count).fill(one.moment));
    // The first step flushes what has faded; the others are those of a training that goes on.
    await one.session.run("step", {});
    for (let step = 0; step < 3; step++) {
      const began = performance.now();
      await one.session.run("step", {});
      one.best = Math.min(one.best, performance.now() - began);
    }
  }
}
await backend.close();

const { processor, runtime } = thisMachine();
console.log(`Adam's update of ${count} parameters, one thread, ${processor}, ${runtime}, fastest step`);
for (const { name, best } of contestants) console.log(`${best.toFixed(2).padStart(8)} ms  ${name}`);
