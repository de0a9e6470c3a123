// Percent. Ends at whole steps; never so narrow that chance looks like progress.
const step = 5;
const minSpan = 20;
/** A scale that would begin below this begins at 0. */
const nearZero = 15;

/** Ends of an accuracy axis that uses its height: all values, at steps of 5%, 20% or more apart; in [0, 1]. */
export function accuracyDomain(values: readonly number[]): readonly [low: number, high: number] {
  if (values.length === 0) return [0, 1];
  // Rounded first, since 0.3 * 100 is more than 30.
  const percent = values.map((value) => Math.round(value * 1e6) / 1e4);
  const low = Math.floor(Math.min(...percent) / step) * step;
  const high = Math.ceil(Math.max(...percent) / step) * step;
  const missing = Math.max(minSpan - (high - low), 0);
  const raised = Math.min(high + Math.ceil(missing / 2 / step) * step, 100);
  const bottom = Math.min(low, Math.max(raised - minSpan, 0));
  const top = Math.max(raised, bottom + minSpan);
  return [bottom < nearZero ? 0 : bottom / 100, top / 100];
}
