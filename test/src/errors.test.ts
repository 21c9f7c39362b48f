// test/src/errors.test.ts: errors tell what happened, where, and what to do; their classes form one family.

import { expect, test } from "vitest";
import {
  FAULT_DOUBLE_FREE,
  FAULT_FOREIGN_POINTER,
  FAULT_INTERIOR_POINTER,
  RULE_TOP,
} from "../../assembly/layout.js";
import * as errors from "../../src/errors.js";

const { DoubleFreeError, ForeignPointerError, InteriorPointerError, InvalidPointerError, PymallocError } =
  errors;

test("every class names itself as it is exported, and is a PymallocError", () => {
  const samples = [
    new errors.PymallocError("x"),
    new errors.InvalidArgumentError("size", -1, "positive"),
    new errors.MemoryError(1, 2, 3),
    new errors.InvalidPointerError(8, "is wrong"),
    new DoubleFreeError(8),
    new InteriorPointerError(8),
    new ForeignPointerError(8),
    new errors.CorruptHeapError("rule", 8),
    new errors.WasmModuleError("x"),
  ];
  const classes = Object.entries(errors).filter(([name]) => name.endsWith("Error"));
  expect(classes.map(([name]) => name).sort()).toEqual(samples.map((error) => error.name).sort());
  for (const error of samples) {
    expect(error).toBeInstanceOf(PymallocError);
    expect(error).toBeInstanceOf(Error);
    expect(classes.find(([name]) => name === error.name)![1]).toBe(error.constructor);
  }
});

test.each([
  [FAULT_DOUBLE_FREE, DoubleFreeError],
  [FAULT_INTERIOR_POINTER, InteriorPointerError],
  [FAULT_FOREIGN_POINTER, ForeignPointerError],
])("fault %d has an error of its own, with the address", (code, expected) => {
  const error = errors.errorOf(code, 0xfffffff0);
  expect(error).toBeInstanceOf(expected);
  expect(error).toBeInstanceOf(InvalidPointerError);
  expect(error).toMatchObject({ address: 0xfffffff0 });
  expect(error.message).toContain("0xfffffff0");
});

test("a broken rule is told in words, an unknown one by its code", () => {
  expect(errors.errorOf(RULE_TOP, 16).message).toMatch(/damaged at 0x10: the top is the last chunk/);
  expect(errors.errorOf(9999, 16)).toMatchObject({ rule: "rule 9999", address: 16 });
});

test("a memory error has its figures, and says what to do", () => {
  const error = new errors.MemoryError(100, 200, 300);
  expect(error).toMatchObject({ requestedBytes: 100, usedBytes: 200, limitBytes: 300 });
  expect(error.message).toMatch(/100 bytes requested, 200 in use, the limit is 300; .*maximumBytes/);
});

test.each([
  ["x", 'size is "x"'],
  [Number.NaN, "size is NaN"],
  [undefined, "size is undefined"],
  [null, "size is null"],
  [8n, "size is 8"],
  [Symbol("s"), "size is Symbol(s)"],
  [Object.create(null), "size is "],
])("a wrong argument is shown, whatever it is", (value, shown) => {
  const error = new errors.InvalidArgumentError("size", value, "a number");
  expect(error.message).toContain(shown);
  expect(error.message).toContain("it must be a number");
  expect(error).toMatchObject({ argument: "size", value });
});
