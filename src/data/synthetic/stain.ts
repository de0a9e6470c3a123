import type { Random } from "../../base/index.ts";
import { between } from "./geometry.ts";

/** Share of red, green and blue light that passes, each in [0, 1]. */
export type Colour = readonly [red: number, green: number, blue: number];

/** How one slide was stained and lit; it colours every cell of a photograph alike. */
export interface Stain {
  /** Times the dye of the textbook. */
  readonly intensity: number;
  /** Times the textbook's distance from grey. */
  readonly saturation: number;
  /** Towards eosin's red where positive, towards methylene blue where negative. */
  readonly warmth: number;
  /** Colour of the empty slide under the lamp. */
  readonly lamp: Colour;
}

/** Draws a stain as they differ between slides and laboratories. */
export function anyStain(random: Random): Stain {
  const level = between(random, 0.8, 0.93);
  return {
    intensity: between(random, 0.72, 1.16),
    saturation: between(random, 0.72, 1.2),
    warmth: between(random, -0.06, 0.06),
    lamp: [
      level * between(random, 0.98, 1.03),
      level * between(random, 0.97, 1.01),
      level * between(random, 0.96, 1.03),
    ],
  };
}

/** A textbook colour as this slide shows it. */
export function stained(colour: Colour, { intensity, saturation, warmth }: Stain): Colour {
  const grey = (colour[0] + colour[1] + colour[2]) / 3;
  const pass = (share: number, tilt: number): number => {
    const passed = 1 - (1 - grey - (share - grey) * saturation) * intensity + tilt * (1 - grey);
    return Math.min(1, Math.max(0.04, passed));
  };
  return [pass(colour[0], warmth), pass(colour[1], 0), pass(colour[2], -warmth)];
}

/** The colour that is `share` of the way from one to another. */
export function blended(from: Colour, to: Colour, share: number): Colour {
  return [
    from[0] + (to[0] - from[0]) * share,
    from[1] + (to[1] - from[1]) * share,
    from[2] + (to[2] - from[2]) * share,
  ];
}
