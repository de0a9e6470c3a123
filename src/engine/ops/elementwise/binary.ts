import { type Op, type Value, type GradientCall, defineOp } from "../../graph/graph.ts";
import { sizeOf } from "../../../base/index.ts";
import { type Expr, broadcastStrides, elementwise } from "../../kernels/index.ts";
import { unbroadcast } from "../reduction/reduceSum.ts";
import { broadcastShapes, dot, forEachIndex } from "../indexing.ts";

export interface BinaryRules {
  value(a: number, b: number): number;
  expression(a: Expr, b: Expr): Expr;
  /** Gradients of a and b at the output's shape; they are summed back over broadcast axes here. */
  gradient?(dy: Value, call: GradientCall<null>): readonly [Value, Value];
}

/** Makes the op y = f(a, b), number by number, with broadcasting. */
export function defineBinary(name: string, rules: BinaryRules): Op<null> {
  return defineOp<null>({
    name,
    infer: ([a, b]) => [{ shape: broadcastShapes(name, a!.shape, b!.shape), dtype: "f32" }],
    ...(rules.gradient && {
      gradient: (call: GradientCall<null>) => {
        const [dy] = call.gradients;
        if (!dy) return [undefined, undefined];
        const [da, db] = rules.gradient!(dy, call);
        return [unbroadcast(da, call.inputs[0]!.shape), unbroadcast(db, call.inputs[1]!.shape)];
      },
    }),
    reference: ({ inputs: [a, b], outputs: [y] }) => {
      const out = new Float64Array(sizeOf(y!.shape));
      const [pa, pb] = [a!, b!].map((x) => broadcastStrides(x.shape, y!.shape)) as [number[], number[]];
      forEachIndex(y!.shape, (index, i) => {
        out[i] = rules.value(a!.data[dot(pa, index)] as number, b!.data[dot(pb, index)] as number);
      });
      return [out];
    },
    lower: ({ inputs, outputs: [y] }) => [elementwise(name, y!, inputs, (a, b) => rules.expression(a, b))],
  });
}
