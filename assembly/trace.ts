// assembly/trace.ts: tells the host of blocks that are taken and given back, while it traces allocations: each block, or a sample by bytes.
// Not here: what the host keeps of them (src/tracemalloc/); malloc's own entry points while it traces (traced-alloc.ts).
// Source of sampling: gperftools src/sampler.h: distances between samples are exponentially distributed, so a block of `size` bytes is
// sampled with a probability of 1 - exp(-size / mean), whatever was before.

import { trace_logged } from "./host";
import { ALIGNMENT, POOL_SIZE_LOG2 } from "./layout";
import {
  FLAG_LOGGED,
  TRACE_ENTRY_SIZE,
  TRACE_FILTER,
  TRACE_FILTER_SIZE,
  TRACE_LOG,
  TRACE_LOG_COUNT,
  TRACE_LOGGED,
  TRACE_OFF,
  TRACE_RECORD_SIZE,
  TRACE_SAMPLE,
  TRACED_GIVEN,
  TRACED_MASK,
} from "./object-layout";

export class Trace {
  /** TRACE_OFF, TRACE_EVERY or TRACE_SAMPLE. */
  private static mode: u32 = TRACE_OFF;
  /** The record, drawn in object-layout.ts. */
  private static record: usize = 0;
  /** Bytes to be taken before the next sample. */
  private static distance: i64 = 0;

  /** Has the host told from now on. @param record - a block of TRACE_RECORD_SIZE bytes. */
  static begin(mode: u32, record: usize, distance: i64): void {
    memory.fill(record, 0, TRACE_RECORD_SIZE);
    Trace.record = record;
    Trace.distance = distance;
    Trace.mode = mode;
  }

  /** Tells no more. Returns the record, to be given back; 0 if there is none. */
  static end(): usize {
    const record = Trace.record;
    Trace.mode = TRACE_OFF;
    Trace.record = 0;
    return record;
  }

  @inline static get isOn(): bool {
    return Trace.mode != <u32>TRACE_OFF;
  }

  /** What an object has that is made now: FLAG_LOGGED, or nothing. */
  @inline static get flag(): u32 {
    return Trace.isOn ? FLAG_LOGGED : 0;
  }

  /** A block was taken, for `size` bytes. @param kind - TRACED_. */
  @inline static take(block: usize, size: usize, kind: u32): void {
    if (Trace.mode) Trace.taken(block, size, kind);
  }

  /** A block is given back. */
  @inline static give(block: usize): void {
    if (Trace.mode) Trace.given(block);
  }

  private static taken(block: usize, size: usize, kind: u32): void {
    const isSample = Trace.mode == <u32>TRACE_SAMPLE;
    if (isSample) {
      const distance = Trace.distance - <i64>size;
      Trace.distance = distance;
      if (distance >= 0) return;
      const count = Trace.counter(block);
      const samples = <u32>load<u8>(count);
      if (samples < <u32>u8.MAX_VALUE) store<u8>(count, <u8>(samples + 1)); // one that is full stays so
    }
    Trace.log(block | kind, size);
    if (isSample) Trace.distance = <i64>trace_logged();
  }

  private static given(block: usize): void {
    if (Trace.mode == <u32>TRACE_SAMPLE && !load<u8>(Trace.counter(block))) return;
    Trace.log(block | TRACED_GIVEN, 0);
  }

  /** Notes what the host will read when a call is over, or when there is no room for more: what is in progress is not disturbed. */
  private static log(entry: usize, size: usize): void {
    const record = Trace.record;
    const logged = load<u32>(record, TRACE_LOGGED);
    if (logged == <u32>TRACE_LOG_COUNT) return; // the host could not read it, at the end of its stack
    const address = record + <usize>logged * TRACE_ENTRY_SIZE;
    store<usize>(address, entry, TRACE_LOG);
    store<usize>(address, size, TRACE_LOG + 4);
    store<u32>(record, logged + 1, TRACE_LOGGED);
    if (logged + 1 == <u32>TRACE_LOG_COUNT) trace_logged();
  }

  /** Where the samples among a pool's blocks are counted, with those of a few other pools. */
  @inline private static counter(block: usize): usize {
    return Trace.record + TRACE_FILTER + ((block >>> POOL_SIZE_LOG2) & (TRACE_FILTER_SIZE - 1));
  }
}

if (TRACE_LOG & 3) ERROR("object-layout.ts: TRACE_LOG");
if (TRACED_MASK >= ALIGNMENT) ERROR("object-layout.ts: TRACED_MASK");
