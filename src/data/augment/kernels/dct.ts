// Discrete cosine transforms of 8x8 blocks in whole numbers, as libjpeg's "islow" computes them (Loeffler, Ligtenberg &
// Moschytz 1989): constants have 13 bits, and two more bits are kept between rows and columns.

const constBits = 13;
const passBits = 2;

const [f0298, f0390, f0541, f0765, f0899, f1175] = [2446, 3196, 4433, 6270, 7373, 9633];
const [f1501, f1847, f1961, f2053, f2562, f3072] = [12_299, 15_137, 16_069, 16_819, 20_995, 25_172];

/** x / 2^bits, rounded. */
const descale = (x: number, bits: number): number => (x + (1 << (bits - 1))) >> bits;

/** One row or column of the transform; `isFirst` is the pass over rows. */
function forwardLine(block: Int32Array, start: number, step: number, isFirst: boolean): void {
  const at = (i: number): number => block[start + i * step] ?? 0;
  const [t0, t7] = [at(0) + at(7), at(0) - at(7)];
  const [t1, t6] = [at(1) + at(6), at(1) - at(6)];
  const [t2, t5] = [at(2) + at(5), at(2) - at(5)];
  const [t3, t4] = [at(3) + at(4), at(3) - at(4)];
  const [t10, t13] = [t0 + t3, t0 - t3];
  const [t11, t12] = [t1 + t2, t1 - t2];
  const bits = isFirst ? constBits - passBits : constBits + passBits;
  const set = (i: number, x: number): void => {
    block[start + i * step] = descale(x, bits);
  };
  block[start] = isFirst ? (t10 + t11) << passBits : descale(t10 + t11, passBits);
  block[start + 4 * step] = isFirst ? (t10 - t11) << passBits : descale(t10 - t11, passBits);
  const z1 = (t12 + t13) * f0541;
  set(2, z1 + t13 * f0765);
  set(6, z1 - t12 * f1847);
  const z5 = (t4 + t6 + t5 + t7) * f1175;
  const [za, zb] = [-(t4 + t7) * f0899, -(t5 + t6) * f2562];
  const [zc, zd] = [-(t4 + t6) * f1961 + z5, -(t5 + t7) * f0390 + z5];
  set(7, t4 * f0298 + za + zc);
  set(5, t5 * f2053 + zb + zd);
  set(3, t6 * f3072 + zb + zc);
  set(1, t7 * f1501 + za + zd);
}

/** Levels around 0 to coefficients, eight times as large; in place. */
export function forwardDct(block: Int32Array): void {
  for (let row = 0; row < 8; row++) forwardLine(block, row * 8, 1, true);
  for (let column = 0; column < 8; column++) forwardLine(block, column, 8, false);
}

/** One column or row of the inverse; `isFirst` is the pass over columns. */
function inverseLine(block: Int32Array, start: number, step: number, isFirst: boolean): void {
  const at = (i: number): number => block[start + i * step] ?? 0;
  const even = (at(2) + at(6)) * f0541;
  const [e2, e3] = [even - at(6) * f1847, even + at(2) * f0765];
  const [e0, e1] = [(at(0) + at(4)) << constBits, (at(0) - at(4)) << constBits];
  const [t10, t13, t11, t12] = [e0 + e3, e0 - e3, e1 + e2, e1 - e2];
  const [o0, o1, o2, o3] = [at(7), at(5), at(3), at(1)];
  const z5 = (o0 + o2 + o1 + o3) * f1175;
  const [za, zb] = [-(o0 + o3) * f0899, -(o1 + o2) * f2562];
  const [zc, zd] = [-(o0 + o2) * f1961 + z5, -(o1 + o3) * f0390 + z5];
  const [t0, t1] = [o0 * f0298 + za + zc, o1 * f2053 + zb + zd];
  const [t2, t3] = [o2 * f3072 + zb + zc, o3 * f1501 + za + zd];
  const bits = isFirst ? constBits - passBits : constBits + passBits + 3;
  const set = (i: number, x: number): void => {
    block[start + i * step] = descale(x, bits);
  };
  set(0, t10 + t3);
  set(7, t10 - t3);
  set(1, t11 + t2);
  set(6, t11 - t2);
  set(2, t12 + t1);
  set(5, t12 - t1);
  set(3, t13 + t0);
  set(4, t13 - t0);
}

/** Coefficients to levels around 0; in place. */
export function inverseDct(block: Int32Array): void {
  for (let column = 0; column < 8; column++) inverseLine(block, column, 8, true);
  for (let row = 0; row < 8; row++) inverseLine(block, row * 8, 1, false);
}
