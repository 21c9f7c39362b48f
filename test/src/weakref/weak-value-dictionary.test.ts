// test/src/weakref/weak-value-dictionary.test.ts: WeakValueDictionary does what Python's does. Source: CPython Lib/weakref.py.

import { describe, expect, test } from "vitest";
import {
  ConcurrentModificationError,
  InvalidArgumentError,
  KeyError,
  NotWeakrefableError,
  ReleasedHandleError,
  UnhashableError,
} from "../../../src/errors.js";
import { BUILDS, newObjectHeap } from "../../support/checked-core.js";
import { leftBy, NOTHING, runOutAtEach } from "../../support/objects.js";

describe.each(BUILDS)("%s", (build) => {
  test("an entry goes when its value dies", () => {
    const heap = newObjectHeap(build);
    const Node = heap.struct("Node", { x: "f64" });
    const [one, two] = [new Node({ x: 1 }), new Node({ x: 2 })];
    const dictionary = new heap.weakref.WeakValueDictionary([
      ["one", one],
      [2, two],
    ]);
    expect([dictionary.size, dictionary.has("one"), dictionary.has(2), dictionary.has("two")]).toEqual([
      2,
      true,
      true,
      false,
    ]);
    const got = dictionary.get("one") as typeof one;
    expect([got.x, heap.refcount(one)]).toEqual([1, 2]);
    got.dispose();
    one.dispose();
    expect([dictionary.size, dictionary.has("one"), dictionary.get("one")]).toEqual([1, false, undefined]);
    expect(() => dictionary.require("one")).toThrow(KeyError);
    two.dispose();
    expect(dictionary.size).toBe(0);
    dictionary.dispose();
    heap.verify();
  });

  test("nothing is left behind, whichever dies first", () => {
    const heap = newObjectHeap(build);
    const Node = heap.struct("Node", {});
    new heap.weakref.WeakValueDictionary([["k", new Node()]]).dispose(); // for its callbacks' type
    for (const order of ["dictionary", "value"] as const) {
      const left = leftBy(heap, () => {
        const node = new Node();
        const key = heap.tuple(["key", 2n ** 80n]);
        const dictionary = new heap.weakref.WeakValueDictionary();
        dictionary.set(key, node).set("text", node).set("text", node);
        key.dispose();
        if (order === "value") node.dispose();
        dictionary.dispose();
        if (order === "dictionary") node.dispose();
      });
      expect(left, order).toEqual(NOTHING);
    }
  });

  test("a weak reference that outlives its entry does no harm", () => {
    const heap = newObjectHeap(build);
    const Node = heap.struct("Node", {});
    const [one, two] = [new Node(), new Node()];
    const dictionary = new heap.weakref.WeakValueDictionary([["key", one]]);
    const [ref] = dictionary.valuerefs();
    dictionary.set("key", two);
    one.dispose();
    expect([ref!.deref(), dictionary.has("key")]).toEqual([null, true]);
    const [other] = dictionary.valuerefs();
    dictionary.dispose();
    two.dispose();
    expect(other!.deref()).toBeNull();
    for (const handle of [ref!, other!]) handle.dispose();
    heap.verify();
  });
});

const heap = newObjectHeap("checked");
const Node = heap.struct("Node", { n: "i32" });
const nodes = (count: number): InstanceType<typeof Node>[] =>
  Array.from({ length: count }, (_, n) => new Node({ n }));
const { WeakValueDictionary } = heap.weakref;

test("keys are those of a dict: equal ones are the same", () => {
  heap.frame(() => {
    const node = new Node();
    const dictionary = new WeakValueDictionary([[1, node]]);
    expect([1n, true, heap.float(1), heap.tuple([1])].map((key) => dictionary.has(key))).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(() => dictionary.set(heap.list(), node)).toThrow(UnhashableError);
    expect(dictionary.size).toBe(1);
  });
});

