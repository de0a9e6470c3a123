import { at } from "../../base/index.ts";

/** An eigenvector of length 1 and its eigenvalue. */
interface EigenPair {
  readonly value: number;
  /** Its largest number, by size, is positive. */
  readonly vector: Float64Array;
}

/** Sweeps after which Jacobi's method has long converged; it needs about ten for a hundred rows. */
const maxSweeps = 60;

/**
 * Eigenvalues and eigenvectors of a symmetric matrix of n rows, the largest value first (Jacobi's method: Golub & Van Loan, Matrix
 * Computations, 8.5). From +, -, *, / and √ alone: the same bits on every machine.
 */
export function eigenPairs(symmetric: Float64Array, n: number): readonly EigenPair[] {
  const a = symmetric.slice();
  const v = Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0));
  for (let sweep = 0; sweep < maxSweeps && isApart(a, n); sweep++)
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(a, v, { n, p, q });
  return Array.from({ length: n }, (_, i) => ({ value: at(a, i * n + i), vector: columnOf(v, n, i) })).sort(
    (one, other) => other.value - one.value,
  );
}

/** Whether what is beside the diagonal is more than rounding. */
function isApart(a: Float64Array, n: number): boolean {
  let [beside, on] = [0, 0];
  for (let i = 0; i < n * n; i++) {
    const square = at(a, i) * at(a, i);
    if (i % (n + 1) === 0) on += square;
    else beside += square;
  }
  return beside > 1e-30 * on;
}

interface Plane {
  readonly n: number;
  readonly p: number;
  readonly q: number;
}

/** Turns the plane of two axes so that the matrix has a 0 there, and the vectors with it. */
function rotate(a: Float64Array, v: Float64Array, { n, p, q }: Plane): void {
  const between = at(a, p * n + q);
  if (between === 0) return;
  const tau = (at(a, q * n + q) - at(a, p * n + p)) / (2 * between);
  const tangent = (tau >= 0 ? 1 : -1) / (Math.abs(tau) + Math.sqrt(1 + tau * tau));
  const c = 1 / Math.sqrt(1 + tangent * tangent);
  const turn = { c, s: tangent * c };
  for (let k = 0; k < n; k++) mix(a, k * n + p, k * n + q, turn);
  for (let k = 0; k < n; k++) mix(a, p * n + k, q * n + k, turn);
  for (let k = 0; k < n; k++) mix(v, k * n + p, k * n + q, turn);
}

function mix(
  numbers: Float64Array,
  i: number,
  j: number,
  { c, s }: { readonly c: number; readonly s: number },
): void {
  const [x, y] = [at(numbers, i), at(numbers, j)];
  numbers[i] = c * x - s * y;
  numbers[j] = s * x + c * y;
}

function columnOf(v: Float64Array, n: number, column: number): Float64Array {
  const vector = Float64Array.from({ length: n }, (_, row) => at(v, row * n + column));
  const largest = vector.reduce((most, x) => (Math.abs(x) > Math.abs(most) ? x : most), 0);
  return largest < 0 ? vector.map((x) => -x) : vector;
}
