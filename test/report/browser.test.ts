import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { syntheticCollection } from "../../src/data/index.ts";
import { encodeJpeg } from "../../src/platform/node/index.ts";
import { renderAudit, renderEvaluation, renderExplanation, renderReport } from "../../src/report/index.ts";
import { type OpenPages, browser, openPages } from "./chromium.ts";
import { drawnEvaluation, drawnRun } from "./drawn.ts";
import { drawnAudit } from "./drawnAudit.ts";
import { drawnExplanation } from "./drawnExplanation.ts";

const longNames = [
  "a class whose name goes on and on and on and never seems to end",
  "b".repeat(80),
  "c",
  "d",
];
const many = Array.from({ length: 30 }, (_, i) => `class number ${i}`);
// CSS pixels; a sheet of A4 has 673 between its margins.
const widths = { desk: 1280, phone: 360, paper: 673 } as const;

describe.skipIf(!browser)("in a browser", () => {
  let pages: OpenPages;

  beforeAll(async () => {
    const [drawn] = syntheticCollection({
      photographsPerClass: 1,
      viewsPerPhotograph: 1,
      width: 160,
      height: 120,
      seed: 1,
    });
    const jpeg = await encodeJpeg(drawn!.raster);
    const image = `data:image/jpeg;base64,${Buffer.from(jpeg).toString("base64")}`;
    pages = await openPages({
      report: await renderReport(
        drawnRun({ classNames: ["EOSINOPHIL", "LYMPHOCYTE", "MONOCYTE", "NEUTROPHIL"], image }),
      ),
      "long names": await renderReport(drawnRun({ classNames: longNames, image })),
      "wide matrix": await renderReport(drawnRun({ classNames: many.slice(0, 12), image })),
      "many classes": await renderReport(drawnRun({ classNames: many, image })),
      audit: await renderAudit(drawnAudit({ image })),
      "audit of long names": await renderAudit(drawnAudit({ image, classNames: longNames })),
      explanation: renderExplanation(drawnExplanation({ image })),
      "explanation of long names": renderExplanation(
        drawnExplanation({ image, classNames: longNames, paths: [`${"a".repeat(120)}.jpg`] }),
      ),
      evaluation: await renderEvaluation(drawnEvaluation({ classNames: longNames, image })),
    });
  }, 60_000);

  afterAll(() => pages.close());

  // Written as text: what runs in the page has names that this program does not know.
  const overflow = (page: Page): Promise<number> =>
    page.evaluate<number>("document.documentElement.scrollWidth - window.innerWidth");

  const brokenImages = (page: Page): Promise<number> =>
    page.evaluate<number>("[...document.images].filter((one) => one.naturalWidth === 0).length");

  /** Of ground, text and the letters of the first drawing, from 0 (black) to 1. */
  const lightness = (page: Page): Promise<readonly [number, number, number]> =>
    page.evaluate<[number, number, number]>(`(() => {
      const lightness = (colour) => {
        const [r, g, b] = colour.match(/[\\d.]+/g).map(Number);
        return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
      };
      const { backgroundColor, color } = getComputedStyle(document.body);
      const { fill } = getComputedStyle(document.querySelector("svg[role=img] text"));
      return [backgroundColor, color, fill].map(lightness);
    })()`);

  test.each([
    "report",
    "long names",
    "wide matrix",
    "many classes",
    "audit",
    "audit of long names",
    "evaluation",
    "explanation",
    "explanation of long names",
  ])(
    "%s opens without a complaint or a request, fits desk, phone and paper, and shows every image",
    async (name) => {
      const { page, complaints } = await pages.open(name, widths.desk);
      for (const [medium, width] of Object.entries(widths)) {
        await page.setViewportSize({ width, height: 900 });
        if (medium === "paper") await page.emulateMedia({ media: "print" });
        expect(await overflow(page), `wider than the ${medium}`).toBe(0);
        expect(await brokenImages(page)).toBe(0);
        if (medium === "desk") {
          const image = await page.screenshot({ fullPage: true });
          expect(image.length).toBeGreaterThan(10_000);
        }
        expect(complaints).toEqual([]);
      }
      await page.close();
    },
  );

  test.each(["report", "audit"])(
    "%s is light by day, dark by night and white on paper, and can be read in each",
    async (name) => {
      const { page } = await pages.open(name, widths.desk);
      await page.emulateMedia({ colorScheme: "light" });
      const [day, dayInk, dayAxis] = await lightness(page);
      await page.emulateMedia({ colorScheme: "dark" });
      const [night, nightInk, nightAxis] = await lightness(page);
      await page.emulateMedia({ colorScheme: "dark", media: "print" });
      const [paper] = await lightness(page);
      expect([day > 0.95, dayInk < 0.2, dayAxis < 0.5]).toEqual([true, true, true]);
      expect([night < 0.1, nightInk > 0.8, nightAxis > 0.5]).toEqual([true, true, true]);
      expect(paper).toBeCloseTo(1, 6);
      await page.close();
    },
  );

  test("letters in drawings stay legible on a phone", async () => {
    const { page } = await pages.open("report", widths.phone);
    const sizes = await page.evaluate<readonly number[]>(`
      [...document.querySelectorAll("svg[role=img] text")]
        .map((text) => parseFloat(getComputedStyle(text).fontSize) * Math.hypot(text.getScreenCTM().a, text.getScreenCTM().b))`);
    expect(sizes.length).toBeGreaterThan(20);
    expect(Math.min(...sizes)).toBeGreaterThan(9);
    await page.close();
  });
});

test.runIf(!browser)("no Chromium was found (set CHROMIUM to its path): pages NOT OPENED", ({ skip }) =>
  skip(),
);
