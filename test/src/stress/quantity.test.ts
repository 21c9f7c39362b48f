import { expect, test } from "vitest";
import { parseQuantity } from "../../../src/stress/quantity.js";

test.each([
  ["10e6", 10_000_000],
  ["10m", 10_000_000],
  ["10M", 10_000_000],
  ["250k", 250_000],
  ["1.5m", 1_500_000],
  ["0.3m", 300_000],
  ["1g", 1_000_000_000],
  ["10_000", 10_000],
  ["10,000", 10_000],
  ["7", 7],
])("%s is %i", (text, count) => {
  expect(parseQuantity(text)).toBe(count);
});

test.each(["", "x", "-1", "1.5", "1e-3", "10mm", "0x10", "k", "1e30", "NaN"])("%j is no count", (text) => {
  expect(parseQuantity(text)).toBeUndefined();
});
