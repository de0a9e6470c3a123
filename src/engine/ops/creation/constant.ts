import { type Shape, fault, int32At, mixBits, showShape, sizeOf } from "../../../base/index.ts";
import { type Graph, type Value, checkShape, declareConstant } from "../../graph/graph.ts";

/** 64 bits of the numbers' bits and count, as 16 hex digits. */
function hashOf(numbers: Float32Array): string {
  let [low, high] = [numbers.length, ~numbers.length];
  // 32-bit whole numbers throughout: anything wider is forty times slower (Node 20, 10 million numbers).
  const words = new Int32Array(numbers.buffer);
  for (let i = 0; i < words.length; i++) {
    const word = int32At(words, i);
    low = Math.imul(low ^ word, 0x9e3779b1);
    low ^= low >>> 15;
    high = Math.imul(high ^ word, 0x85ebca77);
    high ^= high >>> 13;
  }
  return [high, low].map((half) => mixBits(half).toString(16).padStart(8, "0")).join("");
}

/**
 * Numbers that are the same in every run: a fixed filter, a table. A graph keeps a copy, rounded to float32; what the caller does to
 * `array` afterwards changes nothing. Equal numbers stand in a session's memory once, whichever of its programs hold them, and what
 * follows from them alone is computed once. No gradient flows to them, and `update` refuses them.
 * @param array row-major, as many numbers as `shape` has elements; NaN and infinities too
 * @throws FoveaError when array and shape do not fit
 * @example
 * const blur = constant(graph, new Float32Array(9).fill(1 / 9), [3, 3, 1, 1]); // [3, 3, 1, 1]
 * const y = conv2d(input(graph, "grey", [1, 8, 8, 1]), blur, { padding: "same" }); // [1, 8, 8, 1]
 */
export function constant(graph: Graph, array: ArrayLike<number>, shape: Shape): Value {
  checkShape("constant: shape", shape);
  if (array.length !== sizeOf(shape)) {
    throw fault("constant: array", {
      expected: `${sizeOf(shape)} numbers for shape ${showShape(shape)}`,
      received: `${array.length}`,
    });
  }
  const numbers = new Float32Array(array);
  return declareConstant(graph, { numbers, name: hashOf(numbers) }, shape);
}
