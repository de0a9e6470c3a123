/** 9957 → "9,957"; the same on every machine, whatever its language. */
export const countText = (n: number): string => n.toLocaleString("en-US");

/** plural(2, "image") → "2 images"; irregular plurals are given. */
export const plural = (n: number, one: string, many: string = `${one}s`): string =>
  `${countText(n)} ${n === 1 ? one : many}`;

/** A fraction in [0, 1] as "93.1 %"; "–" where there is none. */
export const percentText = (fraction: number): string =>
  Number.isFinite(fraction) ? `${(fraction * 100).toFixed(1)} %` : "–";
