// test/src/objects/from-js.test.ts: JavaScript's structures become objects and come back, src/to-js.ts with it.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InvalidArgumentError, UnhashableError } from "../../../src/errors.js";
import type { ListHandle } from "../../../src/kinds/list.js";
import type { Handle } from "../../../src/objects/handle.js";
import { BUILDS, newObjectHeap } from "../../support/checked-core.js";
import { leftBy, NOTHING, runOutAtEach } from "../../support/objects.js";

const SCALAR = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.string(),
  fc.constantFrom(null, true, false),
  fc.bigInt({ min: 2n ** 53n }),
  fc.uint8Array({ maxLength: 5 }),
);
const NAME = fc.string({ maxLength: 3 });
const { tree: TREE } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    SCALAR,
    fc.array(tie("tree"), { maxLength: 4 }),
    fc.dictionary(NAME, tie("tree"), { maxKeys: 4, noNullPrototype: true }),
    // an empty Map comes back as a plain object; one with a number among its keys as a Map
    fc
      .array(tie("tree"), { maxLength: 3 })
      .map((items) => new Map<unknown, unknown>([[-1, 0], ...items.entries()])),
    fc.uniqueArray(fc.integer(), { maxLength: 4 }).map((items) => new Set(items)),
  ),
}));

describe.each(BUILDS)("%s:", (build) => {
  const heap = newObjectHeap(build);

  test("any tree comes back as it was, and leaves nothing", () => {
    const run = (): void =>
      fc.assert(
        fc.property(TREE, (tree) => {
          const handle: Handle = heap.from(tree);
          expect(handle.toJS()).toEqual(tree);
          handle.dispose();
        }),
        { numRuns: 150 },
      );
    run();
    expect(leftBy(heap, run)).toEqual(NOTHING);
  });

  test("what is shared stays shared, cycles stay cycles", () => {
    heap.frame(() => {
      const shared = [1];
      const ring: { self?: unknown; list: unknown[]; map: Map<unknown, unknown> } = {
        list: [shared, shared],
        map: new Map<unknown, unknown>([[1, shared]]),
      };
      ring.self = ring;
      ring.list.push(ring.list);
      ring.map.set("ring", ring);
      const copy = heap.from(ring).toJS() as typeof ring;
      expect(copy.self).toBe(copy);
      expect(copy.list[0]).toBe(copy.list[1]);
      expect(copy.list[2]).toBe(copy.list);
      expect(copy.map.get(1)).toBe(copy.list[0]);
      expect(copy.map.get("ring")).toBe(copy);
      const list = heap.from(ring).get("list") as ListHandle;
      expect((list.get(0) as Handle).is(list.get(1) as Handle)).toBe(true);
    });
  });

  test("a list nested 100,000 deep goes in and out", () => {
    let deep: unknown[] = [];
    for (let depth = 0; depth < 100_000; depth += 1) deep = [deep];
    const run = (): void => {
      const handle = heap.from(deep);
      let depth = 0;
      for (let level = handle.toJS() as unknown[]; level.length > 0; level = level[0] as unknown[])
        depth += 1;
      expect(depth).toBe(100_000);
      handle.dispose();
    };
    if (build === "release") expect(leftBy(heap, run)).toEqual(NOTHING);
  });

  test("handles inside are taken as the objects they are", () => {
    heap.frame(() => {
      const list = heap.list([1]);
      const copy = heap.from({ list, again: [list] });
      expect(heap.refcount(list)).toBe(3);
      list.append(2);
      expect(copy.toJS()).toEqual({ list: [1, 2], again: [[1, 2]] });
      expect(heap.from(list).is(list)).toBe(true);
    });
  });

  test("typed arrays are lists of numbers, Uint8Arrays bytes, arrays with holes have None there", () => {
    heap.frame(() => {
      expect(heap.from(Float32Array.of(0.5, -0)).toJS()).toEqual([0.5, -0]);
      expect(heap.from(BigInt64Array.of(-(2n ** 60n))).toJS()).toEqual([-(2n ** 60n)]);
      expect(heap.from(Uint8Array.of(1)).typeName).toBe("bytes");
      // biome-ignore lint/suspicious/noSparseArray: that is the point
      expect(heap.from([1, , undefined]).toJS()).toEqual([1, null, null]);
    });
  });

  test("objects of other realms, and without a prototype, are plain too", () => {
    heap.frame(() => {
      const bare = Object.assign(Object.create(null) as object, { a: 1 });
      expect(heap.from(bare).toJS()).toEqual({ a: 1 });
      expect(heap.from(JSON.parse('{"__proto__": 5}')).toJS()).toEqual(JSON.parse('{"__proto__": 5}'));
    });
  });

  test("what has no counterpart is refused with its place, and leaves nothing", () => {
    class Custom {}
    const wrong: [unknown, string][] = [
      [() => {}, "value"],
      [new Custom(), "value"],
      [[1, [2, { name: new Date() }]], "value[1][1].name"],
      [{ a: new Map([["b", Symbol("s")]]) }, "value.a.b"],
      [{ a: new Set([() => {}]) }, "value.a.keys()"],
      [new DataView(new ArrayBuffer(1)), "value"],
    ];
    for (const [value, argument] of wrong) {
      const run = (): void =>
        expect(() => heap.from(value)).toThrow(
          expect.objectContaining({ name: "InvalidArgumentError", argument }),
        );
      expect(leftBy(heap, run)).toEqual(NOTHING);
    }
    expect(() => heap.from([() => {}])).toThrow(InvalidArgumentError);
  });

  test("a list as a key is refused, and leaves nothing, in a cycle either", () => {
    const ring: unknown[] = [];
    ring.push(ring, new Map([[[1], 1]]));
    const run = (): void => {
      expect(() => heap.from(ring)).toThrow(UnhashableError);
      expect(() => heap.from(new Set([new Set()]))).toThrow(UnhashableError);
    };
    run();
    expect(leftBy(heap, run)).toEqual(NOTHING);
  });

  test("so does a getter that throws", () => {
    const broken = {
      before: [1, [2]],
      get broken(): never {
        throw new Error("broken getter");
      },
    };
    const run = (): void => expect(() => heap.from([broken])).toThrow("broken getter");
    expect(leftBy(heap, run)).toEqual(NOTHING);
  });

  test("memory that runs out leaves nothing, in a cycle either", () => {
    const ring: Record<string, unknown> = {
      list: [1000, "a", new Set([0.5, null])],
      map: new Map([[1, [2]]]),
    };
    ring.self = ring;
    const run = (): void => {
      const handle = heap.from(ring);
      handle.clear();
      handle.dispose();
    };
    expect(runOutAtEach(heap, run)).toBe(20);
  });
});

