import { expect, test } from "vitest";
import { messageText, withFoldText, withText, written } from "../../src/messages/index.ts";
import { facts } from "./facts.ts";
import { namedFact } from "../../src/messages/index.ts";
import { rows } from "./rows/index.ts";

test.each(rows)("$code: $text", ({ statement, text, suggestion }) => {
  expect(written(statement)).toEqual(suggestion === undefined ? { text } : { text, suggestion });
});

test.each(facts)("$0.code: $1 is $2", (fact, name, value) => {
  expect(namedFact(fact)).toEqual({ name, value });
});

test("no sentence but those whose advice is to train longer suggests it, since other advice may stand beside", () => {
  const longer = rows.filter(({ suggestion = "" }) =>
    /train longer|more epochs(?! will not)/i.test(suggestion),
  );
  expect([...new Set(longer.map(({ code }) => code))].toSorted()).toEqual([
    "generalization-gap",
    "loss-still-falling",
  ]);
});

test("a statement keeps its code and data beside its words, and reads as one text", () => {
  const statement = { code: "duplicates", data: { surplus: 1, sameFile: 1 } } as const;
  const { text, suggestion = "" } = written(statement);
  expect(withText(statement)).toEqual({ ...statement, text, suggestion });
  expect(messageText({ text, suggestion })).toBe(`${text} ${suggestion}`);
  expect(messageText({ text })).toBe(text);
});

test("advice from a fold names the fold before its sentence, and keeps code, action, data and suggestion", () => {
  const advice = {
    code: "input-bound",
    action: "speed-up-input",
    data: { epoch: 3, stallFraction: 0.3 },
  } as const;
  const { text, suggestion } = written(advice);
  expect(withFoldText(advice, { fold: 2, folds: 5 })).toEqual({
    ...advice,
    suggestion,
    fold: 2,
    text: `Fold 2 of 5: ${text}`,
  });
});
