import { type FunctionBuilder, type I32Local, by, elementAt, i32 } from "../../../simd/index.ts";
import type { ConvGeometry } from "../../kernels/index.ts";

// Loops: rows of the stripe; in a row that holds pixels one copy, or one for each pixel where zeros stand between them.
// Memory: image [height, width, channels]; stripe [row][padding, pixels, padding][channels], everything beside the pixels zero.

/** A few rows of an image copied side by side with their padding, so that the loops over it need no edges. */
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
  /** Distance between neighbouring pixels, [vertical, horizontal], with zeros between them; 1 is none. */
  readonly inputDilation: readonly [number, number];
  /** Address of the image. */
  readonly image: I32Local;
}

/** Fills stripe rows from `to` on with `rows` rows of the padded, dilated source from `row` on, which may lie outside the image. */
export function emitStripe(
  f: FunctionBuilder,
  source: StripeSource,
  { to, row, rows }: { readonly to: I32Local; readonly row: I32Local; readonly rows: number },
): void {
  const moves = [by(to, stripeOf(source.geometry).rowBytes), by(row, 1)];
  f.walk(rows, moves, () => emitStripeRow(f, source, { to, row }));
}

function emitStripeRow(
  f: FunctionBuilder,
  { geometry: g, inputDilation: [down, across], image }: StripeSource,
  { to, row }: { readonly to: I32Local; readonly row: I32Local },
): void {
  const { columns, rowBytes } = stripeOf(g);
  const pixel = g.channels * 4;
  const dilatedWidth = (g.width - 1) * across + 1;
  const from = Math.min(columns, Math.max(0, g.padLeft));
  const past = Math.max(from, Math.min(columns, g.padLeft + dilatedWidth));
  const zero = (begin: number, end: number): void => {
    if (end > begin) f.fillMemory(i32.add(to, begin * pixel), 0, (end - begin) * pixel);
  };
  const dilatedHeight = (g.height - 1) * down + 1;
  const holdsPixels = down > 1 ? i32.eqz(i32.remS(row, down)) : 1;
  f.when(
    i32.and(i32.ltU(row, dilatedHeight), holdsPixels),
    () => {
      const source = f.keep(elementAt(image, down > 1 ? i32.divU(row, down) : row, g.width * pixel));
      if (across > 1) {
        f.fillMemory(to, 0, rowBytes);
        emitDilatedPixels(f, g, { step: across, source, to });
        return;
      }
      zero(0, from);
      const skipped = (from - g.padLeft) * pixel;
      f.copyMemory(i32.add(to, from * pixel), i32.add(source, skipped), (past - from) * pixel);
      zero(past, columns);
    },
    () => f.fillMemory(to, 0, rowBytes),
  );
}

/** Copies every pixel of a row at `source` that falls on the stripe at `to` to its place, `step` apart. */
function emitDilatedPixels(
  f: FunctionBuilder,
  g: ConvGeometry,
  { step, source, to }: { readonly step: number; readonly source: I32Local; readonly to: I32Local },
): void {
  const pixel = g.channels * 4;
  const { columns } = stripeOf(g);
  const first = Math.max(0, Math.ceil(-g.padLeft / step));
  const last = Math.min(g.width - 1, Math.floor((columns - 1 - g.padLeft) / step));
  const read = f.keep(i32.add(source, first * pixel));
  const write = f.keep(i32.add(to, (first * step + g.padLeft) * pixel));
  f.walk(last - first + 1, [by(read, pixel), by(write, step * pixel)], () =>
    f.copyMemory(write, read, pixel),
  );
}
