/** 9957 → "9,957"; the same on every machine, whatever its language. */
export const countText = (n: number): string => n.toLocaleString("en-US");

/** plural(2, "image") → "2 images"; irregular plurals are given. */
export const plural = (n: number, one: string, many: string = `${one}s`): string =>
  `${countText(n)} ${n === 1 ? one : many}`;

/** Names with a comma between, the last with "and": "a, b and c". */
export const listText = (names: readonly string[]): string =>
  names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;

/** Numbers in a model. */
export interface ParameterCount {
  readonly total: number;
  /** Those that the optimiser changes; the others are moving averages. */
  readonly trainable: number;
}

/** "390,884 parameters (389,924 trainable)"; the total alone where all are trainable. */
export const parametersText = ({ total, trainable }: ParameterCount): string =>
  plural(total, "parameter") + (trainable === total ? "" : ` (${countText(trainable)} trainable)`);

/**
 * A number with so many decimals, rounded half away from zero as it is written in the decimal system: 51.25 → "51.3", 1.005 → "1.01".
 * "–" where there is none.
 */
export function decimalText(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return "–";
  const scaled = Math.round(shifted(Math.abs(value), decimals)) / 10 ** decimals;
  return `${value < 0 && scaled > 0 ? "-" : ""}${scaled.toFixed(decimals)}`;
}

/**
 * A number times a power of ten. Twelve digits count: more are an accident of how the number was computed,
 * and a product would round once more (0.5125 * 100 < 51.25).
 */
function shifted(value: number, places: number): number {
  const [digits = "0", exponent = "0"] = value.toExponential(11).split("e");
  return Number(`${digits}e${Number(exponent) + places}`);
}

/** A fraction in [0, 1] as "93.1%"; "–" where there is none. */
export const percentText = (fraction: number): string => withPercent(percentOf(fraction, 1));

/** A fraction in [0, 1] without decimals: "93%". */
export const wholePercent = (fraction: number): string => withPercent(percentOf(fraction, 0));

/** A difference of two fractions: "4.2 points", "-4.2 points". */
export const pointsText = (difference: number): string => `${percentOf(difference, 1)} points`;

/** An interval of a difference of fractions, in points: "-1.3 to 4.2". */
export const signedRangeText = ([low, high]: readonly [number, number]): string =>
  `${percentOf(low, 1)} to ${percentOf(high, 1)}`;

/** A loss with three decimals; "–" where there is none. */
export const lossText = (loss: number): string => decimalText(loss, 3);

/** Widths in which whole percentages would say too little. */
const narrow = 0.03;

/**
 * An interval of a fraction as "74-98%"; with a decimal where it is narrow, or where rounding would leave
 * the estimate outside. The estimate is expected as `percentText` writes it beside.
 */
export function rangeText([low, high]: readonly [number, number], estimate?: number): string {
  const whole = [low, high].map((bound) => Number(percentOf(bound, 0)));
  const [from = Number.NaN, to = Number.NaN] = whole;
  const printed = estimate === undefined ? from : Number(percentOf(estimate, 1));
  const decimals = high - low < narrow || printed < from || printed > to ? 1 : 0;
  return withPercent(`${percentOf(low, decimals)}-${percentOf(high, decimals)}`);
}

const percentOf = (fraction: number, decimals: number): string =>
  decimalText(Number.isFinite(fraction) ? shiftedSigned(fraction, 2) : fraction, decimals);

const shiftedSigned = (value: number, places: number): number =>
  Math.sign(value) * shifted(Math.abs(value), places);

const withPercent = (text: string): string => (text === "–" ? text : `${text}%`);
