import pc from "picocolors";
import { expect, test } from "vitest";
import { codeOf, highlight } from "../../../src/tour/code.js";
import { createColors } from "../../../src/tour/colors.js";

test("the code of a function is its body: an expression, or statements, as far left as they go", () => {
  const list: number[] = [];
  let a = 0;
  expect(codeOf(() => list.length)).toEqual(["list.length"]);
  expect(codeOf(() => (a = 1))).toEqual(["a = 1"]);
  expect(
    codeOf(() => {
      list.push(a);
      if (a > 5) {
        list.pop();
      }
    }),
  ).toEqual(["list.push(a);", "if (a > 5) {", "  list.pop();", "}"]);
});

test("parentheses that belong to the code stay", () => {
  const value = 2;
  expect(codeOf(() => (value + 1) * (value + 2))).toEqual(["(value + 1) * (value + 2)"]);
});

test("coloured code is the code, but for the colours", () => {
  const code = 'const a = heap.list([1, "two", `three`]); // four';
  const coloured = highlight(code, createColors(true));
  expect(coloured).not.toBe(code);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escapes that colours are
  expect(coloured.replace(/\x1b\[\d+m/g, "")).toBe(code);
  expect(highlight(code, pc.createColors(false))).toBe(code);
});
