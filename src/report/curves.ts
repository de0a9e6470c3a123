import { escapeHtml } from "./html.ts";

export interface Curve {
  readonly name: string;
  /** One number an epoch; those that are not finite are skipped. */
  readonly values: readonly number[];
  /** Name of a style of the page that gives the colour. */
  readonly style: string;
}

export interface CurvesOptions {
  readonly title: string;
  /** Writes the numbers at the axis. */
  readonly format: (value: number) => string;
  /** Top of the axis. @default a round number that no value passes */
  readonly top?: number;
  /** Epoch to mark, from 1; 0 marks none. */
  readonly marked: number;
}

// Where the plot stands in the drawing, in its own units.
const width = 460;
const height = 230;
const frame = { left: 52, right: 446, top: 14, bottom: 196 } as const;

/** Draws one line a curve over epochs as an inline SVG picture, from 0 at the bottom. */
export function curvesSvg(curves: readonly Curve[], options: CurvesOptions): string {
  const { title, format, marked } = options;
  const { ticks, top } = axisOf(curves, options.top);
  const epochs = Math.max(...curves.map(({ values }) => values.length), 1);
  const x = (epoch: number): string =>
    (epochs === 1
      ? (frame.left + frame.right) / 2
      : frame.left + ((epoch - 1) / (epochs - 1)) * (frame.right - frame.left)
    ).toFixed(1);
  const y = (value: number): string =>
    (frame.bottom - (Math.min(value, top) / top) * (frame.bottom - frame.top)).toFixed(1);
  const grid = ticks.map(
    (tick) =>
      `<line x1="${frame.left}" x2="${frame.right}" y1="${y(tick)}" y2="${y(tick)}" class="grid"/>` +
      `<text x="${frame.left - 9}" y="${y(tick)}" text-anchor="end" dy="4">${format(tick)}</text>`,
  );
  const best =
    marked > 0
      ? `<line x1="${x(marked)}" x2="${x(marked)}" y1="${frame.top}" y2="${frame.bottom}" class="best"/>`
      : "";
  const names = epochLabels(epochs).map(
    (epoch) => `<text x="${x(epoch)}" y="${frame.bottom + 20}" text-anchor="middle">${epoch}</text>`,
  );
  return [
    `<figure><figcaption>${escapeHtml(title)}</figcaption>`,
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(title)}">`,
    ...grid,
    best,
    ...names,
    ...curves.map((curve) => lineSvg(curve, x, y)),
    "</svg></figure>",
  ].join("");
}

function lineSvg(
  { values, style, name }: Curve,
  x: (epoch: number) => string,
  y: (value: number) => string,
): string {
  const places = values.flatMap((value, i) =>
    Number.isFinite(value) ? [[x(i + 1), y(value)] as const] : [],
  );
  const points = places.map((place) => place.join(",")).join(" ");
  const dots = places.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3.5"/>`).join("");
  return `<g class="${style}"><title>${escapeHtml(name)}</title><polyline points="${points}"/>${dots}</g>`;
}

/** Three to six ticks at round numbers; the last is the top. */
function axisOf(curves: readonly Curve[], most?: number): { ticks: readonly number[]; top: number } {
  const largest = most ?? Math.max(...curves.flatMap(({ values }) => values.filter(Number.isFinite)), 1e-6);
  const power = 10 ** Math.floor(Math.log10(largest / 4));
  const step = [1, 2, 2.5, 5, 10].map((n) => n * power).find((size) => largest / size <= 5) ?? largest;
  const count = most === undefined ? Math.ceil(largest / step - 1e-9) : Math.round(most / step);
  const ticks = Array.from({ length: count + 1 }, (_, i) => i * step);
  return { ticks, top: most ?? count * step };
}

/** The first, the last and round ones between; all of them where there are few. */
function epochLabels(epochs: number): readonly number[] {
  if (epochs <= 12) return Array.from({ length: epochs }, (_, i) => i + 1);
  const step = [2, 5, 10, 20, 50, 100, 200, 500].find((size) => epochs / size <= 8) ?? Math.ceil(epochs / 8);
  const round = Array.from({ length: Math.floor(epochs / step) }, (_, i) => (i + 1) * step);
  return [1, ...round.filter((epoch) => epoch > 1 && epochs - epoch >= step / 2), epochs];
}
