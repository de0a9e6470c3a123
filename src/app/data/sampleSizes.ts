import { isRefusal } from "../../base/index.ts";
import type { Codec, Collection, FileTree } from "../../data/index.ts";

/** Images looked at; enough to see past an odd one. */
const looks = 9;

/** The shorter side, in pixels, of a typical image: the median over a few, evenly spread; 0 where none can be read. */
export async function typicalSide(tree: FileTree, { images }: Collection, codec: Codec): Promise<number> {
  const count = Math.min(looks, images.length);
  const sides: number[] = [];
  for (let i = 0; i < count; i++) {
    const image = images[Math.floor((i * images.length) / count)];
    if (!image) continue;
    try {
      const { width, height } = await codec.decode(await tree.read(image.path), image.path);
      sides.push(Math.min(width, height));
    } catch (error) {
      // Reading them all names the ones that cannot be read.
      if (!isRefusal(error)) throw error;
    }
  }
  return sides.toSorted((a, b) => a - b)[sides.length >> 1] ?? 0;
}