test("iteration gives what lives, and allows for deaths meanwhile", () => {
  const all = nodes(5);
  const dictionary = new WeakValueDictionary(all.map((node) => [node.n, node]));
  all[3]!.dispose();
  const seen: unknown[] = [];
  for (const [key, value] of dictionary) {
    seen.push(key);
    value.dispose();
    if (key === 0) {
      all[0]!.dispose();
      all[2]!.dispose();
    }
  }
  expect([seen, dictionary.size]).toEqual([[0, 1, 4], 2]);
  expect([...dictionary.keys()]).toEqual([1, 4]);
  const values = [...dictionary.values()] as InstanceType<typeof Node>[];
  expect(values.map(({ n }) => n)).toEqual([1, 4]);
  for (const handle of [...values, all[1]!, all[4]!, dictionary]) handle.dispose();
});

test("iteration refuses to go on when entries were added or removed", () => {
  const all = nodes(3);
  const dictionary = new WeakValueDictionary(all.map((node) => [node.n, node]));
  expect(() => {
    for (const key of dictionary.keys()) dictionary.delete(key);
  }).toThrow(ConcurrentModificationError);
  expect(() => {
    for (const key of dictionary.keys()) dictionary.set(`${key}`, all[0]!);
  }).toThrow(/WeakValueDictionary changed its size/);
  const keys = dictionary.keys();
  keys.next();
  dictionary.dispose();
  expect(() => keys.next()).toThrow(ReleasedHandleError);
  for (const node of all) node.dispose();
});

test("pop, popitem, setdefault, update, delete, clear and copy are Python's", () => {
  const left = leftBy(heap, () => {
    const [one, two, three] = nodes(3);
    const dictionary = new WeakValueDictionary();
    dictionary.update([
      ["one", one!],
      ["two", two!],
    ]);
    expect(dictionary.setdefault("three", three!)).toBe(three);
    const known = dictionary.setdefault("one", two!);
    expect(known.is(one!)).toBe(true);
    const copy = dictionary.copy();
    expect([...copy.keys()]).toEqual(["one", "two", "three"]);
    const popped = dictionary.pop("one");
    expect([popped.is(one!), dictionary.has("one")]).toEqual([true, false]);
    expect(() => dictionary.pop("one")).toThrow(KeyError);
    const [key, value] = dictionary.popitem()!;
    expect([key, value.is(three!)]).toEqual(["three", true]);
    value.dispose();
    expect([dictionary.delete("two"), dictionary.delete("two"), dictionary.popitem()]).toEqual([
      true,
      false,
      undefined,
    ]);
    expect(copy.size).toBe(3);
    const again = copy.dup();
    two!.dispose();
    expect([copy.size, again.size, again.typeName]).toEqual([2, 2, "WeakValueDictionary"]);
    copy.dispose();
    three!.dispose();
    expect([...again.keys()]).toEqual(["one"]);
    again.clear();
    expect(again.size).toBe(0);
    for (const handle of [one!, known, popped, dictionary, again]) handle.dispose();
  });
  expect(left).toEqual(NOTHING);
});

test("a value that can't be referred to weakly is refused, and nothing changes", () => {
  const node = new Node();
  const dictionary = new WeakValueDictionary([["key", node]]);
  const list = heap.list();
  const left = leftBy(heap, () => {
    expect(() => dictionary.set("key", list)).toThrow(NotWeakrefableError);
    expect(() => dictionary.set("key", 5 as never)).toThrow(InvalidArgumentError);
    expect(() => dictionary.set({}, node)).toThrow(InvalidArgumentError);
    expect(
      () =>
        new WeakValueDictionary([
          ["a", node],
          ["b", list],
        ]),
    ).toThrow(NotWeakrefableError);
    expect(() => new WeakValueDictionary(5 as never)).toThrow(InvalidArgumentError);
  });
  expect([left, dictionary.size]).toEqual([NOTHING, 1]);
  for (const handle of [dictionary, node, list]) handle.dispose();
});

test("when memory runs out, no entry is left", () => {
  const node = new Node();
  const dictionary = new WeakValueDictionary();
  runOutAtEach(heap, () => {
    dictionary.set("a key of text", node);
    dictionary.clear();
  });
  dictionary.dispose();
  runOutAtEach(heap, () => new WeakValueDictionary().dispose());
  node.dispose();
});
