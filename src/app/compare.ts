import { parse } from "csv-parse/sync";
import { fault } from "../base/index.ts";
import { type GroupSource, groupNumbers, parseSplitTable } from "../data/index.ts";
import { type Groups, comparePaired, groupsOf } from "../evaluate/index.ts";
import { type ComparedModel, type ComparisonStatement, withText } from "../messages/index.ts";
import { parseJson } from "./files/json.ts";
import { join, titleOfPath } from "./files/paths.ts";
import type { CompareRequest } from "./requests.ts";
import type { CompareResult, ComparedRun } from "./results.ts";
import { runFiles } from "./files/runFolder.ts";
import type { FileStore, Services } from "./context.ts";
import type { Events } from "./protocol.ts";

/** Fewer images in common than this decide nothing. */
const minShared = 10;

/** One image that a run was evaluated on. */
interface Answer {
  readonly label: string;
  readonly group: string;
  readonly part: string;
  readonly predicted: string;
}

/** What a run predicted for the images it was evaluated on, by their path and bytes. */
interface RunAnswers {
  readonly run: string;
  readonly groupSource: GroupSource;
  readonly answers: ReadonlyMap<string, Answer>;
  /** Groups, or scenes, of its training set; empty where no model was trained on the groups of what it predicted. */
  readonly trainedGroups: ReadonlySet<string>;
}

/** An image that both were evaluated on, under the same label. */
interface SharedImage {
  readonly key: string;
  readonly answers: readonly [Answer, Answer];
}

/**
 * Compares two runs on the images that both were evaluated on: those of the test set where both have one, else those
 * of the validation set. @throws naming the folder that is no run, or when they have too few images in common.
 */
export async function* compare(
  request: CompareRequest,
  { files }: Pick<Services, "files">,
): Events<never, CompareResult> {
  yield { type: "result", result: await compareRuns(request, files) };
}

async function compareRuns(
  { runs: [firstRun, secondRun] }: CompareRequest,
  files: FileStore,
): Promise<CompareResult> {
  const both = [await readAnswers(firstRun, files), await readAnswers(secondRun, files)] as const;
  const part = both.every((run) => partOf(run, "test").size > 0) ? "test" : "validation";
  const shared = sharedImages(both, part);
  if (shared.length < minShared) throw tooFewShared(both, { part, shared: shared.length });
  const groups = groupsOfShared(shared, both);
  const correctOf = (which: 0 | 1): readonly number[] =>
    shared.map(({ answers }) => Number(answers[which].label === answers[which].predicted));
  const paired = comparePaired(correctOf(0), correctOf(1), groups);
  const runs = [comparedRun(both, 0, { part, shared }), comparedRun(both, 1, { part, shared })] as const;
  const facts = { ...paired, images: shared.length, groups: groups.count };
  return { runs, part, ...facts, outcome: withText(outcomeOf(runs, facts)) };
}

function sharedImages(
  [first, second]: readonly [RunAnswers, RunAnswers],
  part: string,
): readonly SharedImage[] {
  const ofSecond = partOf(second, part);
  return [...partOf(first, part)].flatMap(([key, answer]): readonly SharedImage[] => {
    const other = ofSecond.get(key);
    return other && other.label === answer.label ? [{ key, answers: [answer, other] }] : [];
  });
}

/** By the groups of the first run, or of the second where the first has none. */
function groupsOfShared(shared: readonly SharedImage[], both: readonly [RunAnswers, RunAnswers]): Groups {
  const grouped = shared.some(({ answers }) => answers[0].group !== "") ? both[0] : both[1];
  return groupsOf(
    groupNumbers(
      shared.map(({ key }) => {
        const group = grouped.answers.get(key)?.group;
        return { path: key, ...(group && { group }) };
      }),
    ),
  );
}

function comparedRun(
  both: readonly [RunAnswers, RunAnswers],
  which: 0 | 1,
  { part, shared }: { readonly part: string; readonly shared: readonly SharedImage[] },
): ComparedRun {
  const { run, trainedGroups } = both[which];
  const own = shared.map(({ answers }) => answers[which]);
  return {
    run,
    accuracy: own.filter(({ label, predicted }) => label === predicted).length / own.length,
    total: partOf(both[which], part).size,
    leakShare: own.filter(({ group }) => trainedGroups.has(group)).length / own.length,
  };
}

