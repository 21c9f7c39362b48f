// test/assembly/cycles/collect.test.ts: collections of the core: what is freed, what survives, and what happens at the limits of their notes.

import { describe, expect, test } from "vitest";
import { COLLECTOR_ADDRESS, PAGE_SIZE } from "../../../assembly/layout.js";
import {
  COLLECTOR_LONG_LIVED_PENDING,
  COLLECTOR_LONG_LIVED_TOTAL,
  COLLECTOR_YOUNG,
  FLAG_GENERATION_MASK,
  FLAG_GENERATION_SHIFT,
  FLAG_TRACKED,
  GENERATION_INCOMPLETE,
  OBJECT_FLAGS,
  OBJECT_HEADER_SIZE,
  TYPE_LIST,
} from "../../../assembly/object-layout.js";
import { BareCore } from "../../support/bare-core.js";
import { BUILDS } from "../../support/checked-core.js";

const SLOTS = 2;
const OLDEST = 2;

function collect(bare: BareCore, generation = OLDEST): number {
  bare.core.gc_begin(generation);
  while (bare.core.gc_advance(1));
  bare.verify();
  return bare.core.gc_result();
}

function setSlot(bare: BareCore, o: number, slot: number, value: number): void {
  bare.core.struct_set(o, OBJECT_HEADER_SIZE + 4 * slot, value);
}

/** A ring of structs; whoever calls owns a reference to each. */
function ring(bare: BareCore, type: number, count: number): number[] {
  const nodes = Array.from({ length: count }, () => bare.struct(type));
  for (const [index, node] of nodes.entries()) setSlot(bare, node, 0, nodes[(index + 1) % count]!);
  return nodes;
}

function giveAll(bare: BareCore, objects: readonly number[]): void {
  for (const o of objects) bare.give(o);
}

function listOf(bare: BareCore, items: readonly number[]): number {
  const list = bare.core.list_new(items.length) >>> 0;
  for (const item of items) bare.core.list_append(list, item);
  return list;
}

