import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Page, chromium } from "playwright-core";

/** Path of a Chromium; undefined where none is installed. */
export const browser = [
  process.env["CHROMIUM"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
].find((path) => path !== undefined && existsSync(path));

/** A page that was opened. */
export interface Opened {
  readonly page: Page;
  /** Whatever goes wrong in it, and whatever it asks the network for. */
  readonly complaints: readonly string[];
}

/** Pages in files of a folder of their own, and a browser to open them in. */
export interface OpenPages {
  readonly open: (name: string, width: number) => Promise<Opened>;
  readonly close: () => Promise<void>;
}

/** Writes pages and starts a browser. */
export async function openPages(pages: Readonly<Record<string, string>>): Promise<OpenPages> {
  const folder = await mkdtemp(join(tmpdir(), "fovea-browser-"));
  for (const [name, page] of Object.entries(pages)) await writeFile(join(folder, `${name}.html`), page);
  const context = await chromium.launchPersistentContext(join(folder, "profile"), {
    executablePath: browser!,
    args: ["--no-sandbox"],
  });
  return {
    open: async (name, width) => {
      const page = await context.newPage();
      const url = pathToFileURL(join(folder, `${name}.html`)).href;
      const complaints: string[] = [];
      page.on("console", (message) => complaints.push(`console: ${message.text()}`));
      page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
      page.on("request", (request) => {
        if (request.url() !== url && !/^(data|blob):/.test(request.url()))
          complaints.push(`request: ${request.url()}`);
      });
      await page.setViewportSize({ width, height: 900 });
      await page.goto(url);
      return { page, complaints };
    },
    close: async () => {
      await context.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
