import {
  type WinogradFilterGradient,
  type WinogradFilters,
  positionStride,
  positionsOf,
  tileInputs,
} from "../../../kernels/index.ts";
import { type Code, FunctionBuilder } from "../assembler.ts";
import type { EmitOptions } from "../emit.ts";
import { f32x4, i32, v128 } from "../instructions.ts";
import type { EmittedKernel } from "../nest.ts";
import { emitColumns } from "../tile.ts";
import {
  type Toolbox,
  transform2d,
  transformSideBySide,
  vectorsAtOnce,
  winogradTransforms,
} from "./transforms.ts";

const [TASK, SCRATCH] = [0, 1];

/** Channels of a task: a cache line of turned filters. */
const RUN = 16;

interface Context extends Toolbox {
  readonly kernel: WinogradFilters;
  /** i32 locals: where the next results go, and outputs of the task. */
  readonly target: number;
  readonly count: number;
}

/**
 * One task: some channels of all outputs, so that filters are read as they lie; of turned ones, a panel of outputs. Either
 * way a cache line of results is written at once.
 */
export function emitWinogradFilters(
  name: string,
  kernel: WinogradFilters,
  { addressOf, arithmetic }: EmitOptions,
): EmittedKernel {
  const { channels, outputs, turned, panel } = kernel;
  const f = new FunctionBuilder(name, 2);
  const runs = Math.ceil(channels / RUN);
  const local = (code: Code): number => f.keep("i32", code);
  const least = (limit: number, value: number): Code =>
    i32.select(f.get(value), i32.const(limit), i32.ltS(f.get(value), i32.const(limit)));
  const first = local(i32.mul(i32.remU(f.get(TASK), i32.const(runs)), i32.const(RUN)));
  const past = local(i32.add(f.get(first), i32.const(RUN)));
  f.set(past, least(channels, past));
  const group = turned ? panel : outputs;
  const output = local(i32.mul(i32.divU(f.get(TASK), i32.const(runs)), i32.const(group)));
  const count = local(i32.sub(i32.const(outputs), f.get(output)));
  f.set(count, least(group, count));
  const place = i32.add(i32.mul(f.get(output), i32.const(channels)), i32.mul(f.get(first), i32.const(panel)));
  const target = local(i32.add(i32.const(addressOf(kernel.transformed)), i32.mul(place, i32.const(4))));
  const element = turned ? at(f, output, channels, first) : at(f, first, outputs, output);
  const source = local(i32.add(i32.const(addressOf(kernel.filters)), i32.mul(element, i32.const(4))));
  const context: Context = { f, arithmetic, kernel, target, count };
  if (turned) emitTurned(context, { first, past, source });
  else {
    const taps = { stride: channels * outputs * 4, turned };
    emitChannels(context, { first, past }, { source, step: outputs * 4, ...taps });
  }
  const scratch = turned ? 9 * RUN * panel * 4 : 0;
  return { function: f, tasks: Math.ceil(outputs / group) * runs, scratch };
}

/** row · width + column, of i32 locals. */
const at = (f: FunctionBuilder, row: number, width: number, column: number): Code =>
  i32.add(i32.mul(f.get(row), i32.const(width)), f.get(column));

interface Run {
  /** i32 locals: channels of the task. */
  readonly first: number;
  readonly past: number;
}

interface Taps {
  /** i32 local: the first tap of the first channel. */
  readonly source: number;
  /** Bytes between channels, and between taps. */
  readonly step: number;
  readonly stride: number;
  readonly turned: boolean;
}

