/** 9957 → "9,957"; the same on every machine, whatever its language. */
export const countText = (n: number): string => n.toLocaleString("en-US");

/** plural(2, "image") → "2 images"; irregular plurals are given. */
export const plural = (n: number, one: string, many: string = `${one}s`): string =>
  `${countText(n)} ${n === 1 ? one : many}`;

/** "macroF1" → "macro-f1", as options of the command line are written. */
export const kebabCase = (name: string): string => parted(name, "-");

/** "macroF1" → "macro_f1", as columns of tables are. */
export const snakeCase = (name: string): string => parted(name, "_");

const parted = (name: string, by: string): string =>
  name.replaceAll(/[A-Z]/g, (letter) => by + letter.toLowerCase());

/** Names with a comma between, the last with "and": "a, b and c"; of more than `most` the first: "a, b, c and 997 more". */
export function listText(
  names: readonly string[],
  { most = Infinity, last = "and" }: { readonly most?: number; readonly last?: "and" | "or" } = {},
): string {
  if (names.length > most)
    return `${names.slice(0, most).join(", ")} ${last} ${countText(names.length - most)} more`;
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} ${last} ${names.at(-1)}`;
}

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

/**
 * A number with so many significant digits, rounded as `decimalText` does: 0.0123 → "0.012" for two of them;
 * as a power of ten where zeros would have to stand for digits: 123456 → "1.23e+5" for three. "–" where there is none.
 */
export function significantText(value: number, digits: number): string {
  if (!Number.isFinite(value)) return "–";
  const exponent = Number(value.toExponential(11).split("e")[1]);
  const scaled = Math.round(shifted(Math.abs(value), digits - 1 - exponent));
  return (Math.sign(value) * shifted(scaled, exponent + 1 - digits)).toPrecision(digits);
}

/** A learning rate to two significant digits: 0.0039; below 0.001 as a power of ten, 1e-6. */
export function rateText(rate: number): string {
  const rounded = Number(significantText(rate, 2));
  return rounded < 1e-3 ? rounded.toExponential() : String(rounded);
}

/** How it stands beside a test: "p = 0.012", "p < 0.0001". */
export const pValueText = (p: number): string => (p < 1e-4 ? "p < 0.0001" : `p = ${significantText(p, 2)}`);

/** 3845 seconds → "1 h 4 min"; 75 → "1 min 15 s"; 3.2 → "3.2 s". */
export function durationText(seconds: number): string {
  const tenths = decimalText(Math.max(seconds, 0), 1);
  if (Number(tenths) < 10) return `${tenths} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Bytes in the decimal units that disks and shops use: "312 MB". */
export function bytesText(bytes: number): string {
  const [kilobytes, megabytes] = [Math.round(bytes / 1e3), Math.round(bytes / 1e6)];
  if (megabytes >= 1000) return `${decimalText(bytes / 1e9, 1)} GB`;
  return kilobytes >= 1000 ? `${megabytes} MB` : `${Math.max(kilobytes, 1)} kB`;
}

/** Two sizes that are compared, each as `bytesText` writes it; to the byte where different ones would look equal. */
export function comparedBytes(a: number, b: number): readonly [string, string] {
  const texts = [bytesText(a), bytesText(b)] as const;
  return texts[0] === texts[1] && a !== b ? [plural(a, "byte"), plural(b, "byte")] : texts;
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

/** A loss, or another metric that is no fraction, with three decimals; "–" where there is none. */
export const lossText = (loss: number): string => decimalText(loss, 3);

/** An interval of what `lossText` writes: "0.412 to 0.530". */
export const lossRangeText = ([low, high]: readonly [number, number]): string =>
  `${lossText(low)} to ${lossText(high)}`;

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

/** A fraction in percent, without the sign: 0.5125 → "51.3" for one decimal; "–" where there is none. */
export const percentOf = (fraction: number, decimals: number): string =>
  decimalText(Number.isFinite(fraction) ? shiftedSigned(fraction, 2) : fraction, decimals);

const shiftedSigned = (value: number, places: number): number =>
  Math.sign(value) * shifted(Math.abs(value), places);

const withPercent = (text: string): string => (text === "–" ? text : `${text}%`);
