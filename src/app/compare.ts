import { parse } from "csv-parse/sync";
import { fault } from "../base/index.ts";
import { type GroupSource, groupNumbers, groupWord, parseSplitTable } from "../data/index.ts";
import { comparePaired, groupsOf } from "../evaluate/index.ts";
import { join, titleOf } from "./paths.ts";
import type { CompareRequest } from "./requests.ts";
import type { CompareResult } from "./results.ts";
import { runFiles } from "./train/runFolder.ts";
import type { FileStore, Services } from "./context.ts";
import type { Events } from "./protocol.ts";
import { parseJson } from "./train/settings.ts";
import { type Rival, duelText, unfairText } from "./verdicts.ts";

/** Fewer images in common than this decide nothing. */
const fewest = 10;

/** One image that a run kept back. */
interface Answer {
  readonly label: string;
  readonly group: string;
  readonly part: string;
  readonly predicted: string;
}

/** What a run said of the images it kept back, by their path and bytes. */
interface RunAnswers {
  readonly run: string;
  readonly groupSource: GroupSource;
  readonly answers: ReadonlyMap<string, Answer>;
  /** Groups, or scenes, that it learned from; empty where each image was judged by what had not learned from its own. */
  readonly learned: ReadonlySet<string>;
}

/**
 * Compares two runs on the images that both kept back: those of the test part where both have one, else those that
 * they were validated on. @throws naming the folder that is no run, or when they have too few images in common.
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
  const first = await readAnswers(firstRun, files);
  const second = await readAnswers(secondRun, files);
  const has =
    (part: string) =>
    (run: RunAnswers): boolean =>
      [...run.answers.values()].some((one) => one.part === part);
  const part = [first, second].every(has("test")) ? "test" : "validation";
  const [ofFirst, ofSecond] = [partOf(first, part), partOf(second, part)];
  const shared = [...ofFirst].flatMap(([key, answer]) => {
    const other = ofSecond.get(key);
    return other && other.label === answer.label ? [{ key, answer, other }] : [];
  });
  if (shared.length < fewest) throw tooFewShared(first, second, { part, shared: shared.length });
  const grouped = shared.some(({ answer }) => answer.group !== "") ? first : second;
  const groups = groupsOf(
    groupNumbers(
      shared.map(({ key }) => {
        const group = grouped.answers.get(key)?.group;
        return { path: key, ...(group && { group }) };
      }),
    ),
  );
  const right = (answers: readonly Answer[]): readonly number[] =>
    answers.map(({ label, predicted }) => (label === predicted ? 1 : 0));
  const rights = [
    right(shared.map(({ answer }) => answer)),
    right(shared.map(({ other }) => other)),
  ] as const;
  const paired = comparePaired(...rights, groups);
  const named = (
    { run, learned }: RunAnswers,
    hits: readonly number[],
    of: ReadonlyMap<string, Answer>,
  ): CompareResult["runs"][0] => ({
    run,
    accuracy: hits.reduce((sum, one) => sum + one, 0) / hits.length,
    kept: of.size,
    leakShare: shared.filter(({ key }) => learned.has(of.get(key)!.group)).length / shared.length,
  });
  const both = [named(first, rights[0], ofFirst), named(second, rights[1], ofSecond)] as const;
  const unfair = both.some(({ leakShare }) => leakShare > 0) && both.some(({ leakShare }) => leakShare === 0);
  const sameTitle = titleOf(firstRun) === titleOf(secondRun);
  const titled = ({ run, accuracy, leakShare }: CompareResult["runs"][0]): Rival => ({
    name: sameTitle ? run : titleOf(run),
    accuracy,
    leakShare,
  });
  const duel = {
    ...paired,
    first: titled(both[0]),
    second: titled(both[1]),
    groups: groups.count,
    word: groupWord(grouped.groupSource),
  };
  return {
    runs: both,
    part,
    images: shared.length,
    groups: groups.count,
    ...paired,
    better: unfair
      ? "neither"
      : paired.interval[0] > 0
        ? "second"
        : paired.interval[1] < 0
          ? "first"
          : "neither",
    verdict: unfair ? unfairText(duel) : duelText(duel),
  };
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
    learned: held.includes(runFiles.split)
      ? await learnedGroups(join(run, runFiles.split), files)
      : new Set(),
  };
}

/** Groups, or scenes, of the images that a split file learns from; in a cross-validation none is judged by what learned from it. */
async function learnedGroups(path: string, files: FileStore): Promise<ReadonlySet<string>> {
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
  first: RunAnswers,
  second: RunAnswers,
  { part, shared }: { readonly part: string; readonly shared: number },
): Error {
  return fault(`${first.run}, ${second.run}`, {
    expected: `${fewest} images or more that both kept back`,
    received: `${shared} (of ${partOf(first, part).size} and ${partOf(second, part).size})`,
    fix: `train the second run on the first one's split: --split ${join(first.run, runFiles.split)}`,
  });
}
