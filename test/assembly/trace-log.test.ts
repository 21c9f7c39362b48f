// test/assembly/trace-log.test.ts: the log of allocations stays in its record, whether the host reads it or not.

import { expect, test } from "vitest";
import { TRACE_LOG_COUNT, TRACE_RECORD_SIZE } from "../../assembly/object-layout.js";
import { BUILDS, newObjectHeap } from "../support/checked-core.js";

test.each(BUILDS)("%s: a log that nobody reads ends where its record does", (build) => {
  const heap = newObjectHeap(build);
  heap.list().dispose();
  heap.tracemalloc.start();
  const neighbours = Array.from({ length: 8 }, () => heap.malloc(TRACE_RECORD_SIZE));
  for (const block of neighbours) heap.memory.u8.fill(0xab, block, block + TRACE_RECORD_SIZE);
  // as where there is no stack left to read it
  heap.objectHeap.traceWith({
    isSampling: false,
    settle: () => {},
    sample: () => 0,
    hold: () => {},
    release: () => {},
  });
  for (let count = 0; count < 2 * TRACE_LOG_COUNT; count += 1) heap.free(heap.malloc(16));
  heap.verify();
  for (const block of neighbours) {
    expect(heap.readBytes(block, TRACE_RECORD_SIZE).every((byte) => byte === 0xab)).toBe(true);
  }
});
