import { copyFile, readFile, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { convolutional, putModel } from "../app/smallModel.ts";
import { image } from "../cli/support.ts";
import { draw, installed, ran, start } from "./examples.ts";

test("no example reaches outside of itself but for the package and Node", async () => {
  for (const name of await readdir("examples")) {
    if (!name.endsWith(".ts")) continue;
    const text = await readFile(join("examples", name), "utf8");
    const imported = [...text.matchAll(/(?:from|import\(|resolve\()\s*"([^"]+)"/g)].map(
      ([, from = ""]) => from,
    );
    expect(imported.filter((from) => !/^(node:|fovea(\/|$))/.test(from))).toEqual([]);
    expect(text).not.toContain("../");
  }
});

test("arrays in memory: at least 90% of the held-out images are correct", async () => {
  const { code, out, err } = await ran(await installed(), "in-memory");
  expect([code, err]).toEqual([0, ""]);
  expect(Number(/test accuracy: ([\d.]+)/.exec(out)?.[1])).toBeGreaterThan(0.9);
});

test("a residual net in functional style: at least 90% of the held-out images are correct", async () => {
  const { code, out, err } = await ran(await installed(), "residual");
  expect([code, err]).toEqual([0, ""]);
  expect(out).toContain("Connected to");
  expect(Number(/test accuracy: ([\d.]+)/.exec(out)?.[1])).toBeGreaterThan(0.9);
});

test("callbacks: the training ends early, at 99%, with a line for each epoch", async () => {
  const { code, out, err } = await ran(await installed(), "callbacks");
  expect([code, err]).toEqual([0, ""]);
  const [, epochs, accuracy] = /stopped early after (\d+) epochs, accuracy ([\d.]+)/.exec(out) ?? [];
  expect(out.match(/^epoch \d+: rate/gm)).toHaveLength(Number(epochs));
  expect(Number(epochs)).toBeLessThan(30);
  expect(Number(accuracy)).toBeGreaterThanOrEqual(0.99);
});

test("a loss of one's own: falls, and is right for at least 90% of the held-out points", async () => {
  const { code, out, err } = await ran(await installed(), "custom-loss");
  expect([code, err]).toEqual([0, ""]);
  const [, first, last] = /validation loss: ([\d.]+) after one epoch, ([\d.]+) after all/.exec(out) ?? [];
  expect(Number(last)).toBeLessThan(Number(first) / 4);
  const [, loss, accuracy] = /test loss: ([\d.]+), accuracy: ([\d.]+)/.exec(out) ?? [];
  expect(loss).toBe(last);
  expect(Number(accuracy)).toBeGreaterThan(0.9);
});

test("the server answers uploads with a class, and what is no image with an error", async () => {
  const home = await installed();
  await putModel(home, convolutional);
  const { child, end, line } = start(home, "serve", "model.safetensors", "0");
  try {
    const [at = ""] = /http:\S+/.exec(await line) ?? [];
    const post = (body: Uint8Array | string): Promise<Response> =>
      fetch(at, { method: "POST", body: body as BodyInit, headers: { connection: "close" } });
    const bytes = await image([190, 20, 30], 1);
    const answers = await Promise.all([bytes, bytes, "no image"].map(post));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 400]);
    const [one, two, broken] = await Promise.all(answers.map((answer) => answer.json()));
    expect(one).toEqual({
      label: expect.any(String),
      probability: expect.any(Number),
      top: expect.arrayContaining([]),
    });
    expect(two).toEqual(one);
    expect(broken).toEqual({ error: expect.stringMatching(/expected a JPEG, PNG/) });
    expect((await fetch(at)).status).toBe(405);
  } finally {
    child.kill("SIGTERM");
  }
  const { code, err } = await end;
  if (process.platform !== "win32") expect([code, err]).toEqual([0, ""]);
});

test("the audit ends with 1 where one image stands under two labels, and says so", async () => {
  const home = await installed();
  const data = join(home, "cells");
  const small = { photographsPerClass: 2, viewsPerPhotograph: 1, width: 48, height: 48, seed: 1 };
  const [first = ""] = await draw(data, small);
  const other = (await readdir(data)).find((name) => name !== dirname(first)) ?? "";
  await copyFile(join(data, first), join(data, other, "again.png"));
  const { code, out } = await ran(home, "audit", "cells");
  expect(out).toMatch(/^error: /m);
  expect(out).toMatch(/^9 images, errors: 1$/m);
  expect(code).toBe(1);
});
