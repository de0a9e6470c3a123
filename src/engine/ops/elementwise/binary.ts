import { mapTuple, sizeOf } from "../../../base/index.ts";
import { type GradientCall, type Op, type Value, defineOp } from "../../graph/graph.ts";
import { type Expr, broadcastStrides, elementwise } from "../../kernels/index.ts";
import { broadcastShapes, dot, forEachIndex } from "../indexing.ts";
import { unbroadcast } from "../reduction/reduceSum.ts";

export interface BinaryRules {
  readonly value: (a: number, b: number) => number;
  readonly expression: (a: Expr, b: Expr) => Expr;
  /** Gradients of a and b at the output's shape; they are summed back over broadcast axes here. */
  readonly gradient?: (dy: Value, call: GradientCall<null, 2>) => readonly [Value, Value];
}

/** Makes the op y = f(a, b), number by number, with broadcasting. */
export function defineBinary(name: string, { value, expression, gradient }: BinaryRules): Op<null, 2> {
  return defineOp<null, 2>({
    name,
    infer: ([a, b]) => [{ shape: broadcastShapes(name, a.shape, b.shape), dtype: "f32" }],
    ...(gradient && {
      gradient: (call: GradientCall<null, 2>) => {
        const [da, db] = gradient(call.gradients[0], call);
        const [a, b] = call.inputs;
        return [unbroadcast(da, a.shape), unbroadcast(db, b.shape)];
      },
    }),
    reference: ({ inputs, outputs: [y] }) => {
      const out = new Float64Array(sizeOf(y.shape));
      const [a, b] = mapTuple(inputs, ({ data, shape }) => {
        const strides = broadcastStrides(shape, y.shape);
        return (index: readonly number[]) => data[dot(strides, index)] ?? 0;
      });
      forEachIndex(y.shape, (index, i) => {
        out[i] = value(a(index), b(index));
      });
      return [out];
    },
    lower: ({ inputs, outputs: [y] }) => [elementwise(name, y, inputs, expression)],
  });
}
