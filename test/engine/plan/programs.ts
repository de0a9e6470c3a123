import type { Kernel, Nest } from "../../../src/engine/kernels/index.ts";
import { type Pass, type PlanState, initialState } from "../../../src/engine/plan/passes/pass.ts";
import { cheapest } from "../../../src/engine/plan/index.ts";
import { passes } from "../../../src/engine/plan/planProgram.ts";
import {
  type Program,
  add,
  batchNorm,
  conv2d,
  createGraph,
  differentiate,
  input,
  maxPool2d,
  multiply,
  parameter,
  reduceSum,
  relu,
  subtract,
  update,
} from "../../../src/engine/index.ts";

/** The state after all passes before the `nth` one of that name, and that pass. */
export function before(program: Program, name: string, nth = 0): { state: PlanState; pass: Pass } {
  let state = initialState(program, { panel: 8, choose: cheapest });
  let seen = 0;
  for (const pass of passes) {
    if (pass.name === name && seen++ === nth) return { state, pass };
    state = pass.run(state);
  }
  throw new Error(`no pass ${name}`);
}

/** The state before a pass and after it. */
export function around(program: Program, name: string, nth = 0): readonly [PlanState, PlanState] {
  const { state, pass } = before(program, name, nth);
  return [state, pass.run(state)];
}

export const nestsIn = (kernels: readonly Kernel[] | undefined): readonly Nest[] =>
  (kernels ?? []).filter((kernel): kernel is Nest => kernel.kind === "nest");

/** Example 1 of loop fusion: z = relu(x + b) · s over [N, C]. */
export function elementwiseChain(): Program {
  const graph = createGraph();
  const x = input(graph, "x", [6, 5]);
  const [b, s] = [input(graph, "b", [5]), input(graph, "s", [5])];
  return { graph, outputs: { z: multiply(relu(add(x, b)), s) } };
}

/** A training step of convolution, batch norm, relu and perhaps pooling: loss and an update of every parameter. */
export function trainingStep({ pooled = true } = {}): Program {
  const graph = createGraph();
  const x = input(graph, "x", [4, 8, 8, 4]);
  const names = { w: [3, 3, 4, 8], gamma: [8], beta: [8] };
  const [w, gamma, beta] = [
    parameter(graph, "w", names.w),
    parameter(graph, "gamma", names.gamma),
    parameter(graph, "beta", names.beta),
  ];
  const [y] = batchNorm(conv2d(x, w, { padding: "same" }), { gamma, beta });
  const activation = relu(y);
  const loss = reduceSum(pooled ? maxPool2d(activation) : multiply(activation, activation));
  const gradients = differentiate(loss, [w, gamma, beta]);
  for (const [i, value] of [w, gamma, beta].entries()) {
    const gradient = gradients[i];
    if (gradient) update(value, subtract(value, gradient));
  }
  return { graph, outputs: { loss } };
}
