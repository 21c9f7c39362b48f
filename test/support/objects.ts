// test/support/objects.ts: what must be true of a heap's objects before and after, and memory that runs out at a chosen call.

import { expect } from "vitest";
import { MemoryError } from "../../src/errors.js";
import type { Heap } from "../../src/heap.js";

/** Calls of the core that return 0 when there is no memory. */
const ALLOCATING =
  /^(malloc|struct_new|struct_new_many|type_new|int_new|int_from_i32|int_alloc|float_new|str_alloc|str_intern|bytes_alloc|bytearray_new|bytearray_resize|host_new|tuple_from|list_new|list_from|list_append|list_append_i32|list_append_f64|list_insert|dict_new|dict_reserve|dict_set|set_new|set_reserve|set_add|weakref_new|gc_referrers|gc_referents)$/;

/** What `run` leaves behind: blocks, and handles. Nothing, if all is well. */
export function leftBy(heap: Heap, run: () => void): { blocks: number; handles: number } {
  heap.none.dispose(); // for what is made with the first object
  const blocks = heap.sys.getallocatedblocks();
  const handles = heap.liveHandles;
  run();
  heap.verify();
  return { blocks: heap.sys.getallocatedblocks() - blocks, handles: heap.liveHandles - handles };
}

export const NOTHING = { blocks: 0, handles: 0 };

/**
 * Runs `call` again and again, while memory runs out at its first request for some, its second, and so on, until it
 * succeeds. Each time it must throw MemoryError and leave nothing behind. Returns how often.
 *
 * @param call - releases what it makes.
 */
export function runOutAtEach(heap: Heap, call: () => void): number {
  call(); // once, for what is made on first use
  const core = heap.objectHeap.core as unknown as Record<string, unknown>;
  const originals = Object.entries(core).filter(([name]) => ALLOCATING.test(name)) as [
    string,
    (...args: number[]) => number,
  ][];
  for (let failures = 0; ; failures += 1) {
    let left = failures;
    for (const [name, original] of originals) {
      core[name] = (...args: number[]) => {
        left -= 1;
        return left === -1 ? 0 : original(...args);
      };
    }
    const attempt = (): void => {
      try {
        call();
      } finally {
        for (const [name, original] of originals) core[name] = original;
      }
    };
    const blocks = heap.sys.getallocatedblocks();
    const handles = heap.liveHandles;
    let error: unknown;
    try {
      attempt();
    } catch (thrown) {
      error = thrown;
    }
    heap.verify();
    expect(heap.sys.getallocatedblocks() - blocks, `blocks, request ${failures}`).toBe(0);
    expect(heap.liveHandles - handles, `handles, request ${failures}`).toBe(0);
    if (left >= 0) {
      expect(error).toBeUndefined();
      return failures;
    }
    expect(error).toBeInstanceOf(MemoryError);
  }
}
