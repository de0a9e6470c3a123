import { fault } from "../../../base/index.ts";

/** Lets work on large images start while the pixels under way stay within a limit. */
export interface PixelBudget {
  /** Runs the work once that many pixels are free; at most the limit. */
  spend<T>(pixels: number, work: () => Promise<T>): Promise<T>;
}

/** For one thread; first come, first served. */
export function pixelBudget(limit: number): PixelBudget {
  let free = limit;
  const waiting: { readonly pixels: number; readonly start: () => void }[] = [];
  const startWhatFits = (): void => {
    for (let next = waiting[0]; next && next.pixels <= free; next = waiting[0]) {
      waiting.shift();
      free -= next.pixels;
      next.start();
    }
  };
  return {
    async spend(pixels, work) {
      await new Promise<void>((start) => {
        waiting.push({ pixels, start });
        startWhatFits();
      });
      try {
        return await work();
      } finally {
        free += pixels;
        startWhatFits();
      }
    },
  };
}

/**
 * For worker threads that each decode one image at a time; `free` [1] is shared by them and holds the limit at first.
 * A thread that waits sleeps: it has no other work under way that could free pixels.
 */
export const sharedPixelBudget = (free: Int32Array): PixelBudget => ({
  async spend(pixels, work) {
    for (;;) {
      const now = Atomics.load(free, 0);
      if (now < pixels) Atomics.wait(free, 0, now);
      else if (Atomics.compareExchange(free, 0, now, now - pixels) === now) break;
    }
    try {
      return await work();
    } finally {
      Atomics.add(free, 0, pixels);
      Atomics.notify(free, 0);
    }
  },
});

interface TooLarge {
  readonly width: number;
  readonly height: number;
  readonly maxPixels: number;
}

/** Why an image is refused whose pixels are too many. */
export const tooLarge = (path: string, { width, height, maxPixels }: TooLarge): Error =>
  fault(path, {
    expected: `at most ${maxPixels / 1e6} million pixels`,
    received: `${width} x ${height}`,
    fix: "make the image smaller",
  });
