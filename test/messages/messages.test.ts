import { expect, test } from "vitest";
import { messageText, withText, written } from "../../src/messages/index.ts";
import { sentences } from "./sentences.ts";

test.each(sentences.map((row) => ({ code: row[0].code, row })))("$code has its sentence", ({ row }) => {
  const [statement, text, suggestion] = row;
  expect(written(statement)).toEqual(suggestion === undefined ? { text } : { text, suggestion });
});

test("a statement keeps its code and data beside its words, and reads as one text", () => {
  const statement = sentences[0]![0];
  const { text, suggestion = "" } = written(statement);
  expect(withText(statement)).toEqual({ ...statement, text, suggestion });
  expect(messageText({ text, suggestion })).toBe(`${text} ${suggestion}`);
  expect(messageText({ text })).toBe(text);
});
