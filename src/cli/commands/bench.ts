import type { Command, OptionValues } from "commander";
import { type BenchEvent, type BenchServices, bench, planModel, tune } from "../../app/index.ts";
import { peakBytes, prepareProcessor, thisMachine } from "../../platform/node/index.ts";
import type { ExitCode } from "../errors.ts";
import { shown } from "../interrupt.ts";
import { jsonOption, threadsOption } from "./options.ts";
import { positiveNumber, wholeNumber } from "./parsers.ts";
import { printResult } from "../terminal/print.ts";
import { progressOn } from "../terminal/progress.ts";
import { nodeServices } from "../services.ts";
import { benchResultText, benchWords, tuneResultText } from "../views/bench.ts";
import { gauge } from "../views/data.ts";
import { lookFor } from "../terminal/style.ts";

/** fovea bench */
export function benchCommand(command: Command, finish: (code: ExitCode) => void): Command {
  return command
    .option("--model <name|file>", "architecture, as for train (default: tutorial)")
    .option("--size <pixels>", "input size in pixels (default: the model's)", wholeNumber("--size", 8))
    .option("--batch <n>", "batch size (default: the model's)", wholeNumber("--batch", 1))
    .option(...threadsOption)
    .option("--exact", "reproduce bit for bit on CPUs without FMA (slower)")
    .option("--seconds <x>", "seconds per measurement (default: 3)", positiveNumber("--seconds"))
    .option(
      "--images <n>",
      "number of images for the epoch-time estimate (default: 1000)",
      wholeNumber("--images", 1),
    )
    .option("--tune", "time every algorithm for each convolution and product of a step, on one thread")
    .option(
      "--plan [name|file]",
      "print how a model is compiled: passes, algorithms, kernels, memory; run nothing",
    )
    .option(...jsonOption)
    .action(async ({ json, tune: tunes, plan, ...request }: OptionValues) => {
      const progress = progressOn(process.stderr);
      const look = lookFor(process.stdout);
      const show = ({ what, done }: BenchEvent): void =>
        progress.redraw(`${gauge(done, progress)} ${benchWords[what]}`);
      const options = { progress, show };
      const services = benchServices();
      if (plan) {
        const named = typeof plan === "string" ? { ...request, model: plan } : request;
        const { document, text } = await planModel(named, services);
        printResult(document, { json: Boolean(json), text: () => text, asIs: true });
      } else if (tunes) {
        const result = await shown((signal) => tune(request, services, signal), options);
        printResult(result, { json: Boolean(json), text: (seen) => tuneResultText(seen, look) });
      } else {
        const result = await shown((signal) => bench(request, services, signal), options);
        printResult(result, { json: Boolean(json), text: (seen) => benchResultText(seen, look) });
      }
      finish(0);
    });
}

const benchServices = (): BenchServices => ({
  ...nodeServices(),
  machine: thisMachine(),
  prepareProcessor,
  peakBytes,
});
