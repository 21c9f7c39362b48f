// test/src/structs/accessors.test.ts: a struct's fields, read and written through handles: made from text, and where that is forbidden.

import fc from "fast-check";
import { afterAll, describe, expect, test, vi } from "vitest";
import {
  FieldTypeError,
  ForeignHandleError,
  HeapClosedError,
  MemoryError,
  ReleasedHandleError,
} from "../../../src/errors.js";
import type { ScalarType, ScalarValues } from "../../../src/structs/field-types.js";
import { newObjectHeap, OBJECT_WASM } from "../../support/checked-core.js";
import { leftBy, NOTHING } from "../../support/objects.js";

/** What each scalar field takes, and what it refuses. */
const SCALARS: { readonly [Type in ScalarType]: { takes: ScalarValues[Type][]; refuses: unknown[] } } = {
  i8: { takes: [0, 1, -128, 127], refuses: [128, -129, 1.5, Number.NaN, 1n] },
  u8: { takes: [0, 255], refuses: [256, -1, 0.5, Number.POSITIVE_INFINITY] },
  i16: { takes: [-32768, 32767], refuses: [32768, -32769, 1e300] },
  u16: { takes: [0, 65535], refuses: [65536, -1] },
  i32: { takes: [-2147483648, 2147483647], refuses: [2147483648, -2147483649, "1"] },
  u32: { takes: [0, 4294967295], refuses: [4294967296, -1, true] },
  i64: { takes: [-(2n ** 63n), 2n ** 63n - 1n], refuses: [2n ** 63n, -(2n ** 63n) - 1n, 1] },
  u64: { takes: [0n, 2n ** 64n - 1n], refuses: [2n ** 64n, -1n, 0] },
  f32: {
    takes: [0.5, -1, 2 ** 127, Number.NaN, Number.NEGATIVE_INFINITY],
    refuses: [1e39, -1e300, 1n, "0", null],
  },
  f64: {
    takes: [0.1, -0, 1e300, Number.NaN, Number.POSITIVE_INFINITY],
    refuses: [1n, "0", null, undefined, {}],
  },
  bool: { takes: [true, false], refuses: [0, 1, "true", null] },
};
const TYPES = Object.keys(SCALARS) as ScalarType[];

