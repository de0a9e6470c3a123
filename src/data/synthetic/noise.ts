import { mixBits } from "../../base/index.ts";

/** A smooth random field: the value at a point, in [-1, 1]. */
export type Field = (x: number, y: number) => number;

/** Value noise: random values on a lattice `grain` micrometres wide, smoothly joined (Perlin 1985). */
export function valueNoise(seed: number, grain: number): Field {
  const corner = (ix: number, iy: number): number =>
    mixBits(seed ^ Math.imul(ix, 0x27d4eb2d) ^ Math.imul(iy, 0x165667b1)) / 2147483648 - 1;
  return (x, y) => {
    const ix = Math.floor(x / grain);
    const iy = Math.floor(y / grain);
    const fx = x / grain - ix;
    const fy = y / grain - iy;
    const tx = fx * fx * (3 - 2 * fx);
    const ty = fy * fy * (3 - 2 * fy);
    const top = corner(ix, iy) * (1 - tx) + corner(ix + 1, iy) * tx;
    const bottom = corner(ix, iy + 1) * (1 - tx) + corner(ix + 1, iy + 1) * tx;
    return top * (1 - ty) + bottom * ty;
  };
}