/** Which run is better, if that can be said: the one that the sign of the interval says. */
function outcomeOf(
  [one, other]: readonly [ComparedRun, ComparedRun],
  {
    difference,
    interval,
    images,
    groups,
  }: Pick<CompareResult, "difference" | "interval" | "images" | "groups">,
): ComparisonStatement {
  const sameTitle = titleOfPath(one.run) === titleOfPath(other.run);
  const named = ({ run, accuracy, leakShare }: ComparedRun): ComparedModel => ({
    name: sameTitle ? run : titleOfPath(run),
    accuracy,
    leaked: Math.round(leakShare * images),
  });
  const [first, second] = [named(one), named(other)];
  const data = { first, second, images, groups, difference, interval };
  if (first.leaked > 0 !== second.leaked > 0)
    return { code: "not-comparable", data: { ...data, reason: "leakage" } };
  if (interval[0] > 0) return { code: "second-better", data };
  return { code: interval[1] < 0 ? "first-better" : "not-distinguishable", data };
}

async function readAnswers(run: string, files: FileStore): Promise<RunAnswers> {
  const held = await files.list(run);
  if (!held.includes(runFiles.predictions)) {
    throw fault(run, {
      expected: `the folder of a run, with ${runFiles.predictions}`,
      received:
        held.length === 0
          ? "no such folder"
          : held.includes(runFiles.config)
            ? "a run without it"
            : "another folder",
      fix: held.includes(runFiles.config)
        ? "train it again with this version, or let it finish"
        : "give the folders that train wrote",
      exitCode: 2,
    });
  }
  const path = join(run, runFiles.predictions);
  const rows = parseRows(await files.read(path), path);
  const answers = rows.map(
    ({ path: image = "", sha256 = "", label = "", group = "", part = "", predicted = "" }) =>
      [`${sha256} ${image}`, { label, group, part, predicted }] as const,
  );
  const config = join(run, runFiles.config);
  return {
    run,
    groupSource: sourceIn(parseJson(await files.read(config), config)),
    answers: new Map(answers),
    trainedGroups: held.includes(runFiles.split)
      ? await groupsTrainedOn(join(run, runFiles.split), files)
      : new Set(),
  };
}

/** Groups, or scenes, of the training set of a split file; in a cross-validation no model predicts what it was trained on. */
async function groupsTrainedOn(path: string, files: FileStore): Promise<ReadonlySet<string>> {
  const { rows, folds } = parseSplitTable(await files.read(path), path);
  if (folds > 0) return new Set();
  return new Set(
    [...rows.values()].flatMap(({ part, scene, group }) => (part === "train" ? (scene ?? group ?? []) : [])),
  );
}

function parseRows(bytes: Uint8Array, who: string): readonly Readonly<Record<string, string>>[] {
  const rows: Record<string, string>[] = parse(new TextDecoder().decode(bytes), { columns: true, bom: true });
  if (rows.every((row) => "path" in row && "sha256" in row && "predicted" in row)) return rows;
  throw fault(who, { expected: "the columns path, sha256, label and predicted", received: "others" });
}

const sources: readonly GroupSource[] = ["column", "pattern", "content", "file", "none"];

function sourceIn(config: unknown): GroupSource {
  const named =
    typeof config === "object" && config !== null && "groupSource" in config ? config.groupSource : "none";
  return sources.find((source) => source === named) ?? "none";
}

const partOf = ({ answers }: RunAnswers, part: string): ReadonlyMap<string, Answer> =>
  new Map([...answers].filter(([, answer]) => answer.part === part));

function tooFewShared(
  both: readonly [RunAnswers, RunAnswers],
  { part, shared }: { readonly part: string; readonly shared: number },
): Error {
  const [first, second] = both.map((run) => partOf(run, part).size);
  return fault(both.map(({ run }) => run).join(", "), {
    expected: `${minShared} images or more that both were evaluated on`,
    received: `${shared} (of ${first} and ${second})`,
    fix: `train the second run on the first one's split: --split ${join(both[0].run, runFiles.split)}`,
  });
}
