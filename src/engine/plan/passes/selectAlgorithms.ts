import type { Kernel, LoweredOp } from "../../kernels/index.ts";
import { candidatesOf } from "../algorithms/candidates.ts";
import { describeWorkload } from "../describeKernel.ts";
import type { AlgorithmChoice, PlanContext } from "../types.ts";
import type { Pass } from "./pass.ts";

/** Replaces every convolution and product by the kernels of one algorithm: packing, the tiles, and the reduction of partial sums. */
export const algorithmSelection: Pass = {
  name: "algorithm selection",
  run: (state) => {
    const { buffers, isConstant, options } = state;
    const context: PlanContext = { ...options, isConstant, temporary: buffers.temporary };
    const algorithms: AlgorithmChoice[] = [];
    const ops = (state.lowered ?? []).flatMap((node) => node.ops);
    const kernels = ops.flatMap((op) => kernelsOf(op, context, algorithms));
    return { ...state, kernels, algorithms };
  },
};

function kernelsOf(op: LoweredOp, context: PlanContext, made: AlgorithmChoice[]): readonly Kernel[] {
  switch (op.kind) {
    case "nest":
      return [op];
    case "alias":
      return [];
    case "matrix":
    case "convolution":
    case "depthwise": {
      const candidates = candidatesOf(context, op);
      const chosen = context.choose(candidates, op);
      made.push({
        workload: describeWorkload(op),
        algorithm: chosen.algorithm,
        candidates: candidates.map(({ algorithm, cost }) => ({ algorithm, cost })),
      });
      return chosen.kernels();
    }
    default:
      return op satisfies never;
  }
}
