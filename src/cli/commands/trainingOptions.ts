import type { Command, OptionValues } from "commander";
import { type TrainRequest, augmentNames, optimizerNames } from "../../app/index.ts";
import { groupPatternOption, jsonOption, noDetectOption, threadsOption } from "./options.ts";
import { oneOf, positiveNumber, wholeNumber } from "./parsers.ts";

/** The options of every command that learns. */
export const learnOptions = (command: Command): Command =>
  command
    .option("--model <name|file>", "architecture: a name of `fovea models`, or a JSON file")
    .option("--size <pixels>", "height and width that every image is brought to", wholeNumber("--size", 8))
    .option("--epochs <n>", "how often it sees every image", wholeNumber("--epochs", 1))
    .option("--batch <n>", "images learned from at a time", wholeNumber("--batch", 1))
    .option("--optimizer <name>", optimizerNames.join(", "), oneOf("--optimizer", optimizerNames))
    .option("--lr <x>", "learning rate: how large its steps are", positiveNumber("--lr"))
    .option("--seed <n>", "the same seed gives the same model (default: 0)", wholeNumber("--seed", 0))
    .option(...groupPatternOption)
    .option(...noDetectOption)
    .option(
      "--augment <name>",
      `changed copies while training: ${augmentNames.join(", ")}`,
      oneOf("--augment", augmentNames),
    )
    .option(...threadsOption)
    .option("--exact", "the same bits on very old processors too; slower")
    .option(...jsonOption);

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