/** Taps of channels first..past, their outputs side by side, to the positions. */
function emitChannels(context: Context, { first, past }: Run, { source, step, stride, turned }: Taps): void {
  const { f, kernel, target, count } = context;
  const { channels, outputs, panel, size } = kernel;
  const between = positionStride(Math.ceil(outputs / panel) * panel * channels) * 4;
  const vectors = vectorsAtOnce(panel, outputs);
  const matrix = winogradTransforms[size].filter;
  const [channel, output, from, to, panelAt] = [0, 1, 2, 3, 4].map(() => f.local("i32")) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const [lane, lanes] = [f.local("i32"), f.local("i32")];
  f.loop(channel, { from: f.get(first), to: f.get(past), step: 1 }, () => {
    f.set(from, f.get(source));
    f.set(panelAt, f.get(target));
    f.loop(output, { from: i32.const(0), to: f.get(count), step: panel }, () => {
      f.set(to, f.get(panelAt));
      f.set(lanes, i32.sub(f.get(count), f.get(output)));
      f.set(lanes, i32.select(f.get(lanes), i32.const(panel), i32.ltS(f.get(lanes), i32.const(panel))));
      f.loop(lane, { from: i32.const(0), to: f.get(lanes), step: 4 * vectors }, () => {
        const values = transformSideBySide(context, { matrix, vectors }, (r, s, n) =>
          v128.load(f.get(from), (turned ? 8 - r * 3 - s : r * 3 + s) * stride + n * 16),
        );
        for (const [p, pair] of values.entries())
          for (const [n, value] of pair.entries()) f.emit(v128.store(f.get(to), value, p * between + n * 16));
        for (const pointer of [from, to]) f.advance(pointer, 16 * vectors);
      });
      f.advance(panelAt, channels * panel * 4);
    });
    f.advance(source, step);
    f.advance(target, panel * 4);
  });
}

/** Stored filters [3, 3, outputs, channels], first turned to [tap][channel][outputs of the panel]. */
function emitTurned(context: Context, { first, past, source }: Run & { readonly source: number }): void {
  const { f, kernel, count } = context;
  const { channels, outputs, panel } = kernel;
  const [row, to, room] = [f.local("i32"), f.local("i32"), f.keep("i32", f.get(SCRATCH))];
  const [output, channel, from] = [f.local("i32"), f.local("i32"), f.local("i32")];
  f.repeat(9, () => {
    f.set(row, f.get(source));
    f.loop(output, { from: i32.const(0), to: f.get(count), step: 4 }, () => {
      f.set(from, f.get(row));
      f.set(to, i32.add(f.get(room), i32.mul(f.get(output), i32.const(4))));
      f.loop(channel, { from: f.get(first), to: f.get(past), step: 4 }, () => {
        const rows = [0, 1, 2, 3].map((j) => v128.load(f.get(from), j * channels * 4));
        for (const [i, column] of emitColumns(f, rows).entries())
          f.emit(v128.store(f.get(to), column, i * panel * 4));
        f.advance(from, 16);
        f.advance(to, 4 * panel * 4);
      });
      f.advance(row, 4 * channels * 4);
    });
    f.advance(source, outputs * channels * 4);
    f.advance(room, RUN * panel * 4);
  });
  f.set(room, f.get(SCRATCH));
  const taps = { source: room, step: panel * 4, stride: RUN * panel * 4, turned: true };
  emitChannels(context, { first, past }, taps);
}

/** One task: one channel of dw, four filters at a time; chunks are added in order, then turned back into taps. */
export function emitWinogradFilterGradient(
  name: string,
  kernel: WinogradFilterGradient,
  { addressOf, arithmetic }: EmitOptions,
): EmittedKernel {
  const { channels, outputs, chunks, size } = kernel;
  const { filterGradient } = winogradTransforms[size];
  const f = new FunctionBuilder(name, 2);
  const stride = positionStride(channels * outputs) * 4;
  const row = i32.mul(f.get(TASK), i32.const(outputs * 4));
  const source = f.keep("i32", i32.add(i32.const(addressOf(kernel.parts)), row));
  const target = f.keep("i32", i32.add(i32.const(addressOf(kernel.output)), row));
  f.repeat(outputs / 4, () => {
    const sum = (p: number): Code => {
      let code: Code = v128.load(f.get(source), p * stride);
      for (let chunk = 1; chunk < chunks; chunk++)
        code = f32x4.add(code, v128.load(f.get(source), (chunk * positionsOf(size) + p) * stride));
      return code;
    };
    const taps = transform2d({ f, arithmetic }, filterGradient, (i, j) => sum(i * tileInputs(size) + j));
    for (const [i, value] of taps.flat().entries())
      f.emit(v128.store(f.get(target), value, i * channels * outputs * 4));
    f.advance(source, 16);
    f.advance(target, 16);
  });
  return { function: f, tasks: channels, scratch: 0 };
}
