import { expect, test } from "vitest";
import { inColumns, sizeText, timeText } from "../../../src/stress/format.js";

test.each([
  [0, "0 ns"],
  [1.234, "1.23 ns"],
  [999, "999 ns"],
  [1500, "1.50 µs"],
  [45_600_000, "45.6 ms"],
  [7.7e9, "7.70 s"],
  [171.7e9, "172 s"],
])("%f ns is %s", (ns, text) => {
  expect(timeText(ns)).toBe(text);
});

test("sizes have one digit behind the point where they are small", () => {
  expect([sizeText(2 ** 20), sizeText(2469 * 2 ** 20)]).toEqual(["1.0 MiB", "2,469 MiB"]);
});

test("columns are as wide as they must be, numbers to the right", () => {
  expect(
    inColumns(
      [{ head: "phase", isLeft: true }, { head: "ns" }],
      [
        ["make", "1,000"],
        ["a", "5"],
      ],
    ),
  ).toEqual(["phase     ns", "make   1,000", "a          5"]);
});
