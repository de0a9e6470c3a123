import {
  add,
  argmax,
  averagePool2d,
  batchNorm,
  concat,
  conv2d,
  dropout,
  exp,
  log,
  maxPool2d,
  maxPool2dWithPositions,
  multiply,
  pad,
  reduceMax,
  reduceMean,
  reduceSum,
  reduceSumSquare,
  sigmoid,
  slice,
  softmaxCrossEntropy,
  sqrt,
  transpose,
} from "../../../../src/engine/index.ts";
import { awayFrom, below, between, opCase } from "../../cases/draw.ts";
import type { Family } from "./family.ts";

/** One element; tails of 1 to 3 after no vector, one and two; rows long enough to be cut by columns. */
const shapes = [[1], [3], [5], [8], [9], [13], [5, 1], [3, 7], [7, 4], [2, 3, 5], [3, 1031]];

const elementwise: Family = {
  name: "nests, element by element",
  kernels: ["nest"],
  cases: [
    ...shapes.map((shape) =>
      opCase(`x · sigmoid(y) of [${shape.join()}]`, (b) =>
        multiply(b.differentiable("x", shape), sigmoid(b.differentiable("y", shape))),
      ),
    ),
    ...(
      [
        [[5], []],
        [[3, 7], [7]],
        [
          [7, 3],
          [7, 1],
        ],
        [
          [1, 13],
          [11, 1],
        ],
        [
          [5, 1, 4],
          [1, 3, 4],
        ],
      ] as const
    ).map(([first, second]) =>
      opCase(`[${first.join()}] + [${second.join()}]`, (b) =>
        add(b.differentiable("x", first), b.differentiable("y", second)),
      ),
    ),
    opCase("exp, log and sqrt of one element", (b) =>
      add(exp(b.differentiable("x", [1])), log(sqrt(b.differentiable("y", [1], between(0.5, 3))))),
    ),
    opCase("neighbours that lie apart in memory", (b) =>
      multiply(transpose(b.differentiable("x", [7, 5])), b.differentiable("y", [5, 7])),
    ),
    // More rows than tasks, and axes between the tasks' and the last.
    opCase("a broadcast over 70 rows of 2x3 columns", (b) =>
      add(b.differentiable("x", [70, 2, 3]), b.differentiable("y", [70, 1, 3])),
    ),
    opCase("a slice between zeros", (b) =>
      pad(slice(b.differentiable("x", [5, 7]), [1, 2], [4, 5]), [2, 1], [1, 3]),
    ),
    opCase("parts of 1, 4 and 6 columns side by side", (b) =>
      concat(
        [1, 4, 6].map((width) => b.differentiable(`x${width}`, [3, width])),
        1,
      ),
    ),
  ],
};

const reductions: Family = {
  name: "nests that reduce",
  kernels: ["nest"],
  cases: [
    ...[[1], [3], [7], [1, 5], [5, 1], [7, 3], [3, 5, 7], [67, 4]].map((shape) =>
      opCase(`a sum over all of [${shape.join()}]`, (b) => reduceSum(b.differentiable("x", shape))),
    ),
    ...[0, 1, 2].map((axis) =>
      opCase(`a maximum over axis ${axis} of [3, 5, 7]`, (b) =>
        reduceMax(b.distinct("x", [3, 5, 7]), { axes: [axis] }),
      ),
    ),
    ...[1, 2, 5].map((count) => opCase(`argmax of ${count}`, (b) => argmax(b.distinct("x", [3, count]), 1))),
    opCase("a mean and a sum of squares over the middle", (b) => {
      const x = b.differentiable("x", [3, 11, 5]);
      return add(reduceMean(x, { axes: [1] }), reduceSumSquare(x, { axes: [1] }));
    }),
    // 7 rows are too few for the sweep over side-by-side columns, 6 columns are no whole vectors.
    ...[
      [7, 12],
      [8, 6],
      [8, 8],
      [9, 12],
      [131, 20],
    ].map(([rows = 0, columns = 0]) =>
      opCase(`a sum over ${rows} rows of ${columns} columns, several times`, (b) =>
        reduceSum(b.differentiable("x", [3, rows, columns]), { axes: [1] }),
      ),
    ),
    ...[1, 3, 8, 13].map((channels) =>
      opCase(`batch norm of 5 rows and ${channels} channels`, (b) => {
        const x = b.differentiable("x", [5, channels], awayFrom());
        const gamma = b.differentiable("gamma", [channels]);
        const [y, mean, variance] = batchNorm(x, { gamma, beta: b.differentiable("beta", [channels]) });
        return { y, mean, variance };
      }),
    ),
    ...[1, 2, 5].map((classes) =>
      opCase(`cross-entropy of one example and ${classes} classes`, (b) =>
        softmaxCrossEntropy(
          b.differentiable("x", [1, classes], awayFrom()),
          b.fixed("labels", [1], below(classes)),
        ),
      ),
    ),
  ],
};

const windows: Family = {
  name: "nests behind guards",
  kernels: ["nest"],
  cases: [
    ...[1, 3, 4, 7].flatMap((channels) => [
      opCase(`maxima and their positions, ${channels} channels`, (b) => {
        const [y, positions] = maxPool2dWithPositions(b.distinct("x", [1, 5, 7, channels]));
        return { y, positions };
      }),
      opCase(`means over windows that hang over the edge, ${channels} channels`, (b) =>
        averagePool2d(b.differentiable("x", [1, 5, 3, channels]), {
          poolSize: [3, 2],
          strides: [2, 1],
          padding: "same",
        }),
      ),
    ]),
    opCase("maxima of one pixel", (b) =>
      maxPool2d(b.distinct("x", [1, 1, 1, 3]), { poolSize: [3, 3], strides: [2, 2], padding: "same" }),
    ),
    opCase("convolution in groups of one and of three channels", (b) => {
      const y = conv2d(b.differentiable("x", [1, 5, 3, 6]), b.differentiable("w", [3, 3, 3, 4]), {
        groups: 2,
        padding: "same",
      });
      return conv2d(y, b.differentiable("v", [2, 2, 1, 4]), { groups: 4 });
    }),
  ],
};

const random: Family = {
  name: "nests that draw numbers",
  kernels: ["nest"],
  cases: [[1], [3], [13], [3, 7], [2, 1031]].map((shape) =>
    opCase(`dropout of [${shape.join()}]`, (b) =>
      dropout(b.differentiable("x", shape), b.fixed("seed", [], below(2 ** 24)), { rate: 0.3, salt: 7 }),
    ),
  ),
};

export const nestFamilies: readonly Family[] = [elementwise, reductions, windows, random];
