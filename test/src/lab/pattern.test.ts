import { expect, test } from "vitest";
import { firstDamage, firstNonZero, patternStart, writePattern } from "../../../src/lab/pattern.js";

const SIZES = [0, 1, 63, 64, 65, 65535, 65536, 65537, 200000];

test("a written pattern is whole until one byte changes, which is found", () => {
  const memory = Buffer.alloc(300000);
  for (const size of SIZES) {
    const start = patternStart(size, 5);
    writePattern(memory, 100, 0, size, start);
    expect(firstDamage(memory, 100, size, start)).toBe(-1);
    if (size === 0) continue;
    for (const at of new Set([0, size >> 1, size - 1])) {
      memory[100 + at]! ^= 1;
      expect(firstDamage(memory, 100, size, start)).toBe(at);
      memory[100 + at]! ^= 1;
    }
  }
});

test("a pattern written in two parts is the one written at once", () => {
  const memory = Buffer.alloc(300000);
  for (const cut of SIZES) {
    writePattern(memory, 0, 0, cut, 4321);
    writePattern(memory, 0, cut, 250000, 4321);
    expect(firstDamage(memory, 0, 250000, 4321)).toBe(-1);
  }
});

test("patterns differ by slot and by birth", () => {
  const starts = [patternStart(1, 1), patternStart(2, 1), patternStart(1, 2), patternStart(2, 2)];
  expect(new Set(starts).size).toBe(4);
});

test("the first byte that is not zero is found", () => {
  const memory = Buffer.alloc(200100);
  for (const size of SIZES) {
    expect(firstNonZero(memory, 10, size)).toBe(-1);
    if (size === 0) continue;
    memory[10 + size - 1] = 1;
    expect(firstNonZero(memory, 10, size)).toBe(size - 1);
    expect(firstNonZero(memory, 10, size - 1)).toBe(-1);
    memory[10 + size - 1] = 0;
  }
});
