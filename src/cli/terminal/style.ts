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
