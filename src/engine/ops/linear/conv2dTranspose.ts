import { checkOptions, fault, showShape } from "../../../base/index.ts";
import { type Value, applyOne } from "../../graph/graph.ts";
import { type Padding, axes4, checkWhole } from "../window.ts";
import { inputGradientOp } from "./conv2d.ts";

/**
 * What {@link conv2dTranspose} may be told.
 * @example
 * const options: Conv2dTransposeOptions = { strides: [2, 2], padding: "same" };
 * const y = conv2dTranspose(images, parameter(graph, "filters", [3, 3, 16, 3]), options); // [1, 16, 16, 16]
 */
export interface Conv2dTransposeOptions {
  /** Pixels of the output between neighbours of x, [vertical, horizontal]. @default [1, 1] */
  readonly strides?: readonly [number, number];
  /** "valid": all that the filters reach. "same": size · stride. [[top, bottom], [left, right]]: so much less than "valid". @default "valid" */
  readonly padding?: Padding;
  /** Distance between the filter's taps. @default [1, 1] */
  readonly dilation?: readonly [number, number];
  /** Rows and columns more at the end, from 0 and below the stride, as a stride leaves the size open; see {@link conv2dTranspose}. */
  readonly outputPadding?: readonly [number, number];
}

/** One axis: x's size, and what the filters do along it. */
interface Axis {
  readonly size: number;
  readonly taps: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padding: "same" | "valid" | readonly [number, number];
  readonly more: number | undefined;
}

/** Size of the output and how much of what the filters reach is cut before its first pixel. Sizes as in Keras 3 (backend_utils.py). */
function outputAlong({ size, taps, stride, dilation, padding, more }: Axis): {
  readonly size: number;
  readonly pad: number;
} {
  const reach = (taps - 1) * dilation + 1;
  const whole = (size - 1) * stride + reach;
  if (padding === "valid") return { size: whole + (more ?? Math.max(0, stride - reach)), pad: 0 };
  if (padding !== "same") {
    const [before, after] = padding;
    return { size: whole - before - after + (more ?? 0), pad: before };
  }
  const same = more === undefined ? size * stride : (size - 1) * stride + (reach % 2) + more;
  return { size: same, pad: Math.floor(Math.max(0, whole - same) / 2) };
}

/**
 * Transposed convolution (Keras: Conv2DTranspose; PyTorch: ConvTranspose2d; "deconvolution") of x [N, H, W, C] with filters
 * [R, S, K, C] into [N, H', W', K]: the gradient of {@link conv2d} with these filters to its input, and so its inverse in shape.
 * H' is H · stride for "same" and (H - 1) · stride + max((R - 1) · dilation + 1, stride) for "valid". With `outputPadding` p it is
 * (H - 1) · stride + p and the filter's reach, which counts for "same" as 1 where it is odd and 0 where it is even.
 * @example
 * const filters = parameter(graph, "filters", [2, 2, 16, 3]);
 * const y = conv2dTranspose(images, filters, { strides: [2, 2] }); // [1, 16, 16, 16]
 */
export function conv2dTranspose(x: Value, filters: Value, options: Conv2dTransposeOptions = {}): Value {
  const known = { strides: true, padding: true, dilation: true, outputPadding: true } as const;
  checkOptions("conv2dTranspose", options, known);
  const { strides = [1, 1], padding = "valid", dilation = [1, 1], outputPadding } = options;
  const [n, height, width, channels] = axes4("conv2dTranspose: x", "[N, H, W, C]", x);
  const [filterHeight, filterWidth, count, depth] = axes4(
    "conv2dTranspose: filters",
    "[R, S, K, C]",
    filters,
  );
  checkWhole("conv2dTranspose: filters", [filterHeight, filterWidth, count], 1);
  if (depth !== channels) {
    throw fault("conv2dTranspose: filters", {
      expected: `${channels} channels on the last axis, those of x`,
      received: showShape(filters.shape),
    });
  }
  checkWhole("conv2dTranspose: strides", strides, 1);
  checkWhole("conv2dTranspose: dilation", dilation, 1);
  if (typeof padding !== "string") checkWhole("conv2dTranspose: padding", padding.flat());
  checkOutputPadding(outputPadding, strides);
  const along = (axis: 0 | 1, size: number, taps: number): Axis => ({
    size,
    taps,
    stride: strides[axis],
    dilation: dilation[axis],
    padding: typeof padding === "string" ? padding : padding[axis],
    more: outputPadding?.[axis],
  });
  const rows = outputAlong(along(0, height, filterHeight));
  const columns = outputAlong(along(1, width, filterWidth));
  if (rows.size < 1 || columns.size < 1) {
    throw fault("conv2dTranspose: padding", {
      expected: "padding that leaves at least one row and one column",
      received: `an output of ${rows.size}x${columns.size}`,
    });
  }
  return applyOne(inputGradientOp, [x, filters], {
    n,
    height: rows.size,
    width: columns.size,
    channels: count,
    filterHeight,
    filterWidth,
    filters: channels,
    outHeight: height,
    outWidth: width,
    strides,
    dilation,
    groups: 1,
    padTop: rows.pad,
    padLeft: columns.pad,
  });
}

/** @throws unless both are whole numbers from 0 and below the strides */
function checkOutputPadding(
  outputPadding: readonly [number, number] | undefined,
  strides: readonly [number, number],
): void {
  if (!outputPadding) return;
  checkWhole("conv2dTranspose: outputPadding", outputPadding, 0);
  if (outputPadding[0] < strides[0] && outputPadding[1] < strides[1]) return;
  throw fault("conv2dTranspose: outputPadding", {
    expected: `less than the strides, ${showShape(strides)}`,
    received: showShape(outputPadding),
  });
}
