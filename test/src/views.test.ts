// test/src/views.test.ts: views stay right when memory grows, and never leave it.

import { describe, expect, test } from "vitest";
import { PAGE_SIZE } from "../../assembly/layout.js";
import { InvalidArgumentError } from "../../src/errors.js";
import { type ElementType, MemoryView, Views, WholeMemory } from "../../src/views.js";
import { newHeap } from "../support/checked-core.js";

const SIZES: Readonly<Record<ElementType, number>> = {
  ...{ i8: 1, u8: 1, i16: 2, u16: 2, i32: 4, u32: 4, i64: 8, u64: 8, f32: 4, f64: 8 },
};
const TYPES = Object.entries(SIZES) as [ElementType, number][];

/** `value` as an element of a type. */
function element(type: ElementType, value: number): never {
  return (type.endsWith("64") && type !== "f64" ? BigInt(value) : value) as never;
}

describe.each(TYPES)("%s:", (type, size) => {
  test("a view shows the same elements after memory has grown", () => {
    const heap = newHeap("release");
    const address = heap.malloc(10 * size);
    const view = heap.view(type, address, 10);
    const before = view.array;
    heap.memory.u8.fill(1, address, address + 10 * size);
    const copy = [...before];
    heap.malloc(PAGE_SIZE);
    expect(before).toHaveLength(0); // detached
    expect([...view.array]).toEqual(copy);
    expect(view.array).toBe(view.array);
    expect(view).toMatchObject({ type, address, count: 10 });
    view.array.fill(element(type, 0));
    heap.malloc(4 * PAGE_SIZE);
    expect(heap.readBytes(address, 10 * size).every((byte) => byte === 0)).toBe(true);
  });

  test("all of memory is seen, before and after growth, at address / size", () => {
    const heap = newHeap("release");
    const address = heap.calloc(1, 64);
    expect(heap.memory[type]).toHaveLength(PAGE_SIZE / size);
    heap.malloc(PAGE_SIZE);
    expect(heap.memory[type]).toHaveLength(heap.memory.memory.buffer.byteLength / size);
    expect(heap.memory[type]).toBe(heap.memory[type]);
    heap.memory[type].fill(element(type, 1), address / size, address / size + 1);
    const one = heap.view(type, address, 1).array[0];
    expect(Number(one)).toBe(1);
  });

  test("an address that is no multiple of the element is refused", () => {
    const { memory } = newHeap("release").memory;
    for (let address = 0; address < 16; address += 1) {
      const make = (): unknown => new MemoryView(memory, type, address, 1);
      if (address % size === 0) expect(make).not.toThrow();
      else
        expect(make).toThrow(expect.objectContaining({ name: "InvalidArgumentError", argument: "address" }));
    }
  });

  test("a view may reach the end of memory, and no further", () => {
    const { memory } = newHeap("release").memory;
    const last = PAGE_SIZE - size;
    expect(new MemoryView(memory, type, last, 1).array).toHaveLength(1);
    expect(new MemoryView(memory, type, PAGE_SIZE, 0).array).toHaveLength(0);
    for (const [address, count] of [
      ...[
        [last, 2],
        [PAGE_SIZE, 1],
        [PAGE_SIZE + size, 0],
        [0, PAGE_SIZE + 1],
        [-size, 1],
      ],
      ...[
        [0, -1],
        [0, 2 ** 53],
        [Number.NaN, 1],
        [0, Number.NaN],
        [2 ** 32, 0],
      ],
    ] as [number, number][]) {
      expect(() => new MemoryView(memory, type, address, count), `${address}, ${count}`).toThrow(
        InvalidArgumentError,
      );
    }
  });

  test("a count that is no integer is refused", () => {
    const { memory } = newHeap("release").memory;
    expect(() => new MemoryView(memory, type, 0, 1.5)).toThrow(InvalidArgumentError);
    expect(() => new MemoryView(memory, type, 0, "2" as never)).toThrow(InvalidArgumentError);
  });
});

test("an empty view stays empty when memory grows", () => {
  const heap = newHeap("release");
  const view = heap.view("u8", heap.malloc(1), 0);
  heap.malloc(PAGE_SIZE);
  expect(view.array).toHaveLength(0);
});

test.each(["u7", "", "toString", "__proto__", "constructor"])("there is no element type %j", (type) => {
  const heap = newHeap("release");
  expect(() => heap.view(type as ElementType, 0, 1)).toThrow(
    expect.objectContaining({ name: "InvalidArgumentError", argument: "type" }),
  );
});

test("growth by others than the heap is seen too", () => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const whole = new WholeMemory(memory);
  expect(whole.u8).toHaveLength(PAGE_SIZE);
  memory.grow(1);
  expect(whole.u8).toHaveLength(2 * PAGE_SIZE);
});

test("plain views give undefined once memory has grown, until they are shown it again", () => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const views = new Views(memory.buffer);
  views.f64[1] = 1.5;
  memory.grow(1);
  for (const [type] of TYPES) expect(views[type][1]).toBeUndefined();
  views.show(memory.buffer);
  expect([views.f64[1], views.u32[3]]).toEqual([1.5, 0x3ff80000]);
  for (const [type, size] of TYPES) expect(views[type]).toHaveLength((2 * PAGE_SIZE) / size);
});
