import { type SummaryResult, countText } from "../../app/index.ts";
import { type ParameterCount, decimalText } from "../../base/index.ts";
import { messageText } from "../../messages/index.ts";
import type { Paint } from "../terminal/style.ts";
import { columns, shortened } from "../terminal/table.ts";

const none = "·";

/** A network as a table of its layers, and below it what it takes. */
export function summaryText(
  { source, inputShape, layers, parameters, flops, notes }: SummaryResult,
  paint: Paint,
): string {
  const isGraph = layers.some(({ inputs }) => inputs);
  const ended = (cells: readonly string[], end = ""): readonly string[] =>
    isGraph ? [...cells, end] : cells;
  const rows = layers.map(({ name, type, depth, outputShape, parameters: own, flops: work, inputs }) =>
    ended(
      [
        `${"  ".repeat(depth)}${shortened(name, 32)}`,
        type,
        outputShape.join(" × "),
        ...countsOf(own),
        work === 0 ? none : megaText(work),
      ],
      inputs?.join(", "),
    ),
  );
  const head = ended(["layer", "type", "output", "parameters", "not trained", "MFLOP"], "connected to");
  const input = ended(["input", "", inputShape.join(" × "), none, none, none]);
  const total = ended(["total", "", "", ...countsOf(parameters), megaText(flops.prediction)]);
  return [
    messageText(source),
    "",
    columns(
      [head, input, ...rows, total.map((cell) => paint.bold(cell))],
      ["left", "left", "left", "right", "right", "right", ...(isGraph ? (["left"] as const) : [])],
    ),
    "",
    ...notes.map(messageText),
  ].join("\n");
}

const countsOf = ({ total, trainable }: ParameterCount): readonly string[] =>
  [total, total - trainable].map((count) => (count === 0 ? none : countText(count)));

const megaText = (flops: number): string => decimalText(flops / 1e6, flops < 1e6 ? 3 : 1);
