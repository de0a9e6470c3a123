import { escapeHtml } from "./html.ts";

export interface Curve {
  readonly name: string;
  /** One number an epoch; those that are not finite are skipped. */
  readonly values: readonly number[];
  readonly colour: string;
}

export interface CurvesOptions {
  readonly title: string;
  /** Writes the numbers at the axis. */
  readonly format: (value: number) => string;
  /** Top of the axis. @default the largest value */
  readonly top?: number;
}

const width = 440;
const height = 220;
const left = 56;
const bottom = 190;
const top = 16;
const right = 430;

/** Draws one line a curve over epochs as an inline SVG picture, from 0 at the bottom. */
export function curvesSvg(curves: readonly Curve[], { title, format, top: most }: CurvesOptions): string {
  const finite = curves.flatMap(({ values }) => values.filter(Number.isFinite));
  const ceiling = most ?? Math.max(...finite, 1e-9);
  const epochs = Math.max(...curves.map(({ values }) => values.length), 1);
  const x = (epoch: number): string =>
    (epochs === 1 ? (left + right) / 2 : left + (epoch / (epochs - 1)) * (right - left)).toFixed(1);
  const y = (value: number): string =>
    (bottom - (Math.min(value, ceiling) / ceiling) * (bottom - top)).toFixed(1);
  const grid = [0, 0.5, 1].map(
    (part) =>
      `<line x1="${left}" x2="${right}" y1="${y(part * ceiling)}" y2="${y(part * ceiling)}" class="grid"/>` +
      `<text x="${left - 8}" y="${y(part * ceiling)}" text-anchor="end" dy="4">${format(part * ceiling)}</text>`,
  );
  const lines = curves.map(({ values, colour }) => {
    const points = values.flatMap((value, i) => (Number.isFinite(value) ? [`${x(i)},${y(value)}`] : []));
    const dots = points.map((point) => {
      const [cx, cy] = point.split(",");
      return `<circle cx="${cx}" cy="${cy}" r="3" fill="${colour}"/>`;
    });
    return `<polyline points="${points.join(" ")}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join("")}`;
  });
  const legend = curves.map(
    ({ name, colour }) => `<span><i style="background:${colour}"></i>${escapeHtml(name)}</span>`,
  );
  return [
    `<figure><figcaption>${escapeHtml(title)}</figcaption>`,
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(title)}">`,
    ...grid,
    ...lines,
    `<text x="${left}" y="${height - 8}">epoch 1</text>`,
    epochs > 1 ? `<text x="${right}" y="${height - 8}" text-anchor="end">epoch ${epochs}</text>` : "",
    `</svg><p class="legend">${legend.join("")}</p></figure>`,
  ].join("");
}
