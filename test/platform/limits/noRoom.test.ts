import { expect, test, vi } from "vitest";
import { readImage, resize } from "../../../src/data/index.ts";
import { sharpCodec } from "../../../src/platform/node/index.ts";

// As libvips says it where it has no memory for the pixels.
vi.mock(import("../../../src/platform/node/codec/sharp.ts"), async (original) => ({
  ...(await original()),
  openSharp: () => Promise.reject(new Error("vips_image_write_to_memory: out of memory -- size == 231MB")),
}));

const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0);

test("an image for which there is no memory is not called damaged", async () => {
  await expect(sharpCodec().decode(png, "a.png")).rejects.toThrow(/^memory: expected more memory/);
});

test("and is not left out of the data: reading fails", async () => {
  const file = { path: "a.png", read: () => png, digest: () => "0" };
  const options = { codec: sharpCodec(), transforms: [resize({ height: 8, width: 8 })] };
  await expect(readImage(file, options)).rejects.toThrow(/^memory: /);
});
