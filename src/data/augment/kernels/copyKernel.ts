// The loop of moving whole pixels.
import { FunctionBuilder, type Instance, i32, instantiate, v128 } from "../../../simd/index.ts";

/** Works on its own memory, at byte addresses that the caller lays out. */
interface CopyKernel {
  readonly memory: ArrayBuffer;
  /**
   * `height` rows of `rowBytes` bytes, from `target` on: a pixel from `source`, the next `across` bytes further, those of the next row
   * `down` bytes further. Reads a byte past each pixel, and writes one past the result.
   */
  pixels(
    source: number,
    across: number,
    down: number,
    target: number,
    rowBytes: number,
    height: number,
  ): void;
}

function pixelsFunction(): FunctionBuilder {
  const f = new FunctionBuilder();
  const [source, across, down, target, rowBytes, height] = f.parameters(6);
  const { from, end } = f.named("from", "end");
  f.loop({ to: height }, () => {
    f.set(from, source);
    f.set(end, i32.add(target, rowBytes));
    f.doWhile(i32.ltU(target, end), () => {
      f.storeLane32(target, v128.load32Zero(from), { lane: 0 });
      f.set(from, i32.add(from, across));
      f.advance(target, 3);
    });
    f.set(source, i32.add(source, down));
  });
  return f;
}

let loops: Instance<"pixels"> | undefined;

/** The kernel of this thread, whose memory has at least that many bytes. */
export function copyKernel(bytes: number): CopyKernel {
  loops ??= instantiate({ pixels: pixelsFunction() });
  return { ...loops.call, memory: loops.room(bytes) };
}
