import { expect, test } from "vitest";
import { matchesPattern, parseSuppression } from "../../../../src/lab/formats/suppressions.js";

test.each([
  ["malloc", "xx_malloc_yy", true],
  ["^malloc", "malloc_yy", true],
  ["^malloc", "xx_malloc", false],
  ["malloc$", "xx_malloc", true],
  ["malloc$", "malloc_yy", false],
  ["^main$", "main", true],
  ["^main$", "mainly", false],
  ["a*c", "xxabbbcxx", true],
  ["a*c", "acx", true],
  ["a*c", "abbb", false],
  ["*c", "abc", true],
  ["a*$", "abc", true],
  ["^*b$", "ab", true],
  ["", "anything", true],
  ["", "", true],
  ["a", "", false],
])("pattern %j on %j: %j", (pattern, text, expected) => {
  expect(matchesPattern(pattern, text)).toBe(expected);
});

test("a suppression's line has its pattern behind leak:", () => {
  expect(["  leak:foo*bar ", "# leak:foo", "leak:", "race:foo"].map(parseSuppression)).toEqual([
    "foo*bar",
    undefined,
    undefined,
    undefined,
  ]);
});
