// test/src/structs/struct.test.ts: declared structs: their classes, records, bases, finalizers. Fields one by one: accessors.test.ts.

import { describe, expect, expectTypeOf, test } from "vitest";
import { TYPE_COUNT_ADDRESS } from "../../../assembly/layout.js";
import { TYPE_COUNT_MAX } from "../../../assembly/object-layout.js";
import {
  DeadObjectError,
  FieldTypeError,
  HeapClosedError,
  InvalidArgumentError,
  MemoryError,
  WrongTypeError,
} from "../../../src/errors.js";
import type { Value } from "../../../src/objects/object-heap.js";
import { StructHandle } from "../../../src/structs/struct-handle.js";
import { BUILDS, newObjectHeap } from "../../support/checked-core.js";
import { leftBy, NOTHING, runOutAtEach } from "../../support/objects.js";

describe.each(BUILDS)("%s", (build) => {
  test("a record has the first values it was given, and 0, false or null elsewhere", () => {
    const heap = newObjectHeap(build);
    const Node = heap.struct("Node", { next: "self", value: "ref", x: "f64", n: "i64", ok: "bool" });
    const left = leftBy(heap, () => {
      const empty = new Node();
      expect([empty.next, empty.value, empty.x, empty.n, empty.ok]).toEqual([null, null, 0, 0n, false]);
      const node = new Node({ next: empty, value: "text", x: 1.5, n: -7n, ok: true });
      const { next } = node;
      expect([next?.is(empty), node.value, node.x, node.n, node.ok]).toEqual([true, "text", 1.5, -7n, true]);
      for (const handle of [empty, node, next!]) handle.dispose();
    });
    expect(left).toEqual(NOTHING);
  });

  test("a record refers to what its reference fields hold, and gives it up when it dies", () => {
    const heap = newObjectHeap(build);
    const Pair = heap.struct("Pair", { left: "ref", right: "ref" });
    const left = leftBy(heap, () => {
      const list = heap.list();
      const pair = new Pair({ left: list, right: list });
      expect(heap.refcount(list)).toBe(3);
      pair.right = null;
      expect(heap.refcount(list)).toBe(2);
      pair.dispose();
      expect(heap.refcount(list)).toBe(1);
      list.dispose();
    });
    expect(left).toEqual(NOTHING);
  });

  test("a subtype's records have the base's fields at the same offsets and are the base's too", () => {
    const heap = newObjectHeap(build);
    const Shape = heap.struct("Shape", { parent: "self", x: "f32", visible: "bool" });
    const Circle = heap.struct("Circle", { fill: "ref", radius: "f64" }, { base: Shape });
    for (const name of ["parent", "x", "visible"] as const) {
      expect(Circle.offsets[name]).toBe(Shape.offsets[name]);
    }
    const left = leftBy(heap, () => {
      const shape = new Shape();
      const circle = new Circle({ parent: shape, x: 2, radius: 3, fill: "red" });
      expect(circle).toBeInstanceOf(Shape);
      expect(circle).toBeInstanceOf(StructHandle);
      expect(shape).not.toBeInstanceOf(Circle);
      expect([Shape.is(circle), Circle.is(circle), Circle.is(shape)]).toEqual([true, true, false]);
      shape.parent = circle;
      const parent = shape.parent;
      expect(parent).toBeInstanceOf(Circle);
      circle.parent = null;
      for (const handle of [shape, circle, parent!]) handle.dispose();
    });
    expect(left).toEqual(NOTHING);
  });

  test("all references of a record are released, in however many runs they lie", () => {
    const heap = newObjectHeap(build);
    const A = heap.struct("A", { a: "ref", k: "u8" });
    const B = heap.struct("B", { b: "ref", c: "ref", m: "u8" }, { base: A });
    const C = heap.struct("C", { d: "ref" }, { base: B });
    const left = leftBy(heap, () => {
      const list = heap.list();
      const record = new C({ a: list, b: list, c: list, d: list, k: 1, m: 2 });
      expect(heap.refcount(list)).toBe(5);
      record.dispose();
      expect(heap.refcount(list)).toBe(1);
      list.dispose();
    });
    expect(left).toEqual(NOTHING);
  });

  test("a finalizer runs once with the record, a subtype's own before the base's, else the base's", () => {
    const heap = newObjectHeap(build);
    const log: string[] = [];
    const Base = heap.struct("Base", { n: "i32" }, { finalizer: (self) => void log.push(`base ${self.n}`) });
    const Heir = heap.struct("Heir", {}, { base: Base });
    const Other = heap.struct(
      "Other",
      {},
      { base: Base, finalizer: (self) => void log.push(`other ${self.n}`) },
    );
    const left = leftBy(heap, () => {
      new Base({ n: 1 }).dispose();
      new Heir({ n: 2 }).dispose();
      new Other({ n: 3 }).dispose();
    });
    expect(log).toEqual(["base 1", "base 2", "other 3"]);
    expect(left).toEqual(NOTHING);
  });

  test("a finalizer may keep the record, and does not run again", () => {
    const heap = newObjectHeap(build);
    const list = heap.list();
    let runs = 0;
    const Saved = heap.struct(
      "Saved",
      { n: "i32" },
      {
        finalizer(self) {
          runs += 1;
          list.append(self);
        },
      },
    );
    const left = leftBy(heap, () => {
      new Saved({ n: 4 }).dispose();
      const saved = list.pop() as InstanceType<typeof Saved>;
      expect([saved.n, heap.refcount(saved)]).toEqual([4, 1]);
      saved.dispose();
      list.clear();
    });
    expect(runs).toBe(1);
    expect(left.handles).toBe(0);
    heap.verify();
  });

  test("what a finalizer throws goes to onUnraisable, and the record dies", () => {
    const heap = newObjectHeap(build);
    const reports: [unknown, string][] = [];
    heap.onUnraisable = (error, object) => reports.push([error, object]);
    const Node = heap.struct(
      "Node",
      { x: "f64" },
      {
        finalizer() {
          throw new RangeError("no");
        },
      },
    );
    expect(leftBy(heap, () => new Node().dispose())).toEqual(NOTHING);
    expect(reports).toEqual([[expect.any(RangeError), expect.stringMatching(/^finalizer of Node at 0x/)]]);
  });

  test("a chain of 100,000 records dies without recursion", () => {
    const heap = newObjectHeap(build);
    const Node = heap.struct("Node", { next: "self" });
    const left = leftBy(heap, () => {
      let first = new Node();
      for (let i = 1; i < 100_000; i += 1) {
        const next = first;
        first = new Node({ next });
        next.dispose();
      }
      first.dispose();
    });
    expect(left).toEqual(NOTHING);
  });

  test("records beyond the small sizes work as others", () => {
    const heap = newObjectHeap(build);
    const names = Array.from({ length: 200 }, (_, i) => `f${i}`);
    const Wide = heap.struct("Wide", Object.fromEntries(names.map((name) => [name, "f64" as const])));
    const left = leftBy(heap, () => {
      const wide = new Wide(Object.fromEntries(names.map((name, i) => [name, i])));
      expect(names.map((name) => (wide as unknown as Record<string, number>)[name])).toEqual(
        names.map((_, i) => i),
      );
      wide.dispose();
    });
    expect(Wide.size).toBe(8 + 8 * 200);
    expect(left).toEqual(NOTHING);
  });
});

