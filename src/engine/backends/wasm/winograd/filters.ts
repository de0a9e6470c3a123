import {
  type I32Local,
  type I32Locals,
  type V128,
  by,
  elementAt,
  f32x4,
  flatIndex,
  i32,
  v128,
} from "../../../../simd/index.ts";
import {
  type WinogradFilterGradient,
  type WinogradFilters,
  positionStride,
  positionsOf,
  tileInputs,
} from "../../../kernels/index.ts";
import type { KernelCalls, KernelFunction } from "../kernel.ts";
import { emitColumns } from "../tile.ts";
import { emitTransform, transform2d, vectorsAtOnce, winogradTransforms } from "./transforms.ts";

/** Channels of a task: a cache line of flipped filters. */
const RUN = 16;

// Loops of the filters, from the outermost: channels first..past of the task; panels of its `count` outputs; vectors of a panel.
// Locals: source walks along the filters, target along the results of a channel.
// Registers: the nine taps of a vector or two of outputs, and their transform.
// Memory: filters [3, 3, c, k], flipped [3, 3, k, c]; transformed [position][panels][channel][panel]; scratch holds flipped filters
// as [tap][channel][outputs of the panel].
interface Context extends KernelFunction, I32Locals<"target" | "count" | "first" | "past"> {
  readonly kernel: WinogradFilters;
}

/**
 * One task: some channels of all outputs, so that filters are read as they lie; of flipped ones, a panel of outputs. Either
 * way a cache line of results is written at once.
 */
export function emitWinogradFilters(kernel: WinogradFilters, into: KernelFunction): KernelCalls {
  const { channels, outputs, flipped, panel } = kernel;
  const { f, task, addressOf } = into;
  const runs = Math.ceil(channels / RUN);
  const first = f.keep(i32.mul(i32.remU(task, runs), RUN));
  const past = f.keepMin(i32.add(first, RUN), channels);
  const group = flipped ? panel : outputs;
  const output = f.keep(i32.mul(i32.divU(task, runs), group));
  const count = f.keepMin(i32.sub(outputs, output), group);
  const targetElement = flatIndex(output, channels, i32.mul(first, panel));
  const target = f.keep(elementAt(addressOf(kernel.transformed), targetElement));
  const element = flipped ? flatIndex(output, channels, first) : flatIndex(first, outputs, output);
  const source = f.keep(elementAt(addressOf(kernel.filters), element));
  const context: Context = { ...into, kernel, target, count, first, past };
  if (flipped) emitFlipped(context, source);
  else emitChannels(context, { source, step: outputs * 4, stride: channels * outputs * 4, flipped });
  return { tasks: Math.ceil(outputs / group) * runs, scratch: flipped ? 9 * RUN * panel * 4 : 0 };
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
  const moves = [by(source, step), by(target, panel * 4)];
  f.loop({ index: channel, from: first, to: past, moves }, () => {
    f.set(from, source);
    f.set(panelAt, target);
    const nextPanel = [by(panelAt, channels * panel * 4)];
    f.loop({ index: output, to: count, step: panel, moves: nextPanel }, () => {
      f.set(to, panelAt);
      f.setMin(lanes, i32.sub(count, output), panel);
      const next = [by(from, 16 * vectors), by(to, 16 * vectors)];
      f.loop({ index: lane, to: lanes, step: 4 * vectors, moves: next }, () =>
        emitTransform(context, { matrix, vectors, target: to, stride: between }, (r, s, n) =>
          v128.load(from, (flipped ? 8 - r * 3 - s : r * 3 + s) * stride + n * 16),
        ),
      );
    });
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
  f.walk(9, [by(source, outputs * channels * 4), by(room, RUN * panel * 4)], () => {
    f.set(row, source);
    f.loop({ index: output, to: count, step: 4, moves: [by(row, 4 * channels * 4)] }, () => {
      f.set(from, row);
      f.set(to, elementAt(room, output));
      const moves = [by(from, 16), by(to, 4 * panel * 4)];
      f.loop({ index: channel, from: first, to: past, step: 4, moves }, () => {
        const columns = emitColumns(f, [load(0), load(1), load(2), load(3)]);
        for (const [i, column] of columns.entries()) f.store(to, column, i * panel * 4);
      });
    });
  });
  f.set(room, scratch);
  emitChannels(context, { source: room, step: panel * 4, stride: RUN * panel * 4, flipped: true });
}

/** One task: one channel of dw, four filters at a time; chunks are added in order, then transformed back into taps. */
export function emitWinogradFilterGradient(
  { channels, outputs, chunks, size, partials, output }: WinogradFilterGradient,
  into: KernelFunction,
): KernelCalls {
  const { f, task, addressOf } = into;
  const stride = positionStride(channels * outputs) * 4;
  const source = f.keep(elementAt(addressOf(partials), task, outputs * 4));
  const target = f.keep(elementAt(addressOf(output), task, outputs * 4));
  f.walk(outputs / 4, [by(source, 16), by(target, 16)], () => {
    const sum = (p: number): V128 => {
      let code = v128.load(source, p * stride);
      for (let chunk = 1; chunk < chunks; chunk++)
        code = f32x4.add(code, v128.load(source, (chunk * positionsOf(size) + p) * stride));
      return code;
    };
    const { filterGradient } = winogradTransforms[size];
    const taps = transform2d(into, filterGradient, (i, j) => sum(i * tileInputs(size) + j));
    for (const [i, value] of taps.flat().entries()) f.store(target, value, i * channels * outputs * 4);
  });
  return { tasks: channels, scratch: 0 };
}
