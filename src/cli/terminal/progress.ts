import { createLogUpdate } from "log-update";
import { durationText } from "../../base/index.ts";
import { ownControls } from "./print.ts";
import { type Paint, lookFor, paintFor } from "./style.ts";
import { fitted } from "./wrap.ts";

/** Where progress goes: standard error, so that standard output holds the result alone. */
export interface Progress {
  /** The lines at the bottom can be rewritten. */
  readonly live: boolean;
  readonly paint: Paint;
  /** Width in characters. */
  readonly width: number;
  /** A line that stays, broken to the width. */
  line(text?: string): void;
  /**
   * What is going on now, until the next call says otherwise. On a terminal the lines at the bottom, which the next call replaces;
   * elsewhere a line of its own whenever nothing was written for a while.
   */
  redraw(text: string): void;
  /** Takes the rewritten lines away; nothing is going on any more. */
  clear(): void;
}

/** Where the lines cannot be rewritten, one is written after this silence. In milliseconds. */
const longestSilence = 2000;
/** How often silence is looked for. In milliseconds. */
const tick = 250;

/** Progress on the terminal, or a plain line every few seconds where there is none. */
export function progressOn(stream: NodeJS.WriteStream): Progress {
  const live = stream.isTTY && process.env["TERM"] !== "dumb";
  const bottom = createLogUpdate(stream);
  const { width } = lookFor(stream);
  // A process that has just started has been silent since then.
  let written = performance.now() > longestSilence ? performance.now() : 0;
  let changed = performance.now();
  let doing: string | undefined;
  let timer: NodeJS.Timeout | undefined;

  /** What is going on, and for how long where that is all that can be said. */
  const standing = (): string => {
    const seconds = (performance.now() - changed) / 1000;
    return `${doing ?? ""}${seconds * 1000 < longestSilence ? "" : ` (for ${durationText(Math.floor(seconds))})`}`;
  };
  const show = (): void => {
    if (doing === undefined) return;
    if (live) bottom(standing());
    else if (performance.now() - written >= longestSilence) {
      stream.write(`${fitted(standing(), width)}\n`);
      written = performance.now();
    }
  };
  const stop = (): void => {
    clearInterval(timer);
    timer = undefined;
    doing = undefined;
  };
  return {
    live,
    paint: paintFor(stream),
    width,
    line: (text = "") => {
      if (live) bottom.clear();
      stream.write(`${fitted(ownControls(text), width)}\n`);
      written = performance.now();
    },
    redraw: (text) => {
      doing = ownControls(text);
      changed = performance.now();
      timer ??= setInterval(show, tick).unref();
      show();
    },
    clear: () => {
      stop();
      if (!live) return;
      bottom.clear();
      bottom.done();
    },
  };
}
