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
import { transform2d, winogradTransforms } from "./transforms.ts";

const TASK = 0;

/** One task: the taps of one channel of the stored filters, four of its filters at a time. */
export function emitWinogradFilters(
  name: string,
  kernel: WinogradFilters,
  { addressOf, arithmetic }: EmitOptions,
): EmittedKernel {
  const { channels, outputs, turned, panel, size } = kernel;
  // As stored, filters are [3, 3, C, K]; turned ones serve C outputs from K channels.
  const [storedC, storedK] = turned ? [outputs, channels] : [channels, outputs];
  const f = new FunctionBuilder(name, 2);
  const stride = positionStride(Math.ceil(outputs / panel) * panel * channels) * 4;
  const source = f.keep(
    "i32",
    i32.add(i32.const(addressOf(kernel.filters)), i32.mul(f.get(TASK), i32.const(storedK * 4))),
  );
  const target = f.keep("i32", targetOf(f, kernel, addressOf(kernel.transformed)));
  const vector = f.local("i32");
  f.loop(vector, { from: i32.const(0), to: i32.const(storedK), step: 4 }, () => {
    const tap = (r: number, s: number): Code =>
      v128.load(f.get(source), (turned ? (2 - r) * 3 + 2 - s : r * 3 + s) * storedC * storedK * 4);
    const result = transform2d({ f, arithmetic }, winogradTransforms[size].filter, tap);
    for (const [p, value] of result.flat().entries()) {
      if (!turned) {
        f.emit(v128.store(f.get(target), value, p * stride));
        continue;
      }
      const kept = f.keep("v128", value);
      for (let lane = 0; lane < 4; lane++)
        f.emit(v128.storeLane32(f.get(target), f.get(kept), { lane, offset: p * stride + lane * panel * 4 }));
    }
    f.advance(source, 16);
    if (turned) f.advance(target, 4 * panel * 4);
    else emitPanelStep(f, { vector, target, channels, panel });
  });
  return { function: f, tasks: storedC, scratch: 0 };
}

/** Where the task's first result goes: channel `task` of every panel, or output `task` of its panel. */
function targetOf(f: FunctionBuilder, { channels, turned, panel }: WinogradFilters, base: number): Code {
  if (!turned) return i32.add(i32.const(base), i32.mul(f.get(TASK), i32.const(panel * 4)));
  const ofPanel = i32.mul(i32.divU(f.get(TASK), i32.const(panel)), i32.const(channels * panel * 4));
  return i32.add(
    i32.add(i32.const(base), ofPanel),
    i32.mul(i32.remU(f.get(TASK), i32.const(panel)), i32.const(4)),
  );
}

/** Four outputs further: to the next vector of the panel, or to the next panel. */
function emitPanelStep(
  f: FunctionBuilder,
  { vector, target, channels, panel }: { vector: number; target: number; channels: number; panel: number },
): void {
  const lastOfPanel = i32.eqz(i32.remU(i32.add(f.get(vector), i32.const(4)), i32.const(panel)));
  const step = i32.select(i32.const((channels * panel - panel + 4) * 4), i32.const(16), lastOfPanel);
  f.set(target, i32.add(f.get(target), step));
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
