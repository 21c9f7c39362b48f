// test/src/kinds/scalar.test.ts: scalars that are asked for as handles. Their values: box.test.ts.

import { describe, expect, test } from "vitest";
import { InvalidArgumentError } from "../../../src/errors.js";
import type { Handle } from "../../../src/objects/handle.js";
import { newObjectHeap } from "../../support/checked-core.js";
import { leftBy, NOTHING } from "../../support/objects.js";

const heap = newObjectHeap("checked");

test("each kind has its type and its value", () => {
  heap.frame(() => {
    const handles = [
      heap.int(5),
      heap.int(2n ** 70n),
      heap.float(5),
      heap.str("a"),
      heap.bytes(Uint8Array.of(1)),
      heap.bool(true),
      heap.none,
      heap.host(Math),
    ];
    expect(handles.map((handle) => [handle.typeName, handle.value])).toEqual([
      ["int", 5],
      ["int", 2n ** 70n],
      ["float", 5],
      ["str", "a"],
      ["bytes", Uint8Array.of(1)],
      ["bool", true],
      ["NoneType", null],
      ["host", Math],
    ]);
    expect(handles.map((handle) => handle.toJS())).toEqual(handles.map((handle) => handle.value));
  });
});

test("small ints, None, True, False and what is empty are there once", () => {
  heap.frame(() => {
    for (const make of [
      () => heap.int(-5),
      () => heap.int(256n),
      () => heap.none,
      () => heap.bool(false),
      () => heap.str(""),
      () => heap.bytes(new Uint8Array()),
    ]) {
      expect(make().is(make())).toBe(true);
      expect(heap.sys.isImmortal(make())).toBe(true);
    }
    expect(heap.int(257).is(heap.int(257))).toBe(false);
  });
});

test("an int may be a float elsewhere: the kind is the call's", () => {
  heap.frame(() => {
    const dict = heap.dict([[heap.float(2), 1]]);
    expect([heap.float(2).typeName, dict.get(2)]).toEqual(["float", 1]);
  });
});

test("a value of another kind is refused", () => {
  const calls: [(value: never) => unknown, unknown[]][] = [
    [(value) => heap.int(value), [0.5, 2 ** 53, Number.NaN, "1", null, true]],
    [(value) => heap.float(value), ["1", 1n, null]],
    [(value) => heap.str(value), [1, null, ["a"]]],
    [(value) => heap.bytes(value), ["a", [1], new Uint16Array(1)]],
  ];
  for (const [call, values] of calls) {
    for (const value of values) expect(() => call(value as never)).toThrow(InvalidArgumentError);
  }
});

describe("a host object", () => {
  test("keeps any value, and lets go of it when it dies", () => {
    const value = { any: () => "thing" };
    const run = (): void =>
      heap.frame(() => {
        const list = heap.list([heap.host(value)]);
        expect(list.get(0)).toBe(value);
        expect(list.toJS()).toEqual([value]);
      });
    run();
    expect(leftBy(heap, run)).toEqual(NOTHING);
  });

  test("of one value is one object while it lives, primitives and NaN too", () => {
    heap.frame(() => {
      for (const value of [{}, () => {}, "text", Number.NaN, undefined, null, Symbol("s")]) {
        const first = heap.host(value);
        expect(first.is(heap.host(value))).toBe(true);
        expect(first.value).toBe(value);
        expect(first.is(heap.host({}))).toBe(false);
      }
    });
  });

  test("of 0 and -0 are two", () => {
    heap.frame(() => {
      const zeros = [0, -0].map((zero) => heap.host(zero));
      expect(zeros.map((zero) => zero.value)).toEqual([0, -0]);
      expect(zeros[0]!.is(zeros[1]!)).toBe(false);
      expect([0, -0].map((zero, index) => heap.host(zero).is(zeros[index]!))).toEqual([true, true]);
    });
    expect(heap.frame(() => heap.host(-0).value)).toBe(-0);
  });

  test("of undefined, in a dict, is not taken for a missing key", () => {
    heap.frame(() => {
      const dict = heap.dict([["a", heap.host(undefined)]]);
      expect([dict.has("a"), dict.require("a")]).toEqual([true, undefined]);
      expect(dict.pop("a")).toBeUndefined();
      expect(dict.size).toBe(0);
    });
  });

  test("whose end waits for that of others is replaced, if its value is wanted meanwhile", () => {
    const deep = newObjectHeap("checked");
    const value = {};
    const hosts: boolean[] = [];
    const Link = deep.struct(
      "Link",
      { next: "ref", host: "ref" },
      {
        finalizer(self) {
          // each death within the one before: beyond a limit they wait
          const { next } = self;
          self.host = deep.host(value);
          self.next = null;
          (next as Handle | null)?.dispose();
          self.host = null;
          hosts.push(deep.host(value).value === value);
        },
      },
    );
    const run = (): void =>
      deep.frame(() => {
        let link = new Link();
        for (let i = 0; i < 600; i += 1) link = new Link({ next: link });
      });
    run();
    expect(leftBy(deep, run)).toEqual(NOTHING);
    expect(hosts).toEqual(Array.from({ length: 1202 }, () => true));
  });
});

test("a bool is made of nothing but true and false", () => {
  const heap = newObjectHeap("release");
  expect(() => heap.bool("x" as never)).toThrow(InvalidArgumentError);
  heap.frame(() => expect([heap.bool(true).value, heap.bool(false).value]).toEqual([true, false]));
});