describe.each(BUILDS)("%s:", (build) => {
  test("a ring that nobody holds is freed, one that somebody holds is not", () => {
    const bare = new BareCore(build);
    const type = bare.type(SLOTS);
    const [held, ...others] = ring(bare, type, 10);
    giveAll(bare, others);
    giveAll(bare, ring(bare, type, 7));
    expect(collect(bare)).toBe(7);
    expect(bare.containers().length).toBe(10);
    bare.give(held!);
    expect(collect(bare)).toBe(10);
    expect(bare.containers()).toEqual([]);
  });

  test("what garbage holds outside loses those references; a last one is released when all garbage is gone", () => {
    const bare = new BareCore(build);
    const type = bare.type(SLOTS);
    const finalized = bare.type(SLOTS, { finalizer: true });
    const outside = bare.struct(finalized);
    const shared = bare.struct(type);
    const text = bare.str("only garbage has this");
    setSlot(bare, outside, 0, text);
    bare.give(text);
    expect(collect(bare)).toBe(0); // both are old now
    const nodes = ring(bare, type, 3);
    setSlot(bare, nodes[0]!, 1, outside);
    setSlot(bare, nodes[1]!, 1, shared);
    setSlot(bare, nodes[2]!, 1, outside);
    bare.give(outside);
    giveAll(bare, nodes);
    bare.log.length = 0;
    expect(collect(bare, 0)).toBe(3);
    expect(bare.log).toEqual([`finalize ${outside}`]);
    expect(bare.containers()).toEqual([shared]);
    expect(bare.core.refcount(shared)).toBe(1);
  });

  test("survivors age by a generation a collection", () => {
    const bare = new BareCore(build);
    const node = bare.struct(bare.type(SLOTS));
    const generation = (): number =>
      (bare.view().getUint16(node + OBJECT_FLAGS, true) & FLAG_GENERATION_MASK) >> FLAG_GENERATION_SHIFT;
    expect(generation()).toBe(0);
    collect(bare, 0);
    expect(generation()).toBe(1);
    collect(bare, 0);
    expect(generation()).toBe(1);
    collect(bare, 1);
    expect(generation()).toBe(2);
    expect(bare.read(COLLECTOR_ADDRESS + COLLECTOR_LONG_LIVED_PENDING)).toBe(1);
    collect(bare);
    expect(bare.read(COLLECTOR_ADDRESS + COLLECTOR_LONG_LIVED_PENDING)).toBe(0);
    expect(bare.read(COLLECTOR_ADDRESS + COLLECTOR_LONG_LIVED_TOTAL)).toBe(1);
  });

  test.each([0, 1, 2])(
    "generation %i: an old holder keeps young garbage of its own alive until it is collected itself",
    (generation) => {
      const bare = new BareCore(build);
      const type = bare.type(SLOTS);
      const old = ring(bare, type, 2);
      collect(bare);
      const young = ring(bare, type, 2);
      setSlot(bare, old[0]!, 1, young[0]!);
      giveAll(bare, [...old, ...young]);
      expect(collect(bare, generation)).toBe(generation === OLDEST ? 4 : 0);
      expect(collect(bare)).toBe(generation === OLDEST ? 0 : 4);
    },
  );

  test.each([249, 250, 251, 252, 253, 255, 256, 600, 70_000])(
    "an object with %i references from other objects is told from one with another from outside",
    (count) => {
      const bare = new BareCore(build);
      const type = bare.type(SLOTS);
      const hub = bare.struct(type);
      const list = listOf(bare, Array<number>(count).fill(hub));
      setSlot(bare, hub, 0, list);
      bare.give(list);
      expect(collect(bare)).toBe(0);
      bare.give(hub);
      expect(collect(bare)).toBe(2);
      expect(bare.containers()).toEqual([]);
    },
  );

  test("containers too large for a pool are collected, and keep what they hold", () => {
    const bare = new BareCore(build);
    const type = bare.type(SLOTS);
    const large = bare.type(300);
    const [first, second, kept] = [bare.struct(large), bare.struct(large), bare.struct(large)];
    const node = bare.struct(type);
    setSlot(bare, first, 299, second);
    setSlot(bare, second, 0, node);
    setSlot(bare, node, 1, first);
    setSlot(bare, kept, 150, bare.struct(type));
    giveAll(bare, [first, second, node]);
    expect(collect(bare, 0)).toBe(3);
    expect(collect(bare)).toBe(0);
    bare.core.refcount(kept);
    bare.give(bare.read(kept + OBJECT_HEADER_SIZE + 150 * 4));
    bare.give(kept);
    expect(bare.containers()).toEqual([]);
  });

  test("more young objects than a list has room for are collected all the same", () => {
    const bare = new BareCore(build);
    const type = bare.type(SLOTS);
    const count = 135_000;
    const nodes = ring(bare, type, count);
    expect(bare.read(COLLECTOR_ADDRESS + COLLECTOR_YOUNG + GENERATION_INCOMPLETE)).toBe(1);
    const [held] = nodes;
    giveAll(bare, nodes.slice(1));
    giveAll(bare, ring(bare, type, 5));
    expect(collect(bare, 0)).toBe(5);
    expect(bare.read(COLLECTOR_ADDRESS + COLLECTOR_YOUNG + GENERATION_INCOMPLETE)).toBe(0);
    bare.give(held!);
    expect(collect(bare)).toBe(count);
  }, 60_000);

  test("more reachable objects at once than the mark buffer has room for are all found", () => {
    const bare = new BareCore(build);
    const type = bare.type(SLOTS);
    const count = 20_000;
    // the list comes after what it holds, so all of that is behind the walk
    const nodes = Array.from({ length: count }, () => bare.struct(type));
    for (const node of nodes) setSlot(bare, node, 0, node);
    const list = listOf(bare, nodes);
    const holder = bare.struct(bare.type(100)); // in a pool behind the list's
    setSlot(bare, holder, 0, list);
    setSlot(bare, holder, 1, holder);
    giveAll(bare, [...nodes, list]);
    expect(collect(bare)).toBe(0);
    expect(bare.containers().length).toBe(count + 2);
    bare.give(holder);
    expect(collect(bare)).toBe(count + 2);
  }, 60_000);

  test("a chain through all of the heap, either way, is followed to its end", () => {
    const bare = new BareCore(build);
    const type = bare.type(SLOTS);
    const count = 30_000;
    const nodes = Array.from({ length: count }, () => bare.struct(type));
    for (let i = 1; i < count; i += 1) setSlot(bare, nodes[i]!, 0, nodes[i - 1]!);
    setSlot(bare, nodes[0]!, 1, nodes[count - 1]!);
    giveAll(bare, nodes.slice(0, -1));
    expect(collect(bare)).toBe(0);
    // the other way round
    for (const node of nodes.slice(0, -1)) bare.core.incref(node);
    for (let i = 1; i < count; i += 1) {
      setSlot(bare, nodes[i]!, 0, 0);
      setSlot(bare, nodes[i - 1]!, 1, nodes[i]!);
    }
    setSlot(bare, nodes[count - 1]!, 0, nodes[0]!);
    giveAll(bare, nodes.slice(1));
    expect(collect(bare)).toBe(0);
    bare.give(nodes[0]!);
    expect(collect(bare)).toBe(count);
  }, 60_000);

  test("a collection without memory for its notes changes nothing, and is done when there is some", () => {
    const bare = new BareCore(build);
    const type = bare.type(SLOTS);
    // the heap is larger than what is left: its notes don't fit
    const fill: number[] = [];
    bare.core.setPageLimit(bare.core.memory.buffer.byteLength / PAGE_SIZE + 3);
    giveAll(bare, ring(bare, type, 3));
    for (let size = 60_000; size >= 600; size = Math.floor(size * 0.7)) {
      for (let block = bare.core.malloc(size); block !== 0; block = bare.core.malloc(size))
        fill.push(block >>> 0);
    }
    const before = bare.containers();
    expect(collect(bare)).toBe(-1);
    expect(bare.containers()).toEqual(before);
    for (const block of fill) bare.core.free(block);
    expect(collect(bare)).toBe(3);
    expect(bare.containers()).toEqual([]);
  });

  test("no collection begins while one is on", () => {
    const bare: BareCore = new BareCore(build, {
      calls: {
        finalize: () => {
          expect(bare.core.gc_begin(OLDEST)).toBe(0);
          expect(bare.core.gc_advance(1)).toBe(0);
          expect(bare.core.gc_increment_begin()).toBe(0);
        },
      },
    });
    const nodes = ring(bare, bare.type(SLOTS, { finalizer: true }), 2);
    giveAll(bare, nodes);
    expect(collect(bare)).toBe(2);
    expect(bare.log.length).toBe(2);
  });

  test("a list of untracked objects is looked at, an untracked list is not", () => {
    const bare = new BareCore(build);
    const list = listOf(bare, []);
    bare.core.list_append(list, list);
    const flags = bare.view().getUint16(list + OBJECT_FLAGS, true);
    bare.view().setUint16(list + OBJECT_FLAGS, flags & ~FLAG_TRACKED, true);
    bare.give(list);
    expect(collect(bare)).toBe(0);
    bare.view().setUint16(list + OBJECT_FLAGS, flags | (OLDEST << FLAG_GENERATION_SHIFT), true);
    expect(bare.core.type_of(list)).toBe(TYPE_LIST);
    expect(collect(bare)).toBe(1);
  });
});
