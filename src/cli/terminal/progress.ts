import { createLogUpdate } from "log-update";
import { type Paint, paintFor } from "./style.ts";

/** Where progress goes: standard error, so that standard output holds the result alone. */
export interface Progress {
  /** The lines at the bottom can be rewritten. */
  readonly live: boolean;
  readonly paint: Paint;
  /** Width in characters. */
  readonly width: number;
  /** A line that stays. */
  line(text?: string): void;
  /** Lines at the bottom that the next call replaces; nothing where the output is no terminal. */
  redraw(text: string): void;
  /** Takes the rewritten lines away. */
  clear(): void;
}

/** Progress on the terminal, or plain lines where there is none. */
export function progressOn(stream: NodeJS.WriteStream): Progress {
  const live = stream.isTTY && process.env["TERM"] !== "dumb";
  const bottom = createLogUpdate(stream);
  return {
    live,
    paint: paintFor(stream),
    width: stream.columns ?? 80,
    line: (text = "") => {
      if (live) bottom.clear();
      stream.write(`${text}\n`);
    },
    redraw: (text) => {
      if (live) bottom(text);
    },
    clear: () => {
      if (!live) return;
      bottom.clear();
      bottom.done();
    },
  };
}
