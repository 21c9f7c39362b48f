// assembly/counters.ts: every statistic that is counted while the heap works; all others are found by walking (src/stats.ts).

import {
  COUNTER_ARENAS_HIGHWATER,
  COUNTER_ARENAS_IN_USE,
  COUNTER_ARENAS_TOTAL,
  COUNTER_GROW_CALLS,
  COUNTER_LARGE_BLOCKS,
  COUNTER_LARGE_BYTES,
  COUNTER_POOLS_IN_USE,
  COUNTER_WIDE_POOLS_IN_USE,
  COUNTERS_ADDRESS,
  COUNTERS_SIZE,
} from "./layout";

/** One record, at COUNTERS_ADDRESS. */
@unmanaged
export class Counters {
  arenasInUse: u32;
  /** Most arenas ever in use at once. */
  arenasHighwater: u32;
  /** Arenas ever claimed. */
  arenasTotal: u32;
  /** Wide pools not among them. */
  poolsInUse: u32;
  widePoolsInUse: u32;
  /** Chunks handed out, arenas not among them. */
  largeBlocks: u32;
  /** Bytes of those chunks, headers included. */
  largeBytes: u32;
  growCalls: u32;
}

if (offsetof<Counters>("arenasInUse") != COUNTER_ARENAS_IN_USE) ERROR("layout.ts: COUNTER_ARENAS_IN_USE");
if (offsetof<Counters>("arenasHighwater") != COUNTER_ARENAS_HIGHWATER)
  ERROR("layout.ts: COUNTER_ARENAS_HIGHWATER");
if (offsetof<Counters>("arenasTotal") != COUNTER_ARENAS_TOTAL) ERROR("layout.ts: COUNTER_ARENAS_TOTAL");
if (offsetof<Counters>("poolsInUse") != COUNTER_POOLS_IN_USE) ERROR("layout.ts: COUNTER_POOLS_IN_USE");
if (offsetof<Counters>("widePoolsInUse") != COUNTER_WIDE_POOLS_IN_USE)
  ERROR("layout.ts: COUNTER_WIDE_POOLS_IN_USE");
if (offsetof<Counters>("largeBlocks") != COUNTER_LARGE_BLOCKS) ERROR("layout.ts: COUNTER_LARGE_BLOCKS");
if (offsetof<Counters>("largeBytes") != COUNTER_LARGE_BYTES) ERROR("layout.ts: COUNTER_LARGE_BYTES");
if (offsetof<Counters>("growCalls") != COUNTER_GROW_CALLS) ERROR("layout.ts: COUNTER_GROW_CALLS");
if (offsetof<Counters>() != COUNTERS_SIZE) ERROR("layout.ts: COUNTERS_SIZE");

/** The heap's counters. */
export const counters = changetype<Counters>(COUNTERS_ADDRESS);
