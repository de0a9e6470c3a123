import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { renderReport } from "../../src/report/index.ts";
import { type OpenPages, browser, openPages } from "./chromium.ts";
import { drawnRun } from "./drawn.ts";

const classNames = ["EOSINOPHIL", "LYMPHOCYTE", `<b>&"var(--ink)"`];

describe.skipIf(!browser)("a page in a browser", () => {
  let pages: OpenPages;
  let page: Page;
  let complaints: readonly string[];

  beforeAll(async () => {
    pages = await openPages({ report: await renderReport(drawnRun({ classNames })) });
    ({ page, complaints } = await pages.open("report", 1280));
  }, 60_000);

  afterAll(() => pages.close());

  interface Saved {
    readonly name: string;
    /** Its root, size and number of marks; of a PNG its size alone. */
    readonly parsed: readonly [root: string, width: number, height: number, marks: number];
    readonly text: string;
  }

  /** Presses every button of the page; the files are read where they are made, since downloads take their time. */
  const savedByButtons = (): Promise<readonly Saved[]> =>
    page.evaluate<readonly Saved[]>(`(async () => {
      const links = [];
      const click = HTMLAnchorElement.prototype.click;
      HTMLAnchorElement.prototype.click = function () { links.push(this); };
      const buttons = document.querySelectorAll(".save button");
      for (const button of buttons) button.click();
      while (links.length < buttons.length) await new Promise((resolve) => setTimeout(resolve, 5));
      HTMLAnchorElement.prototype.click = click;
      return Promise.all(links.map(async ({ download: name, href }) => {
        if (name.endsWith(".png")) {
          const image = Object.assign(new Image(), { src: href });
          await image.decode();
          return { name, text: "", parsed: ["png", image.naturalWidth, image.naturalHeight, 0] };
        }
        const text = await (await fetch(href)).text();
        const { documentElement: root } = new DOMParser().parseFromString(text, "image/svg+xml");
        const [width, height] = ["width", "height"].map((size) => Number(root.getAttribute(size)));
        return { name, text, parsed: [root.nodeName, width, height, root.querySelectorAll("svg[role=img] *").length] };
      }));
    })()`);

  const charts = [
    ["Accuracy against baselines", "accuracy-against-baselines"],
    ["Accuracy", "accuracy"],
    ["Loss", "loss"],
    ["Confusion matrix", "confusion-matrix"],
    ["Reliability diagram", "reliability-diagram"],
    ["ROC curve", "roc-curve"],
    ["Precision-recall curve", "precision-recall-curve"],
    ["Images per class", "images-per-class"],
  ] as const;

  test("every chart is saved as an SVG file that stands alone and as a PNG of twice its size", async () => {
    expect(await page.locator("figure.plot").count()).toBe(charts.length);
    const files = await savedByButtons();
    expect(files.length).toBe(2 * charts.length);
    for (const [title, file] of charts) {
      const svg = files.find(({ name }) => name === `${file}.svg`);
      const [root, width = 0, height = 0, marks] = svg?.parsed ?? [];
      expect([file, root]).toEqual([file, "svg"]);
      expect(marks).toBeGreaterThan(5);
      expect(svg?.text).not.toMatch(/(fill|stroke)="[^"]*var\(|<script|<template/);
      expect(svg?.text).toContain(`>${title}</text>`);
      const png = files.find(({ name }) => name === `${file}.png`);
      expect(png?.parsed).toEqual(["png", 2 * width, 2 * height, 0]);
    }
    // A class name that reads like a colour of the page stays a name.
    expect(files.find(({ name }) => name === "roc-curve.svg")?.text).toContain('&lt;b&gt;&amp;"var(--ink)"');
    expect(complaints).toEqual([]);
  });

  test("the buttons are seen on hover and when the keyboard reaches them, and work by it", async () => {
    const tools = page.locator("[data-file=roc-curve] .save");
    const opacity = (): Promise<string> =>
      page.evaluate<string>(`(() => {
        const tools = document.querySelector("[data-file=roc-curve] .save");
        for (const one of tools.getAnimations()) one.finish();
        return getComputedStyle(tools).opacity;
      })()`);
    await page.mouse.move(0, 0);
    expect(await opacity()).toBe("0");
    await tools.getByRole("button", { name: "as SVG" }).focus();
    expect(await opacity()).toBe("1");
    const download = page.waitForEvent("download");
    await page.keyboard.press("Enter");
    const file = await download;
    expect(file.suggestedFilename()).toBe("roc-curve.svg");
    expect(await readFile(await file.path(), "utf8")).toMatch(/^<svg .*<\/svg>$/s);
  });

  test("the list of contents leads to each section, and stays in sight", async () => {
    const links = await page.evaluate<readonly (readonly [string, boolean])[]>(
      `[...document.querySelectorAll("nav a")].map((a) => [a.textContent, document.getElementById(decodeURI(a.hash.slice(1)))?.tagName === "SECTION"])`,
    );
    expect(links.length).toBe(await page.locator("section").count());
    expect(links.filter(([, found]) => !found)).toEqual([]);
    await page.locator("nav a", { hasText: "Reproduce" }).click();
    expect(await page.evaluate("document.querySelector('nav').getBoundingClientRect().top")).toBe(0);
    const top = await page.evaluate<number>(
      "document.querySelector('#reproduce').getBoundingClientRect().top",
    );
    expect(top).toBeGreaterThan(0);
    expect(top).toBeLessThan(900);
  });

  test("verdict, accuracy, baselines, notes, advice and skipped files are on the first screen, the rest on four more", async () => {
    await page.evaluate("scrollTo(0, 0)");
    const [summary, whole] = await page.evaluate<readonly [number, number]>(
      "[document.querySelector('#verdict').getBoundingClientRect().bottom, document.documentElement.scrollHeight]",
    );
    expect(summary).toBeLessThan(900);
    expect(whole).toBeLessThan(5000);
  });

  test("what is folded away is printed", async () => {
    const isShown = (): Promise<boolean> =>
      page.evaluate<boolean>("document.querySelector('details .images li').checkVisibility()");
    expect(await isShown()).toBe(false);
    await page.emulateMedia({ media: "print" });
    expect(await isShown()).toBe(true);
    await page.emulateMedia({ media: "screen" });
  });

  test.each(["light", "dark"] as const)(
    "in the %s theme cells can be told from the page, and read",
    async (colorScheme) => {
      await page.emulateMedia({ colorScheme });
      // WCAG 2.1: contrast of two colours, a cell's over the page's.
      const contrasts = await page.evaluate<readonly (readonly [number, number])[]>(`(() => {
      const rgb = (text) => text.match(/[\\d.]+/g).slice(0, 3).map(Number);
      const light = (c) => c.map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4))
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
      const contrast = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
      const { backgroundColor, color } = getComputedStyle(document.body);
      const [paper, ink] = [rgb(backgroundColor), rgb(color)];
      return [...document.querySelectorAll("#confusion-matrix svg[role=img] rect[fill-opacity]")]
        .map((cell) => ({ style: getComputedStyle(cell) }))
        .map(({ style }) => {
          const over = rgb(style.fill).map((v, i) => v * style.fillOpacity + paper[i] * (1 - style.fillOpacity));
          return [contrast(ink, over), contrast(rgb(style.stroke), paper)];
        });
    })()`);
      expect(contrasts.length).toBeGreaterThan(5);
      expect(Math.min(...contrasts.map(([text]) => text))).toBeGreaterThan(4.5);
      expect(Math.min(...contrasts.map(([, outline]) => outline))).toBeGreaterThan(3);
    },
  );
});
