import { fault, checkOptions } from "../../../base/index.ts";
import type { Value } from "../../graph/graph.ts";
import type { ArrayType, Guard } from "../../kernels/index.ts";
import { type Padding, type Slide, axes4, checkWhole, windowsOver } from "../window.ts";

/**
 * What both kinds of pooling may be told.
 * @example
 * const options: PoolOptions = { poolSize: [3, 3], strides: [2, 2], padding: "same" };
 * const y = maxPool2d(images, options); // [1, 4, 4, 3]
 */
export interface PoolOptions {
  /** Pixels of a window, [vertical, horizontal]. @default [2, 2] */
  readonly poolSize?: readonly [number, number];
  /** Pixels between windows, [vertical, horizontal]. @default poolSize */
  readonly strides?: readonly [number, number];
  /** "same" pads the edges so that stride 1 keeps the size. @default "valid" */
  readonly padding?: Padding;
  /** Distance between the pixels of a window. @default [1, 1] */
  readonly dilation?: readonly [number, number];
}

/** What {@link PoolOptions} holds. */
export const poolOptions = { poolSize: true, strides: true, padding: true, dilation: true } as const;

/** N images of H×W pixels and C channels; windows of R×S; H'×W' windows. */
export interface PoolGeometry {
  readonly n: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly poolSize: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly outHeight: number;
  readonly outWidth: number;
  readonly padTop: number;
  readonly padLeft: number;
}

/** Whether every window along one axis has a pixel of the image under one of its taps; the work is that of the padding. */
function allSeePixels(
  { size, window, stride, dilation }: Slide,
  { count, before }: { readonly count: number; readonly before: number },
): boolean {
  const sees = (start: number): boolean => {
    const tap = start < 0 ? Math.ceil(-start / dilation) : 0;
    return tap < window && start + tap * dilation < size;
  };
  // Of the windows that begin within or after the image, the last is the only one that may lie behind it.
  for (let i = 0; i < count && i * stride < before; i++) if (!sees(i * stride - before)) return false;
  return sees((count - 1) * stride - before);
}

/** Works out where the windows lie. @throws when x is not [N, H, W, C], no window fits or one lies in the padding alone. */
export function poolGeometry(who: string, x: Value, options: PoolOptions): PoolGeometry {
  checkOptions(who, options, poolOptions);
  const { poolSize = [2, 2], padding = "valid", dilation = [1, 1] } = options;
  const strides = options.strides ?? poolSize;
  const [n, height, width, channels] = axes4(`${who}: x`, "[N, H, W, C]", x);
  checkWhole(`${who}: poolSize`, poolSize, 1);
  const vertical = { size: height, window: poolSize[0], stride: strides[0], dilation: dilation[0] };
  const horizontal = { size: width, window: poolSize[1], stride: strides[1], dilation: dilation[1] };
  const windows = windowsOver(who, vertical, horizontal, padding);
  // The maximum of no pixel is -Infinity and their mean is NaN: neither is an answer.
  if (
    !allSeePixels(vertical, { count: windows.outHeight, before: windows.padTop }) ||
    !allSeePixels(horizontal, { count: windows.outWidth, before: windows.padLeft })
  ) {
    throw fault(`${who}: padding`, {
      expected: "a pixel under every window",
      received: "a window that lies in the padding alone",
      fix: "use less padding or dilation",
    });
  }
  return { n, height, width, channels, poolSize, strides, dilation, ...windows };
}

export const pooledType = (g: PoolGeometry): ArrayType => ({
  shape: [g.n, g.outHeight, g.outWidth, g.channels],
  dtype: "f32",
});
export const unpooledType = (g: PoolGeometry): ArrayType => ({
  shape: [g.n, g.height, g.width, g.channels],
  dtype: "f32",
});

/** The guards of loops n oy ox c | r s: the row and column of x under the window. */
export const windowGuards = (g: PoolGeometry): readonly Guard[] => [
  { strides: [0, g.strides[0], 0, 0, g.dilation[0], 0], offset: -g.padTop, divisor: 1, limit: g.height },
  { strides: [0, 0, g.strides[1], 0, 0, g.dilation[1]], offset: -g.padLeft, divisor: 1, limit: g.width },
];

/** The guards of loops n y x c | r s: the window that has (y, x) under its tap (r, s). */
export const scatterGuards = (g: PoolGeometry): readonly Guard[] => [
  { strides: [0, 1, 0, 0, -g.dilation[0], 0], offset: g.padTop, divisor: g.strides[0], limit: g.outHeight },
  { strides: [0, 0, 1, 0, 0, -g.dilation[1]], offset: g.padLeft, divisor: g.strides[1], limit: g.outWidth },
];

/** Strides of x under {@link windowGuards}. */
export const windowStrides = (g: PoolGeometry): readonly number[] => [
  g.height * g.width * g.channels,
  0,
  0,
  1,
  0,
  0,
  g.width * g.channels,
  g.channels,
];

/** Strides of y under {@link scatterGuards}. */
export const scatterStrides = (g: PoolGeometry): readonly number[] => [
  g.outHeight * g.outWidth * g.channels,
  0,
  0,
  1,
  0,
  0,
  g.outWidth * g.channels,
  g.channels,
];

/** Calls `tap` for every pixel of every window, rows first, with flat indices of the pixel and the window, and the tap's number. */
export function forEachWindowTap(g: PoolGeometry, tap: (x: number, y: number, number: number) => void): void {
  for (let n = 0; n < g.n; n++)
    for (let oy = 0; oy < g.outHeight; oy++)
      for (let ox = 0; ox < g.outWidth; ox++)
        for (let r = 0; r < g.poolSize[0]; r++)
          for (let s = 0; s < g.poolSize[1]; s++) {
            const iy = oy * g.strides[0] + r * g.dilation[0] - g.padTop;
            const ix = ox * g.strides[1] + s * g.dilation[1] - g.padLeft;
            if (iy < 0 || iy >= g.height || ix < 0 || ix >= g.width) continue;
            const x = ((n * g.height + iy) * g.width + ix) * g.channels;
            const y = ((n * g.outHeight + oy) * g.outWidth + ox) * g.channels;
            for (let c = 0; c < g.channels; c++) tap(x + c, y + c, r * g.poolSize[1] + s);
          }
}
