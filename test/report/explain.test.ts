import { expect, test } from "vitest";
import { written } from "../../src/messages/index.ts";
import { renderExplanation } from "../../src/report/index.ts";
import { drawnExplanation } from "./drawnExplanation.ts";

/** The text of a page, as a reader sees it. */
const readable = (markup: string): string =>
  markup
    .replaceAll(/<style>[^]*?<\/style>|<[^>]*>/g, "")
    .replaceAll("&#39;", "'")
    .replaceAll(/\s+/g, " ");

test("the page says of each image its class and confidence, and of each map its layer and channels", () => {
  const report = drawnExplanation();
  const text = readable(renderExplanation(report));
  for (const { path, prediction, maps, layers } of report.images)
    for (const one of [
      path,
      written(prediction).text,
      ...[...maps, ...layers, ...report.filters].map(({ caption }) => written(caption).text),
    ])
      expect(text).toContain(one);
});

test("each method has its colours with both ends named, its legend and its limits", () => {
  const report = drawnExplanation();
  const page = renderExplanation(report);
  const text = readable(page);
  for (const { colours, statements } of report.methods) {
    expect(text).toContain(colours.least);
    expect(text).toContain(colours.most);
    for (const one of statements) expect(text).toContain(written(one).text);
  }
  // The first and the last colour of viridis and inferno as their authors publish them.
  expect(page).toMatch(/linear-gradient\(90deg, rgb\(0 0 4\),[^"]* rgb\(252 255 164\)\)/);
  expect(page).toMatch(/linear-gradient\(90deg, rgb\(68 1 84\),[^"]* rgb\(253 231 37\)\)/);
});

test("a remark, what was left out, what could not be read and images without room are all said", () => {
  const text = readable(renderExplanation(drawnExplanation()));
  expect(text).toContain("ar more speaks against dog");
  expect(text).toContain(written({ code: "no-gradcam", data: {} }).text);
  expect(text).toMatch(/notes\.txt — not an image/);
  expect(text).toContain(written({ code: "explain-more", data: { images: 3 } }).text);
});

test("names from the disk are text and never markup, and links lead to files of any name", () => {
  const [first] = drawnExplanation().images;
  const maps = first!.maps.map((one) => ({ ...one, file: "50% #1?.png" }));
  const path = `"><img src=x onerror=alert(1)>.png`;
  const page = renderExplanation({ ...drawnExplanation(), images: [{ ...first!, path, maps }] });
  expect(page).not.toContain("<img src=x");
  expect(page).toContain(`href="50%25%20%231%3F.png"`);
});

test("tiles stay sharp, photographs do not", () => {
  const page = renderExplanation(drawnExplanation());
  const classOf = (caption: string): string | undefined =>
    new RegExp(`alt="${caption}[^"]*" class="(\\w*)"`).exec(page)?.[1];
  expect([classOf("Grad-CAM"), classOf("Occlusion"), classOf("Activations"), classOf("Filters")]).toEqual([
    "",
    "",
    "sharp",
    "sharp",
  ]);
});

test("the list of contents stays short however many images there are", () => {
  const paths = Array.from({ length: 40 }, (_, i) => `cells/${i}.jpg`);
  const [contents = ""] = /<nav[^]*<\/nav>/.exec(renderExplanation(drawnExplanation({ paths }))) ?? [];
  expect(contents).toContain("<a ");
  expect(contents).not.toContain("cells/");
});
