import { parse } from "csv-parse/sync";
import { fault, isSameName, groupBy } from "../base/index.ts";
import { groupNumbers, parseSplitTable } from "../data/index.ts";
import { type Groups, comparePaired, groupsOf } from "../evaluate/index.ts";
import { type ComparedModel, type ComparisonStatement, withText } from "../messages/index.ts";
import { join, titleOfPath } from "./files/paths.ts";
import type { CompareRequest } from "./requests.ts";
import type { CompareResult, ComparedRun } from "./results.ts";
import { runFiles } from "./files/runFolder.ts";
import type { FileStore, Services } from "./context.ts";
import type { Events } from "./protocol.ts";

/** Fewer images in common than this decide nothing. */
const minShared = 10;

/** One image that a model was evaluated on. */
interface Answer {
  readonly sha256: string;
  readonly label: string;
  readonly group: string;
  readonly part: string;
  readonly predicted: string;
  /** The model was trained on its group, or scene. */
  readonly trainedOn: boolean;
}

/** What a model predicted for the images it was evaluated on, by their path and bytes. */
interface RunAnswers {
  /** The folder of a training, or of an evaluation. */
  readonly run: string;
  /** An evaluation is of all its images, whatever parts of a split they are in. */
  readonly isEvaluation: boolean;
  readonly answers: ReadonlyMap<string, Answer>;
}

/** An image that both were evaluated on, under the same label. */
interface SharedImage {
  /** Path and bytes, as the first names it. */
  readonly key: string;
  readonly answers: readonly [Answer, Answer];
}

/**
 * Compares two models on the images that both were evaluated on. A run counts with its test set where all runs have one, else with
 * its validation set; an evaluation with all its images. @throws naming the folder that is neither, or when they have too few images
 * in common.
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
  const part = partToCompare(both);
  const shared = sharedImages(both, part);
  if (shared.length < minShared) throw tooFewShared(both, { part, shared: shared.length });
  const groups = groupsOfShared(shared);
  const correctOf = (which: 0 | 1): readonly number[] =>
    shared.map(({ answers }) => Number(answers[which].label === answers[which].predicted));
  const paired = comparePaired(correctOf(0), correctOf(1), groups);
  const runs = [comparedRun(both, 0, { part, shared }), comparedRun(both, 1, { part, shared })] as const;
  const facts = { ...paired, images: shared.length, groups: groups.count };
  return { runs, part, ...facts, outcome: withText(outcomeOf(runs, facts)) };
}

function partToCompare(both: readonly [RunAnswers, RunAnswers]): CompareResult["part"] {
  const runs = both.filter(({ isEvaluation }) => !isEvaluation);
  if (runs.length === 0) return "data";
  return runs.every((run) => partOf(run, "test").size > 0) ? "test" : "validation";
}

/** Images by their path and bytes, else by their bytes alone where these are there once: data may lie in another folder now. */
function sharedImages(
  [first, second]: readonly [RunAnswers, RunAnswers],
  part: CompareResult["part"],
): readonly SharedImage[] {
  const ofFirst = partOf(first, part);
  const ofSecond = partOf(second, part);
  const [onceInFirst, onceInSecond] = [bySha256(ofFirst), bySha256(ofSecond)];
  return [...ofFirst].flatMap(([key, answer]): readonly SharedImage[] => {
    const { sha256 } = answer;
    const byBytes = onceInFirst.has(sha256) ? onceInSecond.get(sha256) : undefined;
    const other = ofSecond.get(key) ?? byBytes;
    return other && isSameName(other.label, answer.label) ? [{ key, answers: [answer, other] }] : [];
  });
}

/** Answers for files whose bytes no other has. */
const bySha256 = (answers: ReadonlyMap<string, Answer>): ReadonlyMap<string, Answer> =>
  new Map(
    [...groupBy([...answers.values()], ({ sha256 }) => sha256)].flatMap(([sha256, [answer, ...others]]) =>
      answer && sha256 !== "" && others.length === 0 ? [[sha256, answer] as const] : [],
    ),
  );

/** By the groups of the first run, or of the second where the first has none. */
function groupsOfShared(shared: readonly SharedImage[]): Groups {
  const which = shared.some(({ answers }) => answers[0].group !== "") ? 0 : 1;
  return groupsOf(
    groupNumbers(
      shared.map(({ key, answers }) => {
        const { group } = answers[which];
        return { path: key, ...(group && { group }) };
      }),
    ),
  );
}

function comparedRun(
  both: readonly [RunAnswers, RunAnswers],
  which: 0 | 1,
  { part, shared }: { readonly part: CompareResult["part"]; readonly shared: readonly SharedImage[] },
): ComparedRun {
  const { run } = both[which];
  const own = shared.map(({ answers }) => answers[which]);
  return {
    run,
    accuracy: own.filter(({ label, predicted }) => label === predicted).length / own.length,
    total: partOf(both[which], part).size,
    leakShare: own.filter(({ trainedOn }) => trainedOn).length / own.length,
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
      expected: `the folder of a training or an evaluation, with ${runFiles.predictions}`,
      received:
        held.length === 0
          ? "no such folder"
          : held.includes(runFiles.config)
            ? "a run without it"
            : "another folder",
      fix: held.includes(runFiles.config)
        ? "train it again with this version, or let it finish"
        : "give folders that train or evaluate --out wrote",
      exitCode: 2,
    });
  }
  const path = join(run, runFiles.predictions);
  const rows = parseRows(await files.read(path), path);
  const isEvaluation = !held.includes(runFiles.config);
  const trainedGroups = held.includes(runFiles.split)
    ? await groupsTrainedOn(join(run, runFiles.split), files)
    : new Set();
  const answers = rows.map(
    ({ path: image = "", sha256 = "", label = "", group = "", part = "", predicted = "" }) => {
      // An evaluation writes beside each image what the model's own split says of it.
      const trainedOn = isEvaluation ? part === "train" : trainedGroups.has(group);
      return [`${sha256} ${image}`, { sha256, label, group, part, predicted, trainedOn }] as const;
    },
  );
  return { run, isEvaluation, answers: new Map(answers) };
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

const partOf = ({ isEvaluation, answers }: RunAnswers, part: string): ReadonlyMap<string, Answer> =>
  isEvaluation ? answers : new Map([...answers].filter(([, answer]) => answer.part === part));

function tooFewShared(
  both: readonly [RunAnswers, RunAnswers],
  { part, shared }: { readonly part: CompareResult["part"]; readonly shared: number },
): Error {
  const [first, second] = both.map((run) => partOf(run, part).size);
  return fault(both.map(({ run }) => run).join(", "), {
    expected: `${minShared} images or more that both were evaluated on`,
    received: `${shared} (of ${first} and ${second})`,
    fix: both.some(({ isEvaluation }) => isEvaluation)
      ? "evaluate both models on the same images: evaluate MODEL DATA --out DIR"
      : `train the second run on the first one's split: --split ${join(both[0].run, runFiles.split)}`,
  });
}
