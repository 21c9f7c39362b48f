// conformance/size-values.ts: the values that the table of sizes compares: how each is made here and in Python, and why they differ.
// Not here: measuring and printing (sizes.ts).

import type { Heap } from "../src/index.js";

/** A value on both sides. */
export interface SizedValue {
  /** Python's expression, which is its name too. */
  readonly python: string;
  /** Anything that sys.getsizeof takes. */
  make(heap: Heap): unknown;
  /** A name that tells more than the expression. */
  readonly name?: string;
  /** Expressions of objects that CPython needs besides. */
  readonly besides?: string;
}

/** Values that differ for one reason. */
export interface SizeGroup {
  readonly reason: string;
  readonly values: readonly SizedValue[];
}

/** What the expressions need. */
export const PYTHON_PREAMBLE = `
import sys
import weakref

def appended(values):
    made = []
    for value in values:
        made.append(value)
    return made

def record(count, has_weakrefs=True):
    names = [f"s{index}" for index in range(count)]
    slots = names + ["__weakref__"] if has_weakrefs else names
    return type("Record", (), {"__slots__": slots})()

node = record(1)
`;

/** Of a value that both languages write alike. */
function literal(python: string, value: unknown): SizedValue {
  return { python, make: () => value };
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

function* generate(count: number): Generator<number> {
  for (let value = 0; value < count; value += 1) yield value;
}

const integers: SizedValue[] = [
  literal("0", 0),
  literal("2**30 - 1", 2 ** 30 - 1),
  literal("2**30", 2 ** 30),
  literal("-2**31", -(2 ** 31)),
  literal("2**60", 2n ** 60n),
  literal("2**63 - 1", 2n ** 63n - 1n),
  literal("2**63", 2n ** 63n),
  literal("2**100", 2n ** 100n),
  literal("2**200", 2n ** 200n),
  literal("10**300", 10n ** 300n),
];

const singletons: SizedValue[] = [literal("None", null), literal("True", true)];

const floats: SizedValue[] = [{ python: "1.5", make: (heap) => heap.float(1.5) }];

const strings: SizedValue[] = [
  literal('""', ""),
  literal('"a"', "a"),
  literal('"é"', "é"),
  literal('"€"', "€"),
  literal('"😀"', "😀"),
  ...[10, 100, 1000].map((length) => literal(`"a" * ${length}`, "a".repeat(length))),
  ...[10, 100, 1000].map((length) => literal(`"é" * ${length}`, "é".repeat(length))),
  ...[10, 100, 1000].map((length) => literal(`"€" * ${length}`, "€".repeat(length))),
  ...[10, 1000].map((length) => literal(`"😀" * ${length}`, "😀".repeat(length))),
];

const bytes: SizedValue[] = [
  literal('b""', new Uint8Array(0)),
  ...[1, 10, 100, 1000].map((length) => literal(`b"x" * ${length}`, new Uint8Array(length))),
];

const bytearrays: SizedValue[] = [0, 10, 1000].map((length) => ({
  python: `bytearray(${length})`,
  make: (heap) => heap.bytearray(length),
}));

const tuples: SizedValue[] = [0, 1, 3, 10, 100].map((length) => ({
  python: `tuple(range(${length}))`,
  make: (heap) => heap.tuple(range(length)),
}));

const lists: SizedValue[] = [
  { python: "[]", make: (heap) => heap.list() },
  { python: "[0, 1, 2]", make: (heap) => heap.list([0, 1, 2]) },
  { python: "[0, 1, 2, 3, 4]", make: (heap) => heap.list([0, 1, 2, 3, 4]) },
  ...[1, 5, 10, 100, 1000].map((length) => ({
    python: `appended(range(${length}))`,
    make: (heap: Heap) => {
      const list = heap.list();
      for (const value of range(length)) list.append(value);
      return list;
    },
  })),
  ...[10, 1000].map((length) => ({
    python: `list(value for value in range(${length}))`,
    make: (heap: Heap) => heap.list(generate(length)),
  })),
];

const dicts: SizedValue[] = [0, 1, 5, 6, 10, 100, 1000].map((length) => ({
  python: `{key: None for key in range(${length})}`,
  make: (heap) => heap.dict(range(length).map((key) => [key, null] as const)),
}));

const sets: SizedValue[] = [0, 1, 5, 10, 100, 1000].map((length) => ({
  python: `{key for key in range(${length})}`,
  make: (heap) => heap.set(range(length)),
}));

const weakrefs: SizedValue[] = [
  { python: "weakref.ref(node)", make: (heap) => heap.weakref.ref(record(heap, 1)) },
  { python: "weakref.ref(node, print)", make: (heap) => heap.weakref.ref(record(heap, 1), () => {}) },
  {
    python: "weakref.proxy(node)",
    make: (heap) => heap.weakref.handleOf(heap.weakref.proxy(record(heap, 1))),
  },
];

const records: SizedValue[] = [
  ...[0, 1, 2, 3, 4, 8].map((count) => ({
    name: `instance, slots: ${count}`,
    python: `record(${count}, has_weakrefs=False)`,
    make: (heap: Heap) => record(heap, count, false),
  })),
  ...[0, 1, 2, 4].map((count) => ({
    name: `instance, slots: ${count} and __weakref__`,
    python: `record(${count})`,
    make: (heap: Heap) => record(heap, count),
  })),
];

const scalarRecords: SizedValue[] = [1, 2, 3].map((count) => ({
  name: `instance, floats: ${count}, included`,
  python: `record(${count}, has_weakrefs=False)`,
  besides: range(count)
    .map((value) => `${value}.5`)
    .join(", "),
  make: (heap) => new (heap.struct("Floats", fieldsOf(count, "f64"), { weakref: false }))(),
}));

function fieldsOf<T extends string>(count: number, type: T): Record<string, T> {
  return Object.fromEntries(range(count).map((index) => [`s${index}`, type]));
}

function record(heap: Heap, count: number, weakref = true): InstanceType<ReturnType<Heap["struct"]>> {
  return new (heap.struct("Record", fieldsOf(count, "ref"), { weakref }))();
}

export const SIZE_GROUPS: readonly SizeGroup[] = [
  {
    reason: "header 8 bytes for 12, then words of 64 bits for digits of 30",
    values: integers,
  },
  { reason: "nothing but a header; True is an int in CPython", values: singletons },
  { reason: "header and value on both sides", values: floats },
  {
    reason: "header and hash 12 bytes for 20 (ASCII) or 28; no terminator; no UTF-8 copy",
    values: strings,
  },
  { reason: "header 8 bytes for 16; no hash, no terminator; the length is in the header", values: bytes },
  {
    reason: "header, buffer and length alone: no exports to count, no start apart from the buffer's",
    values: bytearrays,
  },
  { reason: "no collector's header of 8 bytes before the object", values: tuples },
  { reason: "no collector's header; lists grow as CPython's", values: lists },
  { reason: "no collector's header, no object of keys apart; hashes are not kept", values: dicts },
  {
    reason: "no table within the object; entries of 4 bytes for 8, without holes; a small index",
    values: sets,
  },
  { reason: "no collector's header", values: weakrefs },
  { reason: "no collector's header; weak references are found by a table, not by a slot", values: records },
  { reason: "floats lie in the record itself", values: scalarRecords },
];
