import type { Command, OptionValues } from "commander";
import { type BenchEvent, type BenchServices, bench, tune } from "../app/index.ts";
import { peakBytes, prepareProcessor, thisMachine } from "../platform/node/index.ts";
import type { ExitCode } from "./errors.ts";
import { interruptible } from "./interrupt.ts";
import { positiveNumber, wholeNumber } from "./parsers.ts";
import { progressOn } from "./say.ts";
import { nodeServices } from "./services.ts";
import { benchResultText, benchWords, tuneResultText } from "./showBench.ts";
import { bar } from "./showData.ts";
import { paintFor } from "./style.ts";

/** fovea bench */
export function benchCommand(command: Command, finish: (code: ExitCode) => void): Command {
  return command
    .option("--model <name|file>", "architecture, as for train (default: tutorial)")
    .option("--size <pixels>", "height and width of the pictures", wholeNumber("--size", 8))
    .option("--batch <n>", "pictures worked on at a time", wholeNumber("--batch", 1))
    .option("--threads <n>", "processor threads (default: all)", wholeNumber("--threads", 1, 64))
    .option("--exact", "round as on very old processors too; slower")
    .option("--seconds <x>", "how long to time each thing (default: 3)", positiveNumber("--seconds"))
    .option(
      "--pictures <n>",
      "pictures of the epoch whose length is told (default: 1000)",
      wholeNumber("--pictures", 1),
    )
    .option("--tune", "time every algorithm for each part of a step, and check the choices; one thread")
    .option("--json", "print one JSON document and nothing else")
    .action(async ({ json, tune: tunes, ...request }: OptionValues) => {
      const progress = progressOn(process.stderr);
      const paint = paintFor(process.stdout);
      const show = ({ what, done }: BenchEvent): void =>
        progress.redraw(`${bar(done, 24)} ${benchWords[what]}`);
      const text = await interruptible(
        async (signal) => {
          if (tunes) {
            const result = await ended(tune(request, benchServices(), signal), show);
            return json ? JSON.stringify(result) : tuneResultText(result, paint);
          }
          const result = await ended(bench(request, benchServices(), signal), show);
          return json ? JSON.stringify(result) : benchResultText(result, paint);
        },
        () => progress.line("Stopping"),
      ).finally(() => progress.clear());
      process.stdout.write(`${text}\n`);
      finish(0);
    });
}

const benchServices = (): BenchServices => ({
  ...nodeServices(),
  machine: thisMachine(),
  prepareProcessor,
  peakBytes,
});

/** Shows what happens until the end; gives the result. */
async function ended<T>(
  events: AsyncGenerator<BenchEvent, T>,
  show: (event: BenchEvent) => void,
): Promise<T> {
  for (;;) {
    const step = await events.next();
    if (step.done) return step.value;
    show(step.value);
  }
}
