import { type I32, type I32Local, type V128, elementAt, f32x4, i32, v128 } from "../../../../simd/index.ts";
import {
  type WinogradFilterGradient,
  type WinogradFilters,
  positionStride,
  positionsOf,
  tileInputs,
} from "../../../kernels/index.ts";
import { type EmitOptions, type EmittedKernel, type KernelFunction, kernelFunction } from "../kernel.ts";
import { emitColumns } from "../tile.ts";
import { emitTransform, transform2d, vectorsAtOnce, winogradTransforms } from "./transforms.ts";

/** Channels of a task: a cache line of flipped filters. */
const RUN = 16;

interface Context extends KernelFunction {
  readonly kernel: WinogradFilters;
  /** Where the next results go, and outputs of the task. */
  readonly target: I32Local;
  readonly count: I32Local;
  /** Channels of the task. */
  readonly first: I32Local;
  readonly past: I32Local;
}

/**
 * One task: some channels of all outputs, so that filters are read as they lie; of flipped ones, a panel of outputs. Either
 * way a cache line of results is written at once.
 */
export function emitWinogradFilters(kernel: WinogradFilters, options: EmitOptions): EmittedKernel {
  const { channels, outputs, flipped, panel } = kernel;
  const k = kernelFunction(options);
  const { f, addressOf } = k;
  const runs = Math.ceil(channels / RUN);
  const first = f.keep(i32.mul(i32.remU(k.task, runs), RUN));
  const past = f.keepMin(i32.add(first, RUN), channels);
  const group = flipped ? panel : outputs;
  const output = f.keep(i32.mul(i32.divU(k.task, runs), group));
  const count = f.keepMin(i32.sub(outputs, output), group);
  const entry = (row: I32, width: number, column: I32): I32 => i32.add(i32.mul(row, width), column);
  const place = entry(output, channels, i32.mul(first, panel));
  const target = f.keep(elementAt(addressOf(kernel.transformed), place));
  const element = flipped ? entry(output, channels, first) : entry(first, outputs, output);
  const source = f.keep(elementAt(addressOf(kernel.filters), element));
  const context: Context = { ...k, kernel, target, count, first, past };
  if (flipped) emitFlipped(context, source);
  else emitChannels(context, { source, step: outputs * 4, stride: channels * outputs * 4, flipped });
  const scratch = flipped ? 9 * RUN * panel * 4 : 0;
  return { function: f, tasks: Math.ceil(outputs / group) * runs, scratch };
}

interface Taps {
  /** The first tap of the first channel. */
  readonly source: I32Local;
  /** Bytes between channels, and between taps. */
  readonly step: number;
  readonly stride: number;
  readonly flipped: boolean;
}

/** Taps of channels first..past, their outputs side by side, to the positions. */
function emitChannels(context: Context, { source, step, stride, flipped }: Taps): void {
  const { f, kernel, target, count, first, past } = context;
  const { channels, outputs, panel, size } = kernel;
  const between = positionStride(Math.ceil(outputs / panel) * panel * channels) * 4;
  const vectors = vectorsAtOnce(panel, outputs);
  const matrix = winogradTransforms[size].filter;
  const [channel, output, from, to, panelAt, lane, lanes] = f.locals("i32", 7);
  f.loop({ index: channel, from: first, to: past }, () => {
    f.set(from, source);
    f.set(panelAt, target);
    f.loop({ index: output, to: count, step: panel }, () => {
      f.set(to, panelAt);
      f.setMin(lanes, i32.sub(count, output), panel);
      f.loop({ index: lane, to: lanes, step: 4 * vectors }, () => {
        emitTransform(context, { matrix, vectors, target: to, stride: between }, (r, s, n) =>
          v128.load(from, (flipped ? 8 - r * 3 - s : r * 3 + s) * stride + n * 16),
        );
        for (const pointer of [from, to]) f.advance(pointer, 16 * vectors);
      });
      f.advance(panelAt, channels * panel * 4);
    });
    f.advance(source, step);
    f.advance(target, panel * 4);
  });
}

/** Stored filters [3, 3, outputs, channels], first brought to [tap][channel][outputs of the panel]. */
function emitFlipped(context: Context, source: I32Local): void {
  const { f, kernel, scratch, count, first, past } = context;
  const { channels, outputs, panel } = kernel;
  const [row, to] = f.locals("i32", 2);
  const room = f.keep(scratch);
  const [output, channel, from] = f.locals("i32", 3);
  const load = (j: number): V128 => v128.load(from, j * channels * 4);
  f.repeat(9, () => {
    f.set(row, source);
    f.loop({ index: output, to: count, step: 4 }, () => {
      f.set(from, row);
      f.set(to, elementAt(room, output));
      f.loop({ index: channel, from: first, to: past, step: 4 }, () => {
        const columns = emitColumns(f, [load(0), load(1), load(2), load(3)]);
        for (const [i, column] of columns.entries()) f.store(to, column, i * panel * 4);
        f.advance(from, 16);
        f.advance(to, 4 * panel * 4);
      });
      f.advance(row, 4 * channels * 4);
    });
    f.advance(source, outputs * channels * 4);
    f.advance(room, RUN * panel * 4);
  });
  f.set(room, scratch);
  emitChannels(context, { source: room, step: panel * 4, stride: RUN * panel * 4, flipped: true });
}

/** One task: one channel of dw, four filters at a time; chunks are added in order, then transformed back into taps. */
export function emitWinogradFilterGradient(
  kernel: WinogradFilterGradient,
  options: EmitOptions,
): EmittedKernel {
  const { channels, outputs, chunks, size } = kernel;
  const { filterGradient } = winogradTransforms[size];
  const k = kernelFunction(options);
  const { f, addressOf } = k;
  const stride = positionStride(channels * outputs) * 4;
  const source = f.keep(elementAt(addressOf(kernel.partials), k.task, outputs * 4));
  const target = f.keep(elementAt(addressOf(kernel.output), k.task, outputs * 4));
  f.repeat(outputs / 4, () => {
    const sum = (p: number): V128 => {
      let code = v128.load(source, p * stride);
      for (let chunk = 1; chunk < chunks; chunk++)
        code = f32x4.add(code, v128.load(source, (chunk * positionsOf(size) + p) * stride));
      return code;
    };
    const taps = transform2d(k, filterGradient, (i, j) => sum(i * tileInputs(size) + j));
    for (const [i, value] of taps.flat().entries()) f.store(target, value, i * channels * outputs * 4);
    f.advance(source, 16);
    f.advance(target, 16);
  });
  return { function: f, tasks: channels, scratch: 0 };
}
