import { expect, test } from "vitest";
import type { FunctionRecord, ProfileRecord } from "../../../src/profile/record.js";
import { toJson, toText } from "../../../src/profile/report.js";
import { fittingUnit, msText, sizeText } from "../../../src/profile/size-text.js";

const FUNCTION: FunctionRecord = {
  name: "f",
  url: "file:///no/such/b.ts",
  firstLine: 2,
  headLine: 2,
  lastLine: 3,
  calls: 1234,
  lines: [{ line: 3, occurrences: 1234, ms: 1.5, bytes: [4096], increments: [-1024] }],
};
const record = (functions: FunctionRecord[], rest: Partial<ProfileRecord> = {}): ProfileRecord => ({
  backends: ["heap"],
  heaps: 1,
  functions,
  ...rest,
});

test("functions come by file and line; of a file that is gone there are numbers alone", () => {
  const text = toText(
    record([
      { ...FUNCTION, name: "late", firstLine: 9, lastLine: 9, calls: 0, lines: [] },
      FUNCTION,
      { ...FUNCTION, name: "other", url: "file:///no/such/a.ts", calls: 0, lines: [] },
    ]),
    { hasColors: false },
  );
  expect(text.split("\n")).toEqual([
    "Filename: /no/such/a.ts",
    "",
    "Function: other, not called",
    "",
    "",
    "Filename: /no/such/b.ts",
    "",
    "Function: f, 1,234 calls",
    "Line #   Mem usage   Increment  Occurrences        Time   Line Contents",
    "=======================================================================",
    "     2",
    "     3     4,096 B    -1,024 B        1,234    1.500 ms",
    "",
    "Function: late, not called",
  ]);
});

test("nothing measured, and lines that can't be, are said in words", () => {
  expect(toText(record([]), { hasColors: false })).toMatch(/^No function was measured: mark one/);
  const note = "it declares x as a function and once more";
  expect(toText(record([{ ...FUNCTION, note }]), { hasColors: false })).toContain(
    `its lines can't be measured: ${note}`,
  );
});

test("colours are where they are wanted", () => {
  expect(toText(record([FUNCTION]), { hasColors: false })).not.toContain("\u001b");
  expect(toText(record([FUNCTION]), { hasColors: true })).toContain("\u001b");
});

test("JSON has every backend by name", () => {
  const line = { line: 3, occurrences: 1, ms: 1, bytes: [1, 2], increments: [3, 4] };
  expect(
    toJson(record([{ ...FUNCTION, lines: [line] }], { backends: ["heap", "rss"] }), "1.0"),
  ).toMatchObject({
    version: "1.0",
    functions: [
      {
        file: "/no/such/b.ts",
        lines: [{ bytes: { heap: 1, rss: 2 }, increments: { heap: 3, rss: 4 }, text: "" }],
      },
    ],
  });
});

test("sizes are exact in bytes, and to three digits in larger units", () => {
  expect([sizeText(1234567, "B"), sizeText(1536, "KiB"), sizeText(-0, "B"), sizeText(-2048, "MiB")]).toEqual([
    "1,234,567 B",
    "1.500 KiB",
    "0 B",
    "-0.002 MiB",
  ]);
  expect([0, 1023, 1024, -5e6, 2 ** 40].map(fittingUnit)).toEqual(["B", "B", "KiB", "MiB", "GiB"]);
  expect(msText(1234.5678)).toBe("1,234.568 ms");
});
