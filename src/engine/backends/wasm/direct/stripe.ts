import { type FunctionBuilder, type I32Local, by, elementAt, i32 } from "../../../../simd/index.ts";
import type { ConvGeometry } from "../../../kernels/index.ts";

// Loops: rows of the stripe; in a row that holds pixels one copy.
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
  /** Address of the image. */
  readonly image: I32Local;
}

/** Fills stripe rows from `to` on with `rows` rows of the padded source from `row` on, which may lie outside the image. */
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
  { geometry: g, image }: StripeSource,
  { to, row }: { readonly to: I32Local; readonly row: I32Local },
): void {
  const { columns, rowBytes } = stripeOf(g);
  const pixel = g.channels * 4;
  const from = Math.min(columns, Math.max(0, g.padLeft));
  const past = Math.max(from, Math.min(columns, g.padLeft + g.width));
  const zero = (begin: number, end: number): void => {
    if (end > begin) f.fillMemory(i32.add(to, begin * pixel), 0, (end - begin) * pixel);
  };
  f.when(
    i32.ltU(row, g.height),
    () => {
      const source = f.keep(elementAt(image, row, g.width * pixel));
      zero(0, from);
      const skipped = (from - g.padLeft) * pixel;
      f.copyMemory(i32.add(to, from * pixel), i32.add(source, skipped), (past - from) * pixel);
      zero(past, columns);
    },
    () => f.fillMemory(to, 0, rowBytes),
  );
}
