import {
  type Conv2dOptions,
  type Conv2dTransposeOptions,
  type Value,
  add,
  clip,
  conv2d,
  conv2dTranspose,
  maxPool2d,
  relu,
} from "../../../../src/engine/index.ts";
import { normal, opCase } from "../../cases/draw.ts";
import type { OpCase } from "../../cases.ts";
import type { Family } from "./family.ts";

/** [N, H, W, C] */
type Images = readonly [number, number, number, number];

interface Sized {
  /** Of the filters. @default [3, 3] */
  readonly size?: readonly [number, number];
}

interface Convolved extends Conv2dOptions, Sized {
  /** Bias, relu and 2x2 pooling on the way out. */
  readonly epilogue?: (y: Value, bias: Value) => Value;
  readonly ending?: string;
}

function convolution(images: Images, filters: number, options: Convolved = {}): OpCase {
  const { size = [3, 3], epilogue, ending = "", ...rest } = options;
  const { groups = 1 } = rest;
  const details = [
    ...(size.join() === "3,3" ? [] : [`of ${size.join("x")}`]),
    ...Object.entries(rest).map(([name, value]) => `${name} ${JSON.stringify(value)}`),
    ...(ending === "" ? [] : [ending]),
  ];
  return opCase([`[${images.join()}] by ${filters} filters`, ...details].join(", "), (b) => {
    const x = b.differentiable("x", images);
    const y = conv2d(x, b.differentiable("w", [...size, images[3] / groups, filters]), {
      padding: "same",
      ...rest,
    });
    return epilogue ? epilogue(y, b.differentiable("bias", [filters])) : y;
  });
}

const biased = { ending: "bias and relu", epilogue: (y: Value, bias: Value) => relu(add(y, bias)) };
const pooled = {
  ending: "bias, relu and pooling",
  epilogue: (y: Value, bias: Value) => maxPool2d(relu(add(y, bias)), { padding: "valid" }),
};

const direct: Family = {
  name: "direct convolutions",
  algorithm: "direct",
  kernels: ["direct", "directFilter"],
  cases: [
    convolution([1, 1, 1, 1], 1),
    convolution([1, 1, 7, 3], 5),
    convolution([1, 7, 1, 5], 3),
    convolution([3, 5, 7, 2], 9, biased),
    convolution([1, 5, 3, 7], 17),
    convolution([2, 5, 5, 4], 4, { size: [1, 1] }),
    convolution([1, 5, 7, 3], 6, { size: [5, 1], padding: "valid" }),
    convolution([1, 3, 3, 3], 5, { size: [3, 3], padding: "valid" }),
    convolution([2, 7, 7, 1], 3, { dilation: [2, 1] }),
    convolution([1, 7, 9, 3], 7, { size: [2, 3], dilation: [1, 3], padding: "valid" }),
    convolution([1, 5, 6, 2], 3, {
      padding: [
        [0, 3],
        [2, 1],
      ],
    }),
    // Sixteen images are that many chunks of the filter gradient.
    convolution([17, 3, 3, 1], 5),
  ],
};

/** A transposed convolution from these images, with bias and relu. */
const upwards = (images: Images, filters: number, options: Conv2dTransposeOptions & Sized): OpCase => {
  const { size = [3, 3], ...rest } = options;
  return opCase(`from [${images.join()}] up to ${filters} filters, ${JSON.stringify(options)}`, (b) => {
    const w = b.differentiable("w", [...size, filters, images[3]]);
    const y = conv2dTranspose(b.differentiable("x", images), w, { padding: "same", ...rest });
    return biased.epilogue(y, b.differentiable("bias", [filters]));
  });
};

/** Input gradients of strides, phase by phase: whole, odd and missing phases, and taps that fall out of step with the stride. */
const transposed: Family = {
  name: "convolutions with strides",
  algorithm: "direct",
  kernels: ["direct", "transposed", "directFilter"],
  cases: [
    convolution([1, 7, 5, 3], 5, { strides: [2, 3] }),
    convolution([2, 8, 8, 9], 4, { strides: [2, 2], ...biased }),
    convolution([1, 7, 9, 17], 3, { strides: [2, 2], size: [1, 1] }),
    convolution([1, 9, 8, 4], 6, { strides: [4, 4], size: [2, 3], padding: "valid" }),
    convolution([1, 6, 7, 5], 3, { strides: [1, 2], size: [5, 4] }),
    convolution([1, 9, 11, 2], 3, { strides: [3, 2], dilation: [2, 2] }),
    convolution([1, 8, 9, 2], 3, {
      strides: [2, 3],
      padding: [
        [0, 3],
        [2, -1],
      ],
    }),
    upwards([2, 5, 3, 4], 9, { strides: [2, 2] }),
    upwards([1, 3, 4, 3], 17, { strides: [3, 2], size: [2, 2], padding: "valid", outputPadding: [2, 1] }),
  ],
};

