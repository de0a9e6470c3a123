import { expect, test } from "vitest";
import { memoryStore } from "../../../src/data/read/pixels.ts";

test("images that fill more than one chunk of memory keep their own bytes", async () => {
  const size = 2 ** 27 + 1;
  const store = memoryStore(2, size);
  const image = new Uint8Array(size).fill(3);
  await store.put(1, image);
  const back = new Uint8Array(size + 1);
  await store.copyInto(1, back, 1);
  expect([back[0], back[1], back[size]]).toEqual([0, 3, 3]);
  await store.copyInto(0, back, 0);
  expect([back[0], back[size - 1], back[size]]).toEqual([0, 0, 3]);
});
