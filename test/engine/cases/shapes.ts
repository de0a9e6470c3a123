import {
  argmax,
  broadcastTo,
  concat,
  flatten,
  logSoftmax,
  oneHot,
  pad,
  reduceMax,
  reduceMean,
  reduceSum,
  reduceSumSquare,
  reshape,
  slice,
  softmax,
  transpose,
  upsampleBilinear2d,
} from "../../../src/engine/index.ts";
import { sizeOf } from "../../../src/base/index.ts";
import { type CaseBuilder, type OpCase, anyShape, awayFrom, below, fromTo, oneOf, opCase } from "./draw.ts";

/** Axes to fold and whether they stay. */
function reduction(b: CaseBuilder, rank: number): { axes: number[]; keepDims: boolean } {
  const axes = b.random
    .shuffle(Array.from({ length: rank }, (_, i) => i))
    .slice(0, fromTo(b.random, 1, rank));
  return { axes, keepDims: b.random.next() < 0.5 };
}

const anyAxis = (b: CaseBuilder, rank: number): number => fromTo(b.random, -rank, rank - 1);

export const shapeCases: readonly OpCase[] = [
  opCase("reduceSum", (b) => {
    const shape = anyShape(b.random);
    return reduceSum(b.differentiable("x", shape), reduction(b, shape.length));
  }),
  opCase("reduceSum of many rows", (b) => {
    // 5041 = 71², 5003 is prime: whole chunks, and a shorter last one.
    const rows = oneOf(b.random, [71, 71], [5003], [2, 2503]);
    const shape = [...rows, fromTo(b.random, 1, 3)];
    return reduceSum(b.differentiable("x", shape), { axes: rows.map((_, i) => i) });
  }),
  opCase("reduceSum of many rows around a kept axis", (b) =>
    reduceSum(b.differentiable("x", [67, fromTo(b.random, 1, 3), 71]), { axes: [0, 2] }),
  ),
  opCase("reduceMean", (b) => {
    const shape = anyShape(b.random);
    return reduceMean(b.differentiable("x", shape), reduction(b, shape.length));
  }),
  opCase("reduceMax", (b) => {
    const shape = anyShape(b.random);
    return reduceMax(b.distinct("x", shape), reduction(b, shape.length));
  }),
  opCase("reduceSumSquare", (b) => {
    const shape = anyShape(b.random);
    return reduceSumSquare(b.differentiable("x", shape), reduction(b, shape.length));
  }),
  opCase("argmax", (b) => {
    const shape = anyShape(b.random);
    return argmax(b.fixed("x", shape, below(4)), anyAxis(b, shape.length));
  }),
  opCase("oneHot", (b) => oneHot(b.fixed("x", anyShape(b.random), below(6)), 4)),
  opCase("broadcastTo", (b) => {
    const shape = anyShape(b.random);
    const small = shape.map((extent) => (b.random.next() < 0.5 ? 1 : extent));
    return broadcastTo(b.differentiable("x", small.slice(b.random.integer(small.length))), shape);
  }),
  opCase("reshape", (b) => {
    const shape = anyShape(b.random);
    return reshape(b.differentiable("x", shape), [1, sizeOf(shape)]);
  }),
  opCase("flatten", (b) => flatten(b.differentiable("x", [2, 3, 2, fromTo(b.random, 1, 4)]))),
  opCase("transpose", (b) => {
    const shape = anyShape(b.random);
    return transpose(b.differentiable("x", shape), b.random.shuffle(shape.map((_, i) => i)));
  }),
  opCase("slice", (b) => {
    const shape = anyShape(b.random).map((extent) => extent + 1);
    const x = b.differentiable("x", shape);
    const steps = shape.map(() => oneOf(b.random, 1, 1, 2, 3, -1, -2));
    const starts = shape.map((extent, i) => (steps[i]! > 0 ? b.random.integer(extent - 1) : extent - 1));
    const ends = shape.map((extent, i) => (steps[i]! > 0 ? extent : oneOf(b.random, 0, -extent - 1)));
    return slice(x, starts, ends, steps);
  }),
  opCase("pad", (b) => {
    const shape = anyShape(b.random);
    const some = (): number[] => shape.map(() => b.random.integer(3));
    return pad(b.differentiable("x", shape), some(), some(), 0.5);
  }),
  opCase("concat", (b) => {
    const shape = anyShape(b.random);
    const axis = anyAxis(b, shape.length);
    const names = ["a", "b", "c"].slice(0, fromTo(b.random, 1, 3));
    return concat(
      names.map((name) => b.differentiable(name, shape.with(axis, fromTo(b.random, 1, 4)))),
      axis,
    );
  }),
  opCase("upsampleBilinear2d", (b) => {
    // One pixel is every edge at once; two have no inner ones; 5x4 goes one axis after the other.
    const shape = [fromTo(b.random, 1, 3), fromTo(b.random, 1, 5), fromTo(b.random, 1, 5)];
    const x = b.differentiable("x", [...shape, oneOf(b.random, 1, 3, 8, 13)]);
    return upsampleBilinear2d(x, oneOf(b.random, [2, 2], [1, 3], [4, 1], [3, 2], [1, 1], [5, 4]));
  }),
  opCase("softmax", (b) => {
    const shape = anyShape(b.random);
    return softmax(b.differentiable("x", shape, awayFrom()), anyAxis(b, shape.length));
  }),
  opCase("logSoftmax", (b) => {
    const shape = anyShape(b.random);
    return logSoftmax(b.differentiable("x", shape, awayFrom()), anyAxis(b, shape.length));
  }),
];
