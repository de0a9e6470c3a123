import { lumaOf } from "./levels.ts";

/** Grey + (x - grey) · factor, pixel by pixel. */
export function saturation(pixels: Uint8Array, factor: number): void {
  const share = Math.floor(factor * 65_536 + 0.5);
  for (let i = 0; i < pixels.length; i += 3) {
    const r = pixels[i] ?? 0;
    const g = pixels[i + 1] ?? 0;
    const b = pixels[i + 2] ?? 0;
    const grey = (lumaOf(r, g, b) + 32_768) >> 16;
    const base = grey * 65_536 + 32_768;
    pixels[i] = byte((base + (r - grey) * share) >> 16);
    pixels[i + 1] = byte((base + (g - grey) * share) >> 16);
    pixels[i + 2] = byte((base + (b - grey) * share) >> 16);
  }
}

const byte = (x: number): number => (x < 0 ? 0 : x > 255 ? 255 : x);

export function grayscale(pixels: Uint8Array): void {
  for (let i = 0; i < pixels.length; i += 3) {
    const grey = (lumaOf(pixels[i] ?? 0, pixels[i + 1] ?? 0, pixels[i + 2] ?? 0) + 32_768) >> 16;
    pixels[i] = grey;
    pixels[i + 1] = grey;
    pixels[i + 2] = grey;
  }
}

/** Turns the hue of HSV by full circles; value and saturation stay. */
export function hue(pixels: Uint8Array, shift: number): void {
  // The circle is red at 0, green at 2 and blue at 4 of 6.
  const turn = (shift - Math.floor(shift)) * 6;
  for (let i = 0; i < pixels.length; i += 3) {
    const r = pixels[i] ?? 0;
    const g = pixels[i + 1] ?? 0;
    const b = pixels[i + 2] ?? 0;
    const highest = r > g ? (r > b ? r : b) : g > b ? g : b;
    const lowest = r < g ? (r < b ? r : b) : g < b ? g : b;
    const chroma = highest - lowest;
    if (chroma === 0) continue;
    const place =
      highest === r ? (g - b) / chroma + 6 : highest === g ? (b - r) / chroma + 2 : (r - g) / chroma + 4;
    // At most 13. Taking whole circles away is exact, as a remainder is, which takes several times as long.
    const whole = place + turn;
    const turned = whole < 6 ? whole : whole < 12 ? whole - 6 : whole - 12;
    const sector = turned | 0;
    const rising = (lowest + chroma * (turned - sector) + 0.5) | 0;
    const falling = (highest - chroma * (turned - sector) + 0.5) | 0;
    // Of each sector: which of red, green and blue is highest, lowest, or on its way.
    pixels[i] =
      sector === 0 || sector === 5 ? highest : sector === 1 ? falling : sector === 4 ? rising : lowest;
    pixels[i + 1] =
      sector === 1 || sector === 2 ? highest : sector === 0 ? rising : sector === 3 ? falling : lowest;
    pixels[i + 2] =
      sector === 3 || sector === 4 ? highest : sector === 2 ? rising : sector === 5 ? falling : lowest;
  }
}