/** A first layer: no gradient flows to its images, so that of its filters reads the pooled gradient itself. */
const firstLayer = (images: Images, filters: number, options: Conv2dOptions = {}): OpCase =>
  opCase(`first layer, [${images.join()}] by ${filters} filters ${JSON.stringify(options)}`, (b) => {
    const w = b.differentiable("w", [3, 3, images[3], filters]);
    const y = conv2d(b.fixed("x", images, normal), w, { padding: "same", ...options });
    return pooled.epilogue(y, b.differentiable("bias", [filters]));
  });

const directPooled: Family = {
  name: "direct convolutions that pool on the way out",
  algorithm: "direct",
  kernels: ["direct", "directFilter"],
  cases: [
    convolution([1, 2, 2, 1], 1, pooled),
    convolution([1, 5, 7, 3], 5, pooled),
    convolution([2, 4, 6, 2], 8, pooled),
    convolution([3, 6, 4, 5], 12, pooled),
    convolution([1, 9, 3, 3], 17, pooled),
    firstLayer([1, 2, 2, 1], 4),
    firstLayer([3, 6, 10, 3], 12),
    firstLayer([2, 4, 8, 5], 8, { dilation: [1, 2] }),
  ],
};

const winograd = ([size, kernels]: readonly ["4x4" | "2x2", Family["kernels"]]): readonly Family[] => [
  {
    name: `convolutions in the domain of F(${size})`,
    algorithm: `Winograd F(${size})`,
    kernels,
    cases: [
      convolution([1, 1, 1, 4], 4),
      convolution([1, 3, 3, 4], 12, { padding: "valid" }),
      convolution([3, 7, 5, 4], 20, biased),
      convolution([1, 13, 3, 28], 12),
      upwards([1, 6, 5, 8], 4, {}),
    ],
  },
  {
    name: `convolutions in the domain of F(${size}) that pool on the way out`,
    algorithm: `Winograd F(${size})`,
    kernels,
    cases: [convolution([1, 7, 5, 4], 12, pooled), convolution([2, 8, 4, 12], 8, pooled)],
  },
];

/** Every direction of a convolution whose channels and filters are whole vectors. */
const inWinograd = ["winogradFilters", "winograd", "winogradFilterSums", "winogradFilterGradient"] as const;

const depthwise: Family = {
  name: "depthwise convolutions",
  algorithm: "vectors of channels",
  kernels: ["depthwiseRows", "depthwiseSums"],
  cases: [
    convolution([1, 1, 1, 4], 4, { groups: 4 }),
    convolution([1, 1, 7, 12], 12, { groups: 12 }),
    convolution([1, 7, 1, 4], 4, { groups: 4 }),
    convolution([3, 13, 5, 4], 4, { groups: 4, ...biased }),
    convolution([1, 7, 7, 20], 20, { groups: 20, strides: [2, 2] }),
    convolution([2, 5, 3, 4], 4, { groups: 4, strides: [1, 2], padding: "valid" }),
    convolution([1, 11, 6, 8], 8, { groups: 8, size: [2, 5] }),
    convolution([1, 6, 7, 4], 4, { groups: 4, size: [1, 1] }),
    convolution([5, 9, 4, 4], 4, {
      groups: 4,
      ending: "clipped",
      epilogue: (y, bias) => clip(add(y, bias), -1, 2),
    }),
    convolution([1, 8, 7, 4], 4, {
      groups: 4,
      strides: [2, 1],
      padding: [
        [2, 0],
        [0, 2],
      ],
    }),
  ],
};

const depthwiseNests: Family = {
  name: "depthwise convolutions of channels that fill no vector",
  kernels: ["nest"],
  cases: [1, 3, 5, 7].map((channels) => convolution([1, 5, 3, channels], channels, { groups: channels })),
};

export const convolutionFamilies: readonly Family[] = [
  direct,
  directPooled,
  transposed,
  ...winograd(["4x4", inWinograd]),
  ...winograd(["2x2", inWinograd]),
  depthwise,
  depthwiseNests,
];
