/** RGBA [n, 4] laid on white [n, 3], truncated to whole numbers as libvips does. */
export function onWhite(rgba: Uint8Array): Uint8Array {
  const out = new Uint8Array((rgba.length / 4) * 3);
  for (let from = 0, to = 0; to < out.length; from += 4, to += 3) {
    const alpha = rgba[from + 3] ?? 0;
    const white = 255 * (255 - alpha);
    for (let c = 0; c < 3; c++) out[to + c] = Math.floor(((rgba[from + c] ?? 0) * alpha + white) / 255);
  }
  return out;
}
