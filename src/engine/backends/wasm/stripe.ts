import type { ConvGeometry } from "../../kernels/index.ts";
import type { Code, FunctionBuilder } from "./assembler.ts";
import { i32, memory } from "./instructions.ts";

/** A few rows of a picture copied side by side with their padding, so that the loops over it need no edges. */
export interface Stripe {
  /** Bytes of one row: padding, pixels, padding. */
  readonly rowBytes: number;
  readonly columns: number;
}

export function stripeOf(g: ConvGeometry): Stripe {
  const columns = (g.outWidth - 1) * g.strides[1] + (g.filterWidth - 1) * g.dilation[1] + 1;
  return { columns, rowBytes: columns * g.channels * 4 };
}

/** How source rows become a stripe's rows. */
export interface StripeSource {
  readonly geometry: ConvGeometry;
  /** Zeros between pixels, [vertical, horizontal]; 1 is none. */
  readonly spread: readonly [number, number];
  /** i32 local: address of the picture. */
  readonly picture: number;
}

/**
 * Fills one row of a stripe at `to` (i32 local) from row `row` (i32 local, may lie outside the picture) of the padded,
 * spread source.
 */
export function emitStripeRow(
  f: FunctionBuilder,
  { geometry: g, spread, picture }: StripeSource,
  { to, row }: { to: number; row: number },
): void {
  const { columns, rowBytes } = stripeOf(g);
  const pixel = g.channels * 4;
  const spreadWidth = (g.width - 1) * spread[1] + 1;
  const from = Math.min(columns, Math.max(0, g.padLeft));
  const past = Math.max(from, Math.min(columns, g.padLeft + spreadWidth));
  const zero = (begin: number, end: number): void => {
    if (end > begin)
      f.emit(
        memory.fill(
          i32.add(f.get(to), i32.const(begin * pixel)),
          i32.const(0),
          i32.const((end - begin) * pixel),
        ),
      );
  };
  const spreadHeight = (g.height - 1) * spread[0] + 1;
  const between: Code = spread[0] > 1 ? i32.eqz(i32.remS(f.get(row), i32.const(spread[0]))) : i32.const(1);
  f.when(
    i32.and(i32.ltU(f.get(row), i32.const(spreadHeight)), between),
    () => {
      const line = spread[0] > 1 ? i32.divU(f.get(row), i32.const(spread[0])) : f.get(row);
      const source = f.keep("i32", i32.add(f.get(picture), i32.mul(line, i32.const(g.width * pixel))));
      if (spread[1] === 1) {
        zero(0, from);
        const skipped = (from - g.padLeft) * pixel;
        f.emit(
          memory.copy(
            i32.add(f.get(to), i32.const(from * pixel)),
            i32.add(f.get(source), i32.const(skipped)),
            i32.const((past - from) * pixel),
          ),
        );
        zero(past, columns);
        return;
      }
      f.emit(memory.fill(f.get(to), i32.const(0), i32.const(rowBytes)));
      emitSpreadPixels(f, { g, step: spread[1], source, to });
    },
    () => f.emit(memory.fill(f.get(to), i32.const(0), i32.const(rowBytes))),
  );
}

/** Copies every pixel that falls on the stripe to its place, `step` apart. */
function emitSpreadPixels(
  f: FunctionBuilder,
  { g, step, source, to }: { g: ConvGeometry; step: number; source: number; to: number },
): void {
  const pixel = g.channels * 4;
  const { columns } = stripeOf(g);
  const first = Math.max(0, Math.ceil(-g.padLeft / step));
  const last = Math.min(g.width - 1, Math.floor((columns - 1 - g.padLeft) / step));
  const read = f.keep("i32", i32.add(f.get(source), i32.const(first * pixel)));
  const write = f.keep("i32", i32.add(f.get(to), i32.const((first * step + g.padLeft) * pixel)));
  f.repeat(last - first + 1, () => {
    f.emit(memory.copy(f.get(write), f.get(read), i32.const(pixel)));
    f.advance(read, pixel);
    f.advance(write, step * pixel);
  });
}