/** The same library where no code can be made from text. */
async function withoutCodeFromText(): Promise<typeof newObjectHeap> {
  vi.resetModules();
  vi.stubGlobal(
    "Function",
    class {
      constructor() {
        throw new EvalError("Code generation from strings disallowed for this context");
      }
    },
  );
  const { Heap } = await import("../../../src/heap.js");
  const module = new WebAssembly.Module(OBJECT_WASM.checked);
  return (_, options = {}) => new Heap(module, options);
}
afterAll(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

describe.each([
  ["made from text", async () => newObjectHeap],
  ["where no code can be made from text", withoutCodeFromText],
])("%s", async (_, load) => {
  const makeHeap = await load();
  const heap = makeHeap("checked");
  /** By name, as the library may be another copy of the modules. */
  const named = (error: abstract new (...args: never[]) => Error): unknown =>
    expect.objectContaining({ name: error.name });

  describe.each(TYPES)("a field of type %s", (type) => {
    const { takes, refuses } = SCALARS[type];
    const Record = heap.struct("Record", { before: "i8", field: type, after: "u8" });
    type Loose = { field: unknown; before: number; after: number };

    test("holds what it takes, and leaves its neighbours alone", () => {
      const record = new Record({ before: -1, after: 255 }) as unknown as Loose;
      for (const value of takes) {
        record.field = value;
        expect(record.field).toBe(value);
        expect([record.before, record.after]).toEqual([-1, 255]);
        const made = new Record({ field: value } as never) as unknown as Loose;
        expect(made.field).toBe(value);
      }
    });

    test("refuses all else, and holds what it held", () => {
      const [value] = takes;
      const record = new Record({ field: value } as never) as unknown as Loose;
      for (const wrong of refuses) {
        expect(() => {
          record.field = wrong;
        }).toThrow(named(FieldTypeError));
        expect(record.field).toBe(value);
      }
    });
  });

  test("an integer field says struct, field, value and range", () => {
    const Pixel = heap.struct("Pixel", { red: "u8", id: "i64" });
    const pixel = new Pixel();
    expect(() => {
      pixel.red = 300;
    }).toThrow("Pixel.red can't be 300; it must be an integer from 0 to 255");
    expect(() => {
      pixel.id = 1 as never;
    }).toThrow(
      "Pixel.id can't be 1; it must be an integer from -9223372036854775808 to 9223372036854775807, as a bigint",
    );
    pixel.dispose();
  });

  test("a ref field holds any value, counted", () => {
    const Box = heap.struct("Box", { value: "ref" });
    const left = leftBy(heap, () => {
      const box = new Box();
      for (const value of ["text", 1, -5, 2.5, 2n ** 70n, true, null]) {
        box.value = value;
        expect(box.value).toBe(value);
      }
      box.value = Uint8Array.of(1, 2);
      expect(box.value).toEqual(Uint8Array.of(1, 2));
      box.value = undefined as never;
      expect(box.value).toBeNull();
      const list = heap.list();
      box.value = list;
      expect(heap.refcount(list)).toBe(2);
      box.value = list;
      expect(heap.refcount(list)).toBe(2);
      box.value = heap.host(Map);
      expect(box.value).toBe(Map);
      box.value = null;
      expect(heap.refcount(list)).toBe(1);
      list.dispose();
      box.dispose();
    });
    // the handle of the host value
    expect(left.handles).toBe(1);
  });

  test("a ref field refuses what is no value", () => {
    const Box = heap.struct("Box", { value: "ref" });
    const box = new Box({ value: "old" });
    for (const wrong of [[], {}, Symbol("s"), () => {}]) {
      expect(() => {
        box.value = wrong as never;
      }).toThrow(named(FieldTypeError));
    }
    expect(box.value).toBe("old");
    const foreign = makeHeap("checked").list();
    expect(() => {
      box.value = foreign;
    }).toThrow(named(ForeignHandleError));
    const released = heap.list();
    released.dispose();
    expect(() => {
      box.value = released;
    }).toThrow(named(ReleasedHandleError));
    expect(box.value).toBe("old");
    box.dispose();
  });

  test("a field of a struct type takes that type's records, those based on it, and null", () => {
    const Leaf = heap.struct("Leaf", { n: "i32" });
    const Sub = heap.struct("Sub", {}, { base: Leaf });
    const Node = heap.struct("Node", { leaf: Leaf, next: "self" });
    const left = leftBy(heap, () => {
      const [leaf, sub, node] = [new Leaf({ n: 1 }), new Sub({ n: 2 }), new Node()];
      node.leaf = leaf;
      node.leaf = sub;
      const read = node.leaf as unknown as InstanceType<typeof Sub>;
      expect([read.n, read.typeName, read.is(sub)]).toEqual([2, "Sub", true]);
      read.dispose();
      for (const wrong of [node, "text", 5, heap.none]) {
        expect(() => {
          node.leaf = wrong as never;
        }).toThrow(named(FieldTypeError));
      }
      expect(() => {
        node.next = leaf as never;
      }).toThrow("Node.next can't be a handle of type Leaf; it must be null or an instance of Node");
      node.leaf = null;
      expect(node.leaf).toBeNull();
      for (const handle of [leaf, sub, node]) handle.dispose();
    });
    expect(left.blocks).toBe(0);
  });

  test("fields are read and written after memory has grown", () => {
    const heap = makeHeap("checked");
    const Node = heap.struct("Node", { next: "self", value: "ref", x: "f64", ok: "bool" });
    const node = new Node({ x: 1, value: "v", ok: true });
    const grow = (): void => heap.free(heap.malloc(heap.memory.memory.buffer.byteLength));
    grow();
    expect(node.x).toBe(1);
    grow();
    node.x = 2;
    grow();
    expect([node.value, node.x]).toEqual(["v", 2]);
    grow();
    expect(node.next).toBeNull();
    grow();
    node.ok = false;
    grow();
    expect(node.ok).toBe(false);
    grow();
    const made = new Node({ x: 3, next: node });
    expect(made.x).toBe(3);
  });

  test("through a released handle, nothing is read or written", () => {
    const Node = heap.struct("Node", { next: "self", value: "ref", x: "f64", n: "u8", ok: "bool" });
    const node = new Node({ x: 1 });
    const kept = node.dup();
    node.dispose();
    for (const name of ["next", "value", "x", "n", "ok"] as const) {
      expect(() => node[name], name).toThrow(named(ReleasedHandleError));
    }
    const before = Buffer.from(heap.memory.u8);
    const writes = { next: kept, value: null, x: 2, n: 3, ok: true } as const;
    for (const [name, value] of Object.entries(writes)) {
      expect(() => Object.assign(node, { [name]: value }), name).toThrow(named(ReleasedHandleError));
    }
    expect(before.equals(heap.memory.u8)).toBe(true);
    kept.dispose();
  });

  test("after the heap is closed, nothing is read or written", () => {
    const heap = makeHeap("checked");
    const Node = heap.struct("Node", { next: "self", x: "f64" });
    const node = new Node();
    heap.close();
    expect(() => node.x).toThrow(named(HeapClosedError));
    expect(() => node.next).toThrow(named(HeapClosedError));
    expect(() => Object.assign(node, { x: 1 })).toThrow(named(HeapClosedError));
    expect(() => Object.assign(node, { next: null })).toThrow(named(HeapClosedError));
  });

  test("when memory runs out, the field holds what it held", () => {
    const Box = heap.struct("Box", { value: "ref" });
    const left = leftBy(heap, () => {
      const box = new Box({ value: "old" });
      const { core } = heap.objectHeap;
      const { str_alloc } = core;
      core.str_alloc = () => 0;
      expect(() => {
        box.value = "new text";
      }).toThrow(named(MemoryError));
      core.str_alloc = str_alloc;
      expect(box.value).toBe("old");
      box.dispose();
    });
    expect(left).toEqual(NOTHING);
  });

  test("fields of many types in one struct keep apart", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...TYPES, "ref" as const), { minLength: 1, maxLength: 20 }),
        fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 40 }),
        (types, writes) => {
          const Record = heap.struct("Record", Object.fromEntries(types.map((type, i) => [`f${i}`, type])));
          const record = new Record() as unknown as { [name: string]: unknown };
          const model: unknown[] = types.map((_, i) => record[`f${i}`]);
          for (const [at, pick] of writes) {
            const i = at % types.length;
            const type = types[i]!;
            const takes: readonly unknown[] = type === "ref" ? ["a", 1, null, 2.5] : SCALARS[type].takes;
            model[i] = takes[pick % takes.length];
            record[`f${i}`] = model[i];
          }
          expect(types.map((_, i) => record[`f${i}`])).toEqual(model);
          (record as unknown as Disposable)[Symbol.dispose]();
        },
      ),
      { numRuns: 30 },
    );
    heap.verify();
  });
});

test("a thousand structs of one layout don't mix", () => {
  const heap = newObjectHeap("release");
  const left = leftBy(heap, () =>
    heap.frame(() => {
      const records = Array.from({ length: 1000 }, (_, i) => {
        const Record = heap.struct(`R${i}`, { x: "f64" });
        return new Record({ x: i });
      });
      expect(records.every(({ x, typeName }, i) => x === i && typeName === `R${i}`)).toBe(true);
    }),
  );
  expect(left.handles).toBe(NOTHING.handles);
});