describe("toJS", () => {
  const heap = newObjectHeap("release");

  test("makes plain objects of dicts with names for keys, Maps of others, Maps of all if asked to", () => {
    heap.frame(() => {
      const outer = heap.dict({ inner: heap.dict([[1, 2]]), empty: heap.dict() });
      expect(outer.toJS()).toEqual({ inner: new Map([[1, 2]]), empty: {} });
      expect(outer.toJS({ dicts: "map" })).toEqual(
        new Map<string, unknown>([
          ["inner", new Map([[1, 2]])],
          ["empty", new Map()],
        ]),
      );
    });
  });

  test("makes arrays of tuples, arrays of bytes of bytearrays", () => {
    heap.frame(() => {
      const bytearray = heap.bytearray(Uint8Array.of(1));
      const copy = heap.list([heap.tuple([1, heap.tuple()]), bytearray, bytearray]).toJS() as unknown[];
      expect(copy).toEqual([[1, []], Uint8Array.of(1), Uint8Array.of(1)]);
      expect(copy[1]).toBe(copy[2]);
      expect(heap.set([heap.tuple([1])]).toJS()).toEqual(new Set([[1]]));
    });
  });

  test("makes plain objects of structs, cycles kept", () => {
    const Node = heap.struct("Copied", { next: "self", x: "f64", any: "ref" });
    heap.frame(() => {
      const a = new Node({ x: 1, any: "text" });
      const b = new Node({ x: 2, next: a });
      a.next = b;
      const copy = a.toJS() as { next: { next: unknown; x: number }; x: number };
      expect(copy).toMatchObject({ x: 1, any: "text", next: { x: 2, any: null } });
      expect(copy.next.next).toBe(copy);
    });
  });
});
