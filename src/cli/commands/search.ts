import type { Command, OptionValues } from "commander";
import {
  type ResumeSearchRequest,
  type SearchRequest,
  type SearchResult,
  type SearchSpace,
  parseJson,
  parseSpace,
  search,
  settingsFor,
} from "../../app/index.ts";
import { fault, isObject } from "../../base/index.ts";
import type { ExitCode } from "../errors.ts";
import { shown } from "../interrupt.ts";
import { nodeServices } from "../services.ts";
import { printResult } from "../terminal/print.ts";
import { progressOn } from "../terminal/progress.ts";
import { paintFor } from "../terminal/style.ts";
import { searchResultText, searchView } from "../views/search.ts";
import { configured } from "./configured.ts";
import { positiveNumber, wholeNumber } from "./parsers.ts";
import { destinationOf, refuseInside } from "./runFolder.ts";
import { takingBack, trainingOptions, trainingRequest } from "./trainingOptions.ts";

const defaultMinutes = 20;

/** fovea search <data> */
export function searchCommand(command: Command, finish: (code: ExitCode) => void): Command {
  command
    .option(
      "--minutes <n>",
      `time for everything, reading and the last evaluation included; with --resume from now (default: ${defaultMinutes}, or what was left)`,
      positiveNumber("--minutes"),
    )
    .option("--trials <n>", "most trials (default: as many as the time allows)", wholeNumber("--trials", 1))
    .option(
      "--folds <n>",
      "folds by groups; trials are compared on the first, the last ones on all (default: 4)",
      wholeNumber("--folds", 2, 100),
    )
    .option(
      "--reduction <n>",
      "successive halving: of so many trials of a rung, one is promoted to the next (default: 3)",
      wholeNumber("--reduction", 2, 100),
    )
    .option(
      "--models <names>",
      "architectures to search, separated by commas (default: some that fit the images)",
    )
    .option("--sizes <pixels>", "sizes to search, separated by commas (default: some around the model's own)")
    .option(
      "--space <file>",
      "JSON file with what is searched: models, sizes, learningRate, weightDecay, augment (default: all of them)",
    )
    .option("--resume <dir>", "resume the search in that folder, with its settings")
    .option("--out <dir>", "folder for the results (default: runs/search-<name>-<number>)");
  return takingBack(trainingOptions(command)).action(
    async (folder: string | undefined, given: OptionValues) => {
      const request =
        typeof given["resume"] === "string" ? resumeRequest(folder, given) : await newRequest(folder, given);
      const services = nodeServices({ cache: Boolean(given["cache"]) });
      const progress = progressOn(process.stderr);
      const result = await shown((signal) => search(request, services, signal), {
        progress,
        show: searchView(progress),
        leaving: "Stopping; finished trials are kept (Ctrl-C again: quit at once)",
      });
      const paint = paintFor(process.stdout);
      const text = (seen: SearchResult): string => searchResultText(seen, paint);
      printResult(result, { json: Boolean(given["json"]), text });
      finish(result.end === "interrupted" ? 130 : 0);
    },
  );
}

/** What may stand beside --resume. */
const besideResume = new Set(["resume", "minutes", "threads", "json", "cache"]);

/** @throws for an option that says what the search would be */
function resumeRequest(folder: string | undefined, options: OptionValues): ResumeSearchRequest {
  const other = Object.keys(options).find((key) => !besideResume.has(key) && options[key] !== undefined);
  if (other !== undefined || folder !== undefined) {
    throw fault(
      other === undefined
        ? `search: ${folder}`
        : `--${other.replaceAll(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`,
      {
        expected: "only --minutes, --threads, --no-cache and --json beside --resume",
        fix: "a resumed search keeps the data and the settings that it began with",
        exitCode: 2,
      },
    );
  }
  const { resume, minutes, threads } = options;
  return {
    resume: String(resume),
    ...(minutes !== undefined && { minutes: Number(minutes) }),
    ...(threads !== undefined && threads !== false && { threads: Number(threads) }),
  };
}

async function newRequest(folder: string | undefined, given: OptionValues): Promise<SearchRequest> {
  const { minutes = defaultMinutes, trials, reduction, models, sizes, space: file, ...rest } = given;
  const { data, config, options } = await configured("search", folder, rest);
  const destination = destinationOf(options, { data, prefix: "search-" });
  await refuseInside(data, destination);
  const space = await spaceOf({ models, sizes, file }, options);
  return {
    ...trainingRequest(options, { data, out: destination.out, config: settingsFor("search", config) }),
    minutes: Number(minutes),
    ...(trials !== undefined && { trials: Number(trials) }),
    ...(reduction !== undefined && { reduction: Number(reduction) }),
    ...(Object.keys(space).length > 0 && { space }),
  };
}

/** The space that a file and the lists name; the lists win. @throws where an option fixes what a list would search */
async function spaceOf(
  { models, sizes, file }: OptionValues,
  { model, size }: OptionValues,
): Promise<Partial<SearchSpace>> {
  refuseBoth("model", { list: models, fixed: model });
  refuseBoth("size", { list: sizes, fixed: size });
  const json = file === undefined ? {} : await fileSpace(String(file));
  const listed = {
    ...(models !== undefined && { models: String(models).split(",") }),
    ...(sizes !== undefined && { sizes: String(sizes).split(",").map(Number) }),
  };
  const named = {
    ...(models !== undefined && { models: "--models" }),
    ...(sizes !== undefined && { sizes: "--sizes" }),
  };
  return { ...json, ...parseSpace(Object.values(named)[0] ?? "--space", listed) };
}

async function fileSpace(path: string): Promise<Partial<SearchSpace>> {
  const json = parseJson(await nodeServices().files.read(path), path);
  if (!isObject(json)) return parseSpace(path, json);
  const { $schema: _, ...space } = json;
  return parseSpace(path, space);
}

function refuseBoth(
  name: string,
  { list, fixed }: { readonly list: unknown; readonly fixed: unknown },
): void {
  if (list === undefined || fixed === undefined || fixed === false) return;
  throw fault(`--${name}s`, {
    expected: `no such option beside --${name}, which fixes one`,
    fix: "leave one of the two out",
    exitCode: 2,
  });
}
