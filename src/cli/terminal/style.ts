import { styleText } from "node:util";

/** Colours where the stream is a terminal that wants them; plain text otherwise. */
export interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  warn(text: string): string;
}

const plain: Paint = {
  bold: (text) => text,
  dim: (text) => text,
  good: (text) => text,
  warn: (text) => text,
};

const coloured: Paint = {
  bold: (text) => styleText("bold", text),
  dim: (text) => styleText("dim", text),
  good: (text) => styleText("green", text),
  warn: (text) => styleText("yellow", text),
};

/** NO_COLOR (no-color.org) and a dumb terminal are respected. */
export function paintFor(stream: NodeJS.WriteStream): Paint {
  const wanted = stream.isTTY && !process.env["NO_COLOR"] && process.env["TERM"] !== "dumb";
  return wanted ? coloured : plain;
}

/** How text is laid out on a stream. */
export interface Look {
  readonly paint: Paint;
  /** Of a line of running text, in characters. */
  readonly width: number;
}

/** Lines longer than 110 characters are hard to read, however wide the terminal is. @default width 100 where there is no terminal */
export const lookFor = (stream: NodeJS.WriteStream): Look => ({
  paint: paintFor(stream),
  width: Math.min(stream.columns ?? 100, 110),
});
