import { countText, plural } from "../../base/index.ts";
import type { AuditReport, Share } from "../../audit/index.ts";
import { groupWord } from "../../data/index.ts";
import { type Fact, written } from "../../messages/index.ts";
import type { Charts } from "../chart.ts";
import { type Bar, barsChart } from "../charts/bars.ts";
import { type Content, html } from "../html.ts";
import { explained, factTable, section } from "../shell.ts";

const maxSizes = 8;

/** What is in the collection. */
export function contents(charts: Charts, report: AuditReport): Content {
  const { classes, groups, counts, sizes, groupSizes } = report;
  const word = groupWord(report.groupSource);
  const grouped = groups < counts.images;
  const bars = (of: (one: (typeof classes)[number]) => number): readonly Bar[] =>
    classes.map((one) => ({ name: one.name, counts: [of(one)] }));
  return [
    section("Contents", explained("class-sizes"), [
      html`<div class="plots">
        ${[
          charts.draw(
            barsChart(
              charts,
              bars(({ images }) => images),
              { title: "Images of each class", of: "image" },
            ),
          ),
          grouped &&
            charts.draw(
              barsChart(
                charts,
                bars((one) => one.groups),
                { title: `${capital(word)}s of each class`, of: word },
              ),
            ),
        ]}
      </div>`,
      factTable(factsOf(report)),
    ]),
    grouped &&
      section("Groups", written({ code: "dependent-images", data: { source: report.groupSource } }).text, [
        html`<div class="plots">
          ${charts.draw(barsChart(charts, groupBars(groupSizes), { title: `${capital(word)}s by their number of images`, of: word }))}
        </div>`,
      ]),
    sizes.length > 1 &&
      section("Sizes", explained("image-sizes"), [
        html`<div class="plots">
          ${charts.draw(barsChart(charts, shareBars(sizes), { title: "Images of each size", of: "image" }))}
        </div>`,
      ]),
  ];
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** The most frequent, and the others in one bar. */
function shareBars(shares: readonly Share[]): readonly Bar[] {
  const [first, others] = [shares.slice(0, maxSizes), shares.slice(maxSizes)];
  const rest = others.reduce((sum, { images }) => sum + images, 0);
  return [
    ...first.map(({ name, images }) => ({ name, counts: [images] })),
    ...(others.length > 0 ? [{ name: plural(others.length, "other size"), counts: [rest] }] : []),
  ];
}

/** Each bar holds groups of up to twice as many images as the one before. */
function groupBars(sizes: AuditReport["groupSizes"]): readonly Bar[] {
  const largest = Math.max(...sizes.map(({ images }) => images));
  const bars: Bar[] = [];
  for (let from = 1, to = 1; from <= largest; from = to + 1, to *= 2) {
    const inside = sizes.filter(({ images }) => images >= from && images <= to);
    const name = from === to ? plural(from, "image") : `${countText(from)}–${countText(to)}`;
    bars.push({ name, counts: [inside.reduce((sum, { groups }) => sum + groups, 0)] });
  }
  return bars;
}

function factsOf(report: AuditReport): readonly Fact[] {
  const { counts, groups, groupSource, largestGroup: largest, parts, formats, colours, seconds } = report;
  const { images, readable, grouped } = counts;
  return [
    { code: "images", data: { images, unreadable: images - readable } },
    ...(groupSource === "none" ? [] : [{ code: "groups", data: { groups, largest, grouped } } as const]),
    ...(parts.length > 0 ? [{ code: "predefined-split", data: { parts } } as const] : []),
    { code: "formats", data: { shares: formats, readable } },
    { code: "colours", data: { shares: colours, readable } },
    { code: "time", data: { seconds } },
  ];
}
