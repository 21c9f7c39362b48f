// test/src/errors.test.ts: errors tell what happened, where, and what to do; their classes form one family.

import { expect, test } from "vitest";
import * as layout from "../../assembly/layout.js";
import * as errors from "../../src/errors.js";

const { DoubleFreeError, ForeignPointerError, InteriorPointerError, PymallocError } = errors;

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
    new errors.ObjectPointerError(8),
    new errors.DeadObjectError(8),
    new errors.NotAnObjectError(8),
    new errors.WrongTypeError(8),
    new errors.UnhashableError(8),
    new errors.NotWeakrefableError(8),
    new errors.DeadReferentError(8),
    new errors.NestingError(8),
    new errors.ReleasedHandleError(true),
    new errors.ForeignHandleError("handle"),
    new errors.HeapClosedError(),
    new errors.InterruptedError("a death"),
    new errors.IndexError(3, 2, "list"),
    new errors.KeyError("key", "dict"),
    new errors.ConcurrentModificationError("dict", "size"),
    new errors.FieldTypeError("Node", "x", "text", "a number"),
    new errors.DisposedError("batch"),
    new errors.NoRecordError("Node"),
    new errors.DeadReferenceError(),
    new errors.WasmModuleError("x"),
    new errors.TracingError("x"),
    new errors.SnapshotFormatError("x"),
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
  [layout.FAULT_DOUBLE_FREE, errors.DoubleFreeError],
  [layout.FAULT_INTERIOR_POINTER, errors.InteriorPointerError],
  [layout.FAULT_FOREIGN_POINTER, errors.ForeignPointerError],
  [layout.FAULT_OBJECT_POINTER, errors.ObjectPointerError],
  [layout.FAULT_DEAD_OBJECT, errors.DeadObjectError],
  [layout.FAULT_NOT_AN_OBJECT, errors.NotAnObjectError],
  [layout.FAULT_UNHASHABLE, errors.UnhashableError],
  [layout.FAULT_DEAD_REFERENT, errors.DeadReferentError],
  [layout.FAULT_NOT_WEAKREFABLE, errors.NotWeakrefableError],
  [layout.FAULT_NESTING, errors.NestingError],
])("fault %d has an error of its own, with the address", (code, expected) => {
  const error = errors.errorOf(code, 0xfffffff0);
  expect(error).toBeInstanceOf(expected);
  expect(error.constructor).toBe(expected);
  expect(error).toBeInstanceOf(errors.InvalidPointerError);
  expect(error).toMatchObject({ address: 0xfffffff0 });
  expect(error.message).toContain("0xfffffff0");
});

test("a broken rule is told in words, an unknown one by its code", () => {
  expect(errors.errorOf(layout.RULE_TOP, 16).message).toMatch(/damaged at 0x10: the top is the last chunk/);
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
