// test/src/weakref/weak-key-dictionary.test.ts: WeakKeyDictionary does what Python's does. Source: CPython Lib/weakref.py.

import { describe, expect, test } from "vitest";
import {
  ConcurrentModificationError,
  InvalidArgumentError,
  KeyError,
  NotWeakrefableError,
  ReleasedHandleError,
} from "../../../src/errors.js";
import { BUILDS, newObjectHeap } from "../../support/checked-core.js";
import { leftBy, NOTHING, runOutAtEach } from "../../support/objects.js";

describe.each(BUILDS)("%s", (build) => {
  test("an entry, and its hold on the value, goes when its key dies", () => {
    const heap = newObjectHeap(build);
    const Node = heap.struct("Node", { n: "i32" });
    const left = leftBy(heap, () => {
      const [one, two] = [new Node({ n: 1 }), new Node({ n: 2 })];
      const list = heap.list();
      const dictionary = new heap.weakref.WeakKeyDictionary([
        [one, "value"],
        [two, list],
      ]);
      expect([dictionary.size, dictionary.get(one), dictionary.has(two), heap.refcount(list)]).toEqual([
        2,
        "value",
        true,
        2,
      ]);
      two.dispose();
      expect([dictionary.size, heap.refcount(list)]).toEqual([1, 1]);
      dictionary.set(one, "other");
      expect([dictionary.size, dictionary.get(one)]).toEqual([1, "other"]);
      one.dispose();
      expect(dictionary.size).toBe(0);
      for (const handle of [list, dictionary]) handle.dispose();
    });
    expect(left).toEqual(NOTHING);
  });

  test("an entry whose death kills the next key goes with it", () => {
    const heap = newObjectHeap(build);
    const Node = heap.struct("Node", {});
    const left = leftBy(heap, () => {
      const dictionary = new heap.weakref.WeakKeyDictionary();
      let first = new Node();
      for (let i = 0; i < 20; i += 1) {
        const next = first;
        first = new Node();
        dictionary.set(first, next);
        next.dispose();
      }
      expect(dictionary.size).toBe(20);
      first.dispose();
      expect(dictionary.size).toBe(0);
      dictionary.dispose();
    });
    expect(left).toEqual(NOTHING);
  });
});

const heap = newObjectHeap("checked");
const Node = heap.struct("Node", { n: "i32" });
const nodes = (count: number): InstanceType<typeof Node>[] =>
  Array.from({ length: count }, (_, n) => new Node({ n }));
const { WeakKeyDictionary } = heap.weakref;

test("iteration gives what lives, and allows for deaths meanwhile", () => {
  const all = nodes(5);
  const dictionary = new WeakKeyDictionary(all.map((node) => [node, node.n]));
  all[3]!.dispose();
  const seen: unknown[] = [];
  for (const [key, value] of dictionary) {
    seen.push(value);
    key.dispose();
    if (value === 0) {
      all[0]!.dispose();
      all[2]!.dispose();
    }
  }
  expect([seen, dictionary.size]).toEqual([[0, 1, 4], 2]);
  expect([...dictionary.values()]).toEqual([1, 4]);
  const keys = [...dictionary.keys()] as InstanceType<typeof Node>[];
  expect(keys.map(({ n }) => n)).toEqual([1, 4]);
  const refs = dictionary.keyrefs();
  expect(refs).toHaveLength(2);
  for (const handle of [...keys, ...refs, all[1]!, all[4]!, dictionary]) handle.dispose();
});

test("iteration refuses to go on when entries were added or removed", () => {
  const all = nodes(3);
  const dictionary = new WeakKeyDictionary(all.map((node) => [node, node.n]));
  expect(() => {
    for (const value of dictionary.values()) dictionary.delete(all[value as number]!);
  }).toThrow(ConcurrentModificationError);
  expect(dictionary.size).toBe(2);
  const values = dictionary.values();
  values.next();
  dictionary.dispose();
  expect(() => values.next()).toThrow(ReleasedHandleError);
  for (const node of all) node.dispose();
});

test("pop, popitem, setdefault, update, delete, clear and copy are Python's", () => {
  const left = leftBy(heap, () => {
    const [one, two, three] = nodes(3);
    const dictionary = new WeakKeyDictionary();
    dictionary.update([
      [one!, 1],
      [two!, null],
    ]);
    expect([dictionary.setdefault(three!, 3), dictionary.setdefault(one!, 5)]).toEqual([3, 1]);
    const copy = dictionary.copy();
    expect([dictionary.pop(one!), dictionary.has(one!)]).toEqual([1, false]);
    expect(() => dictionary.pop(one!)).toThrow(KeyError);
    expect(() => dictionary.require(one!)).toThrow(KeyError);
    expect(dictionary.require(two!)).toBeNull();
    const [key, value] = dictionary.popitem()!;
    expect([key.is(three!), value]).toEqual([true, 3]);
    expect([dictionary.delete(two!), dictionary.delete(two!), dictionary.popitem()]).toEqual([
      true,
      false,
      undefined,
    ]);
    const again = copy.dup();
    expect([copy.size, again.typeName]).toEqual([3, "WeakKeyDictionary"]);
    copy.dispose();
    two!.dispose();
    expect([...again.values()]).toEqual([1, 3]);
    again.clear();
    expect(again.size).toBe(0);
    for (const handle of [one!, three!, key, dictionary, again]) handle.dispose();
  });
  expect(left).toEqual(NOTHING);
});

test("what can be no key is not there, and can't be set", () => {
  const dictionary = new WeakKeyDictionary();
  const list = heap.list();
  const node = new Node();
  const left = leftBy(heap, () => {
    expect([dictionary.get(list), dictionary.has(list), dictionary.delete(list)]).toEqual([
      undefined,
      false,
      false,
    ]);
    expect(() => dictionary.set(list, 1)).toThrow(NotWeakrefableError);
    expect(() => dictionary.set("key" as never, 1)).toThrow(InvalidArgumentError);
    expect(() => dictionary.get(5 as never)).toThrow(InvalidArgumentError);
    expect(() => dictionary.set(node, {} as never)).toThrow(InvalidArgumentError);
  });
  expect([left, dictionary.size]).toEqual([NOTHING, 0]);
  for (const handle of [dictionary, list, node]) handle.dispose();
});

test("when memory runs out, no entry is left", () => {
  const node = new Node();
  const dictionary = new WeakKeyDictionary();
  runOutAtEach(heap, () => {
    dictionary.set(node, "some text");
    dictionary.clear();
  });
  dictionary.dispose();
  node.dispose();
});
