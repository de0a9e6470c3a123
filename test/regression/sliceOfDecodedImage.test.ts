import sharp from "sharp";
import { expect, test } from "vitest";
import { sharpCodec } from "../../src/platform/node/index.ts";

// Occlusion maps laid every patch over all earlier ones, where the image already had the network's size.
test.each(["png", "jpeg", "webp", "tiff"] as const)("a slice of a decoded %s is a copy", async (format) => {
  const create = { width: 16, height: 16, channels: 3, background: "red" } as const;
  const bytes = await sharp({ create }).toFormat(format).toBuffer();
  const { data } = await sharpCodec({ threads: 1 }).decode(new Uint8Array(bytes), `red.${format}`);
  const [before] = data;
  data.slice().fill(7);
  expect(data[0]).toBe(before);
});
