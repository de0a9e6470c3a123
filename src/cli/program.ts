import { Command } from "commander";
import { type ExitCode, report } from "./errors.ts";
import { version } from "./version.ts";

/** Adds to a command its options and what it does; `finish` takes the exit code. */
type Complete = (command: Command, finish: (code: ExitCode) => void) => Command;

interface Entry {
  readonly name: string;
  readonly about: string;
  /** What each argument is. */
  readonly takes: Readonly<Record<string, string>>;
  readonly load: () => Promise<Complete>;
}

/** The overview line of each command. The rest is loaded only for the command that runs: loading all takes longer than answering. */
const entries: readonly Entry[] = [
  {
    name: "demo",
    about: "train on synthetic images, offline, in under a minute",
    takes: {},
    load: async () => (await import("./commands/demo.ts")).demoCommand,
  },
  {
    name: "audit",
    about: "check a dataset for duplicates, leakage and other problems",
    takes: { "<data>": "labelled images, in any layout that train takes" },
    load: async () => (await import("./commands/audit.ts")).auditCommand,
  },
  {
    name: "train",
    about: "train a classifier on labelled images",
    takes: {
      "<data>":
        "one folder of images per class; train/val/test folders of those; a CSV or TSV file; or an archive of any of these",
    },
    load: async () => (await import("./commands/train.ts")).trainCommand,
  },
  {
    name: "evaluate",
    about: "compute a model's metrics on labelled images",
    takes: {
      "<model>": "a run folder, or its model.safetensors",
      "<data>": "labelled images, in any layout that train takes",
    },
    load: async () => (await import("./commands/evaluate.ts")).evaluateCommand,
  },
  {
    name: "predict",
    about: "classify images with a trained model",
    takes: {
      "<model>": "a run folder, or its model.safetensors",
      "<images...>": "image files, or folders of them",
    },
    load: async () => (await import("./commands/predict.ts")).predictCommand,
  },
  {
    name: "explain",
    about: "visualise predictions (Grad-CAM, occlusion, activations, filters)",
    takes: {
      "<model>": "a run folder, or its model.safetensors",
      "[images...]": "image files, or folders of them; not needed for --method filters",
    },
    load: async () => (await import("./commands/explain.ts")).explainCommand,
  },
  {
    name: "labels",
    about: "find images that may be mislabelled",
    takes: { "<data>": "labelled images, in any layout that train takes" },
    load: async () => (await import("./commands/labels.ts")).labelsCommand,
  },
  {
    name: "compare",
    about: "test whether two runs differ significantly",
    takes: {
      "<runA>": "run folder that train wrote",
      "<runB>": "another run folder, best with the same --split",
    },
    load: async () => (await import("./commands/compare.ts")).compareCommand,
  },
  {
    name: "models",
    about: "list built-in architectures",
    takes: {},
    load: async () => (await import("./commands/models.ts")).modelsCommand,
  },
  {
    name: "bench",
    about: "measure training and inference speed on this machine",
    takes: {},
    load: async () => (await import("./commands/bench.ts")).benchCommand,
  },
];

const isCommand = (word: string): boolean => entries.some(({ name }) => name === word);

/** Runs one command line and returns the exit code. */
export async function runProgram(args: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = 0;
  const finish = (result: ExitCode): void => {
    code = result;
  };
  const program = new Command("fovea")
    .description("Train image classifiers locally from a folder of labelled images.")
    .version(version(), "--version", "print the version")
    .helpCommand(false);
  const asked = args.find((arg) => !arg.startsWith("-"));
  for (const { name, about, takes, load } of entries) {
    const command = program.command(name).description(about);
    for (const [argument, meaning] of Object.entries(takes)) command.argument(argument, meaning);
    if (name === asked) (await load())(command, finish);
    // The overview marks commands that have options.
    else command.option("--json");
  }
  for (const command of [program, ...program.commands]) {
    // Errors are printed in one place and one form, below.
    command.exitOverride().configureOutput({ outputError: () => undefined });
    // By itself, commander lets the lines of a narrow terminal run over.
    command.configureHelp({ minWidthToWrap: 20 });
  }
  if (args.length === 0) {
    program.outputHelp();
    return 0;
  }
  try {
    await program.parseAsync([...args], { from: "user" });
    return code;
  } catch (error) {
    return report(error, asked !== undefined && isCommand(asked) ? `fovea ${asked} --help` : "fovea --help");
  }
}
