import { expect, test } from "vitest";
import { contest } from "../../bench/measure/contest.ts";
import type { Entrant } from "../../bench/measure/contestant.ts";

/** A child that claims a net of so many trained parameters and steps of two seconds. */
function claiming(name: string, trainable: number | undefined): Entrant {
  const ready = { type: "ready", version: "1", trainable, compileMs: 1, firstStepMs: 1 };
  const done = { type: "done", ms: [2000], result: 1, peakBytes: 1 };
  const life = `const say = (x) => console.log(JSON.stringify(x)); say(${JSON.stringify(ready)});
    require("node:readline").createInterface(process.stdin).on("line", () => say(${JSON.stringify(done)}));`;
  return { name, command: process.execPath, args: ["-e", life] };
}

test("who trains another number of parameters than asked takes no part, and is named with both numbers", async () => {
  const entrants = [claiming("same", 10), claiming("other", 11), claiming("silent", undefined)];
  const { scores, failures } = await contest(entrants, { rounds: 1, roundMs: 1, trainable: 10 });
  expect(scores.map(({ name }) => name)).toEqual(["same", "silent"]);
  expect(failures).toEqual(["other: trains 11 parameters, expected 10"]);
});
