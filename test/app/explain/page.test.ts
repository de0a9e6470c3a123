import { expect, test } from "vitest";
import { openPage } from "../../../src/app/explain/page.ts";
import { fakeServices } from "../fakeServices.ts";

const raster = { width: 8, height: 8, data: new Uint8Array(192) };
const image = (
  path: string,
  label = "cat",
  explained = label,
): Parameters<ReturnType<typeof openPage>["addImage"]>[0] => ({
  path,
  shown: raster,
  prepared: new Uint8Array(0),
  label,
  probability: 0.9,
  classIndex: 0,
  class: explained,
  classProbability: explained === label ? 0.9 : 0.04,
});
const caption = { code: "gradcam-of", data: { layer: "conv2d", channels: 8, mapSize: [2, 2] } } as const;
const map = { file: "a.png", png: new Uint8Array(4), drawn: { map: raster, facts: { caption } } };
const of = { title: "t", model: "m", methods: [], notes: [], explanations: [], skipped: [] };

test("images beyond what a browser shows easily are counted and not shown", async () => {
  const page = openPage(fakeServices(), 1);
  for (const path of ["one.jpg", "two.jpg", "three.jpg"]) await page.addImage(image(path), [map]);
  const text = page.render(of);
  expect(text).toContain("one.jpg");
  expect(text).not.toContain("two.jpg");
  expect(text).toMatch(/on 3 images/);
  expect(text).toMatch(/\b2 more images\b/);
});

test("the class explained is named beside the predicted one only where it differs", async () => {
  const page = openPage(fakeServices());
  await page.addImage(image("same.jpg"), [map]);
  await page.addImage(image("other.jpg", "cat", "dog"), [map]);
  const text = page.render(of);
  expect(text.match(/dog/g)).toHaveLength(1);
  expect(text).toMatch(/dog, 4\.0%/);
});

test("an image that could not be read stands in the page with its reason", async () => {
  const page = openPage(fakeServices());
  const text = page.render({ ...of, explanations: [{ path: "gone.jpg", error: "no such file" }] });
  expect(text).toMatch(/gone\.jpg.*no such file/);
});
