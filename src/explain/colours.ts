import { at } from "../base/index.ts";

// Inferno and viridis of van der Walt & Smith, 2015 (CC0): equal steps look equally large, also in grey and to colour-blind readers.
const ramps = {
  inferno:
    "000004 0c0826 240c4f 420a68 5d126e 781c6d 932667 ae305c c73e4c dd513a ed6925 f8850f fca50a fac62d f2e661 fcffa4",
  viridis:
    "440154 481a6c 472f7d 414487 39568c 31688e 2a788e 23888e 1f988b 22a884 35b779 54c568 7ad151 a5db36 d2e21b fde725",
} as const;

/** A perceptually uniform colour map. */
export type ColourMap = keyof typeof ramps;

/** R, G, B for each of 256 steps from least to most, [256, 3]. */
export function colourTable(name: ColourMap): Uint8Array {
  const anchors = ramps[name].split(" ").map((hex) => Number.parseInt(hex, 16));
  // 15 stretches of 17 steps end exactly on 255.
  const stretch = 255 / (anchors.length - 1);
  const channel = (colour: number, c: number): number => (colour >> (16 - 8 * c)) & 0xff;
  return Uint8Array.from({ length: 256 * 3 }, (_, i) => {
    const [step, c] = [Math.floor(i / 3), i % 3];
    const from = Math.min(Math.floor(step / stretch), anchors.length - 2);
    const part = step / stretch - from;
    return Math.round(channel(at(anchors, from), c) * (1 - part) + channel(at(anchors, from + 1), c) * part);
  });
}
