import { describe, expect, test } from "vitest";
import {
  type Value,
  conv2d,
  elu,
  maxPool2d,
  pad,
  relu,
  relu6,
  runReference,
  sigmoid,
} from "../../../src/engine/index.ts";
import { seeded, sizeOf } from "../../../src/base/index.ts";
import { expectSlopes, inputs } from "./holds.ts";

// Zeros that `pad` puts around images become the padding of the windows behind them: no copy with edges is made.

type Edges = readonly [readonly [number, number], readonly [number, number]];

const zeros = (x: Value, [[top, bottom], [left, right]]: Edges): Value =>
  pad(x, [0, top, left, 0], [0, bottom, right, 0]);

/** Names of the ops between a value and the inputs of its graph. */
const opsBehind = (y: Value): readonly string[] =>
  y.producer ? [...y.producer.inputs.flatMap(opsBehind), y.producer.op.name] : [];

const numbers = (y: Value, shapes: readonly (readonly number[])[]): ArrayLike<number> => {
  const random = seeded(3);
  const drawn = shapes.map((shape, i) => [
    `x${i}`,
    Array.from({ length: sizeOf(shape) }, () => random.normal()),
  ]);
  return runReference({ graph: y.graph, outputs: { y } }, Object.fromEntries(drawn)).outputs["y"]!;
};

const edges: Edges = [
  [1, 0],
  [2, 1],
];

describe("zeros before a convolution", () => {
  const shapes = [
    [2, 5, 6, 3],
    [3, 3, 3, 4],
  ] as const;

  test("are its padding, added to its own, and the sums stay", () => {
    const padding = [[0, 1], [0, 0]] as const; // prettier-ignore
    const [x, w] = inputs(...shapes) as [Value, Value];
    const folded = conv2d(zeros(x, edges), w, { strides: [2, 2], padding });
    expect(opsBehind(folded)).toEqual(["conv2d"]);
    // Through a factor of 1 the zeros are kept as an array of their own.
    const [x0, w0] = inputs(...shapes) as [Value, Value];
    const kept = conv2d(relu(zeros(relu(x0), edges)), w0, { strides: [2, 2], padding });
    const [x1, w1] = inputs(...shapes) as [Value, Value];
    const same = conv2d(zeros(relu(x1), edges), w1, { strides: [2, 2], padding });
    expect(opsBehind(kept)).toContain("place");
    expect(numbers(same, shapes)).toEqual(numbers(kept, shapes));
  });

  test("stay where the convolution pads by the size of what it gets", () => {
    const [x, w] = inputs(...shapes) as [Value, Value];
    expect(opsBehind(conv2d(zeros(x, edges), w, { padding: "same" }))).toEqual(["place", "conv2d"]);
  });

  test("stay where they are no zeros, or lie between images or channels", () => {
    const [x, w] = inputs(...shapes) as [Value, Value];
    expect(opsBehind(conv2d(pad(x, [0, 1, 1, 0], [0, 1, 1, 0], 2), w))).toContain("place");
    expect(opsBehind(conv2d(pad(x, [1, 1, 1, 0], [0, 1, 1, 0]), w))).toContain("place");
  });

  test("let gradients through as before", () => {
    expectSlopes((b) =>
      conv2d(zeros(b.differentiable("x", [1, 4, 5, 2]), edges), b.differentiable("w", [3, 3, 2, 3]), {
        strides: [2, 2],
      }),
    );
  });
});

describe("zeros before a maximum", () => {
  const shapes = [[2, 5, 5, 3]] as const;
  const windows = { poolSize: [3, 3], strides: [2, 2] } as const;
  const around: Edges = [
    [1, 1],
    [1, 1],
  ];

  test.each([
    ["relu", relu],
    ["relu6", relu6],
  ])("of what %s gives are its padding, and the maxima stay", (name, activation) => {
    const [x] = inputs(...shapes) as [Value];
    const folded = maxPool2d(zeros(activation(x), around), windows);
    expect(opsBehind(folded)).toEqual(["maxPool2d", name === "relu" ? "relu" : "clip"]);
    const [x0] = inputs(...shapes) as [Value];
    // The zeros come before the activation, so that they stay.
    const kept = maxPool2d(activation(zeros(x0, around)), windows);
    expect(opsBehind(kept)).toContain("place");
    expect(numbers(folded, shapes)).toEqual(numbers(kept, shapes));
  });

  test.each([
    ["numbers that may be below 0", (x: Value) => x],
    ["an activation that goes below 0", (x: Value) => elu(x)],
    ["an activation that is not known to keep maxima", sigmoid],
  ])("of %s stay", (_, make) => {
    const [x] = inputs(...shapes) as [Value];
    expect(opsBehind(maxPool2d(zeros(make(x), around), windows))).toContain("place");
  });

  test("stay where a window would see nothing else", () => {
    const [x] = inputs(...shapes) as [Value];
    const wide: Edges = [
      [3, 0],
      [0, 0],
    ];
    expect(opsBehind(maxPool2d(zeros(relu(x), wide), windows))).toContain("place");
  });
});
