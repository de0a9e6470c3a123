// npm run bench:peers: the same work done by ours and by what people use today, in turn, on this machine.
import { execFile, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { spreadOf } from "../src/base/statistics.ts";
import { type Outcome, type Score, contest, medianRatio } from "./measure/contest.ts";
import type { Entrant } from "./measure/contestant.ts";
import { gflopOf, loadFovea, trainableOf } from "./measure/fovea.ts";
import { type Goal, goals, verdict } from "./measure/goals.ts";
import { thisMachine } from "../src/platform/node/machine.ts";
import { aboutMachine } from "./measure/machine.ts";
import { ours } from "./measure/ours.ts";
import { type Found, type Peer, peersFor } from "./measure/peers.ts";
import { type Python, findPython, howToInstall } from "./measure/python.ts";
import { type Result, record } from "./measure/record.ts";
import { stepTable } from "./measure/stepTable.ts";
import { figure } from "./measure/table.ts";
import { quick, startOf, thorough } from "./measure/timeOurs.ts";
import { type Work, showWork, worksNamed } from "./measure/works.ts";

const usage = `npm run bench:peers -- [options]: Fovea and its peers in turn; adds the results to bench/results/<machine>.csv
  --quick         few and short rounds; nothing is recorded
  --work TEXT     only works whose name contains TEXT; may be repeated
  --peer TEXT     only peers whose name contains TEXT; may be repeated
  --skip TEXT     no peers whose name contains TEXT; may be repeated
  --node PATH     Node binary for ours; may be repeated to compare several [the running one]
  --python PATH   a Python with torch, keras and tensorflow [one made in the system's temporary folder]
  --no-python     only the peers that run in Node
  --threads N     for everyone [2]
  --exact         ours rounds each product and sum by itself
  --built DIR     compiled layers (dist) instead of the source`;

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    work: { type: "string", multiple: true, default: [] },
    peer: { type: "string", multiple: true, default: [] },
    skip: { type: "string", multiple: true, default: [] },
    node: { type: "string", multiple: true, default: [process.execPath] },
    python: { type: "string" },
    "no-python": { type: "boolean", default: false },
    threads: { type: "string", default: "2" },
    exact: { type: "boolean", default: false },
    built: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

const threads = Number(values.threads);
const machine = thisMachine();

/** The packages of bench/, without their install scripts: those fetch what no peer here needs. */
function installNodePeers(): void {
  const folder = fileURLToPath(new URL(".", import.meta.url));
  if (existsSync(`${folder}node_modules`)) return;
  spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", folder], {
    stdio: ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32",
  });
}

async function pythonFound(): Promise<Python | undefined> {
  if (values["no-python"]) return undefined;
  try {
    return await findPython(values.python, console.log);
  } catch (error) {
    const reason = error instanceof Error ? error.message.trim().split("\n").at(-1) : String(error);
    console.log(`No Python peers: ${reason}\nTo have them, ${howToInstall}`);
    return undefined;
  }
}

const isWanted = (name: string): boolean => {
  const names = (texts: readonly string[]): boolean => texts.some((text) => name.includes(text));
  return (values.peer.length === 0 || names(values.peer)) && !names(values.skip);
};

/** Ours on every given Node, named apart where there are several. */
async function oursOnEach(work: Work): Promise<readonly Entrant[]> {
  const built = values.built === undefined ? {} : { built: values.built };
  const entrants = values.node.map(async (node) => {
    const { stdout } = await promisify(execFile)(node, ["--version"]);
    const options = { work, threads, exact: values.exact, ...built };
    return { ...ours(node, options), name: `Fovea, Node ${stdout.trim().slice(1)}` };
  });
  return Promise.all(entrants);
}

function resultsOf(work: Work, gflop: number, { scores }: Outcome): Result[] {
  const first = scores.find(({ name }) => name.startsWith("Fovea"));
  return scores.flatMap(({ name, contestant, ms, rounds, peakBytes }) => {
    const about = { who: name, version: contestant.ready.version, work: showWork(work), threads };
    const ratio = first && first.name !== name ? { ratio: medianRatio(first.rounds, rounds) } : {};
    return [
      { ...about, quantity: "step", unit: "ms", gflop, ...spreadOf(ms), ...ratio } as const,
      { ...about, quantity: "peak memory", unit: "MiB", ...spreadOf([peakBytes / 2 ** 20]) } as const,
      ...startOf(contestant).map((start) => ({ ...about, ...start })),
    ];
  });
}

const measureOf = (quantity: Goal["quantity"], of: Score): readonly number[] =>
  quantity === "step" ? of.rounds : [of.peakBytes];

/** One line for each goal and each Node of ours: against the peer of the group that did best. */
function judge(work: Work, peers: readonly Peer[], { scores }: Outcome): void {
  for (const mine of scores.filter(({ name }) => name.startsWith("Fovea"))) {
    for (const goal of goals.filter((one) => showWork(one.work) === showWork(work))) {
      const members = new Set(peers.filter(({ group }) => group === goal.group).map(({ name }) => name));
      const ratios = scores
        .filter(({ name }) => members.has(name))
        .map((score) => ({
          name: score.name,
          ratio: medianRatio(measureOf(goal.quantity, mine), measureOf(goal.quantity, score)),
        }))
        .toSorted((a, b) => b.ratio - a.ratio);
      const [best] = ratios;
      if (!best) continue;
      const wanted = `goal ${figure(goal.goal)}, floor ${figure(goal.floor)}`;
      const said = `${mine.name}, ${goal.quantity}: ${figure(best.ratio)} of ${best.name}`;
      console.log(`${said} (${wanted}): ${verdict(goal, best.ratio)}`);
    }
  }
}

async function main(): Promise<void> {
  installNodePeers();
  const python = await pythonFound();
  const found: Found = { threads, ...(python ? { python } : {}) };
  const fovea = await loadFovea(values.built);
  const results: Result[] = [];
  console.log(`${aboutMachine(machine)}; ${threads} threads each`);
  for (const work of worksNamed(values.work)) {
    const peers = peersFor(work, found).filter(({ name }) => isWanted(name));
    const gflop = gflopOf(fovea, work);
    console.log(`\n${showWork(work)}, ${figure(gflop)} GFLOP a step`);
    console.log(`Peers found: ${peers.map(({ name }) => name).join("; ") || "none"}`);
    const entrants = [...(await oursOnEach(work)), ...peers];
    const trainable = trainableOf(fovea, work);
    const outcome = await contest(entrants, { ...(values.quick ? quick : thorough), trainable });
    const measured = resultsOf(work, gflop, outcome);
    console.log(stepTable(measured, ({ who }) => who));
    for (const failure of outcome.failures) console.log(`Not measured: ${failure}`);
    judge(work, peers, outcome);
    results.push(...measured);
  }
  if (!values.quick) console.log(`\n${await record(machine, results)}`);
}

if (values.help) console.log(usage);
else await main();