const heap = newObjectHeap("checked");

describe("a class tells", () => {
  const Node = heap.struct("Node", { next: "self", x: "f64" });

  test("its name, size, offsets and type", () => {
    expect([Node.structName, Node.name, Node.size]).toEqual(["Node", "Node", 24]);
    expect(Node.offsets).toEqual({ next: 8, x: 16 });
    const node = new Node();
    expect(heap.typeOf(node.address)).toBe(Node.typeId);
    expect(node.typeName).toBe("Node");
    expect(heap.sys.getsizeof(node)).toBe(Node.size);
  });

  test("and can't be made to tell otherwise", () => {
    expect(Object.isFrozen(Node.offsets)).toBe(true);
    expect(() => {
      (Node as { size: number }).size = 1;
    }).toThrow(TypeError);
  });

  test("whether a value is a handle of its records", () => {
    const node = new Node();
    const list = heap.list();
    const Other = heap.struct("Node", { next: "self", x: "f64" });
    expect([node, list, new Other(), null, 5, {}].map((value) => Node.is(value))).toEqual([
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
    node.dispose();
    expect(Node.is(node)).toBe(false);
  });
});

test("types are inferred from the declaration", () => {
  const Leaf = heap.struct("Leaf", { label: "ref" });
  const Node = heap.struct("Node", { next: "self", leaf: Leaf, x: "f64", n: "u64", ok: "bool" });
  const Sub = heap.struct("Sub", { extra: "i8" }, { base: Node });
  const node = new Node({ x: 1 });
  expectTypeOf(node.x).toEqualTypeOf<number>();
  expectTypeOf(node.n).toEqualTypeOf<bigint>();
  expectTypeOf(node.ok).toEqualTypeOf<boolean>();
  expectTypeOf(node.next).toEqualTypeOf<typeof node | null>();
  expectTypeOf(node.leaf).toEqualTypeOf<InstanceType<typeof Leaf> | null>();
  expectTypeOf(new Leaf().label).toEqualTypeOf<Value>();
  const sub = new Sub({ extra: 1, x: 2 });
  expectTypeOf(sub.extra).toEqualTypeOf<number>();
  expectTypeOf(sub.next).toEqualTypeOf<typeof node | null>();
  expectTypeOf(Sub.offsets).toHaveProperty("leaf");
  const cursor = Sub.cursor();
  expectTypeOf(cursor.follow).parameter(0).toEqualTypeOf<"next" | "leaf">();
  expectTypeOf<(typeof cursor)["next"]>().toEqualTypeOf<number>();
  expectTypeOf<(typeof cursor)["n"]>().toEqualTypeOf<bigint>();
  const batch = Node.allocate(0);
  expectTypeOf(batch.column("ok").get).returns.toEqualTypeOf<boolean>();
  expectTypeOf(batch.column("x").array).toEqualTypeOf<Float64Array>();
  expectTypeOf(batch.column("leaf").get).returns.toEqualTypeOf<number>();
  expectTypeOf(batch.at).returns.toEqualTypeOf<typeof node>();
  // @ts-expect-error a field of another type
  expect(() => new Node({ x: "1" })).toThrow(FieldTypeError);
  // @ts-expect-error no field
  expect(() => new Node({ y: 1 })).toThrow(InvalidArgumentError);
  // @ts-expect-error no reference field
  expect(() => cursor.follow("x")).toThrow(InvalidArgumentError);
});

describe("pointer tier", () => {
  const Node = heap.struct("Node", { next: "self", x: "f64" });
  const Leaf = heap.struct("Leaf", {}, { base: Node });

  test("allocate() gives a record and the reference to it", () => {
    const left = leftBy(heap, () => {
      const address = Node.allocate();
      expect(heap.memory.u32.subarray(address / 4, address / 4 + 1)).toEqual(Uint32Array.of(1));
      heap.decref(address);
    });
    expect(left).toEqual(NOTHING);
  });

  test("at() gives a new handle of the record, of its own class", () => {
    const leaf = new Leaf({ x: 2 });
    const same = Node.at(leaf.address);
    expect(same).toBeInstanceOf(Leaf);
    expect(same.x).toBe(2);
    expect(heap.refcount(leaf)).toBe(2);
    same.dispose();
    leaf.dispose();
  });

  test("at() refuses what is no record of the type", () => {
    const node = new Node();
    const list = heap.list();
    const { address } = node;
    expect(() => Leaf.at(address)).toThrow(WrongTypeError);
    expect(() => Node.at(list.address)).toThrow(/is an object of type list, not Node/);
    expect(() => Node.at(-1)).toThrow(InvalidArgumentError);
    expect(() => Node.at("8" as never)).toThrow(InvalidArgumentError);
    node.dispose();
    expect(() => Node.at(address)).toThrow(DeadObjectError);
    list.dispose();
  });
});

describe("a declaration is refused, and nothing changes", () => {
  const Node = heap.struct("Node", { next: "self" });
  const foreign = newObjectHeap("checked").struct("Foreign", {});
  const declare = heap.struct.bind(heap) as (...args: unknown[]) => unknown;
  const refusals: [string, unknown[], string][] = [
    ["without a name", ["", {}], "name"],
    ["with a name that is no string", [5, {}], "name"],
    ["without fields", ["A", null], "fields"],
    ["with a field of an unknown type", ["A", { x: "f16" }], "the type of x"],
    ["with a field of a class that is no struct", ["A", { x: Map }], "the type of x"],
    ["with a field of another heap's struct", ["A", { x: foreign }], "the type of x"],
    ["with a base that is no struct", ["A", {}, { base: Map }], "base"],
    ["with a base of another heap", ["A", {}, { base: foreign }], "base"],
    ["with a field that the base has", ["A", { next: "ref" }, { base: Node }], "field"],
    ["with a field named as a handle's member", ["A", { address: "i32" }], "field"],
    ["with a field named as a handle's own property", ["A", { _scope: "ref" }], "field"],
    ["with a field named as a cursor's member", ["A", { moveTo: "i32" }], "field"],
    ["with a finalizer that can't be called", ["A", {}, { finalizer: 5 }], "finalizer"],
    ["with a call that can't be called", ["A", {}, { call: {} }], "call"],
    [
      "with more bytes than a record can have",
      ["A", Object.fromEntries(Array.from({ length: 8192 }, (_, i) => [`f${i}`, "f64"]))],
      "fields",
    ],
  ];

  test.each(refusals)("%s", (_, args, argument) => {
    const types = heap.memory.u32[TYPE_COUNT_ADDRESS / 4];
    expect(leftBy(heap, () => expect(() => declare(...args)).toThrow(InvalidArgumentError))).toEqual(NOTHING);
    expect(() => declare(...args)).toThrow(expect.objectContaining({ argument }));
    expect(heap.memory.u32[TYPE_COUNT_ADDRESS / 4]).toBe(types);
  });

  test("when all type ids are taken", () => {
    const full = newObjectHeap("release");
    full.struct("First", {});
    const { u32 } = full.memory;
    const count = u32[TYPE_COUNT_ADDRESS / 4]!;
    u32[TYPE_COUNT_ADDRESS / 4] = TYPE_COUNT_MAX;
    expect(() => full.struct("Last", {})).toThrow(/65536 types/);
    u32[TYPE_COUNT_ADDRESS / 4] = count;
    full.struct("Next", {});
  });
});

describe("first values are refused, and nothing is made", () => {
  const Node = heap.struct("Node", { next: "self", value: "ref", n: "u8" });

  test.each([
    ["of a wrong type", { value: "a", n: 256 }, FieldTypeError],
    ["of a wrong reference", { value: "a", next: "b" }, FieldTypeError],
    ["for no field", { value: "a", m: 1 }, InvalidArgumentError],
    ["that are no object", 5, InvalidArgumentError],
    ["that are null", null, InvalidArgumentError],
  ])("%s", (_, init, expected) => {
    const left = leftBy(heap, () => expect(() => new Node(init as never)).toThrow(expected));
    expect(left).toEqual(NOTHING);
  });

  test("undefined is as good as left out", () => {
    const node = new Node({ n: undefined, value: undefined });
    expect([node.n, node.value]).toEqual([0, null]);
    node.dispose();
  });
});

describe("when memory runs out, nothing is left behind", () => {
  test("declaring a type", () => {
    const heap = newObjectHeap("checked");
    const { core } = heap.objectHeap;
    const original = core.type_new;
    core.type_new = () => 0;
    expect(leftBy(heap, () => expect(() => heap.struct("A", { a: "ref" })).toThrow(MemoryError))).toEqual(
      NOTHING,
    );
    core.type_new = original;
    const { malloc } = core;
    core.malloc = () => 0;
    expect(() => heap.struct("A", { a: "ref" })).toThrow(MemoryError);
    core.malloc = malloc;
    const A = heap.struct("A", { a: "ref" });
    new A({ a: 1 }).dispose();
    heap.verify();
  });

  test("making records", () => {
    const Node = heap.struct("Node", { one: "ref", other: "ref", n: "i32" });
    runOutAtEach(heap, () => new Node({ one: "text", other: 1e300, n: 1 }).dispose());
    runOutAtEach(heap, () => new Node().dispose());
    runOutAtEach(heap, () => heap.decref(Node.allocate()));
  });
});

test("a subclass of a struct's class constructs records of that struct", () => {
  const Point = heap.struct("Point", { x: "f64", y: "f64" });
  class Vector extends Point {
    get length(): number {
      return Math.hypot(this.x, this.y);
    }
  }
  const vector = new Vector({ x: 3, y: 4 });
  expect([vector.length, vector.typeName, Point.is(vector)]).toEqual([5, "Point", true]);
  vector.dispose();
});

test("toJS gives the fields, base's first", () => {
  const Base = heap.struct("Base", { x: "f64" });
  const Node = heap.struct("Node", { next: "self", ok: "bool", list: "ref" }, { base: Base });
  heap.frame(() => {
    const node = new Node({ x: 1, ok: true, list: heap.list([1, 2]) });
    node.next = node;
    const js = node.toJS() as Record<string, unknown>;
    expect(js).toEqual({ x: 1, next: js, ok: true, list: [1, 2] });
    node.next = null;
  });
});

test("once the heap is closed, records can be neither made nor read", () => {
  const heap = newObjectHeap("checked");
  const Node = heap.struct("Node", { x: "f64" });
  const node = new Node();
  heap.close();
  expect(() => new Node()).toThrow(HeapClosedError);
  expect(() => Node.allocate()).toThrow(HeapClosedError);
  expect(() => node.x).toThrow(HeapClosedError);
  expect(() => {
    node.x = 1;
  }).toThrow(HeapClosedError);
  expect(() => heap.struct("B", {})).toThrow(HeapClosedError);
});
