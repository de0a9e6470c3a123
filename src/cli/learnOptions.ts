import type { Command, OptionValues } from "commander";
import { type TrainRequest, augmentNames, optimizerNames } from "../app/index.ts";
import { oneOf, positiveNumber, wholeNumber } from "./parsers.ts";

/** The options of every command that learns. */
export const learnOptions = (command: Command): Command =>
  command
    .option("--model <name|file>", "architecture: a name of `fovea models`, or a JSON file")
    .option("--size <pixels>", "height and width that every picture is brought to", wholeNumber("--size", 8))
    .option("--epochs <n>", "how often it sees every picture", wholeNumber("--epochs", 1))
    .option("--batch <n>", "pictures learned from at a time", wholeNumber("--batch", 1))
    .option("--optimizer <name>", optimizerNames.join(", "), oneOf("--optimizer", optimizerNames))
    .option("--lr <x>", "learning rate: how large its steps are", positiveNumber("--lr"))
    .option("--seed <n>", "the same seed gives the same model (default: 0)", wholeNumber("--seed", 0))
    .option(
      "--group-pattern <regex>",
      "what pictures of one photograph share in their paths, for example '(photo-[0-9]+)'",
    )
    .option("--no-detect", "do not compare the pictures to find copies of one photograph")
    .option(
      "--augment <name>",
      `changed copies while training: ${augmentNames.join(", ")}`,
      oneOf("--augment", augmentNames),
    )
    .option("--threads <n>", "processor threads (default: all)", wholeNumber("--threads", 1, 64))
    .option("--exact", "the same bits on very old processors too; slower")
    .option("--json", "print one JSON document and nothing else");

/** What was asked for; what was left out is not there. */
export function learnRequest(options: OptionValues, data: string, out: string): TrainRequest {
  const { json: _, lr, detect, ...rest } = options;
  return {
    ...rest,
    // The command line says `true` where nobody asked.
    ...(detect === false && { detect }),
    ...(lr === undefined ? {} : { learningRate: Number(lr) }),
    data,
    out,
  };
}
