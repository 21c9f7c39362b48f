// assembly/trace.ts: logs the blocks that are taken and given back, while the host traces allocations: each block, or a sample by bytes.
// Not here: what the host keeps of them (src/tracemalloc/); where blocks are taken while it traces (traced-block.ts, traced-alloc.ts).
// Source of sampling: gperftools src/sampler.h: distances between samples are exponentially distributed, so a block of `size` bytes is
// sampled with a probability of 1 - exp(-size / mean), whatever was before. Distances of each size class of its own come to the same.

import { trace_logged, trace_sample } from "./host";
import { ALIGNMENT, POOL_SIZE_LOG2, SIZE_CLASS_COUNT } from "./layout";
import {
  FLAG_LOGGED,
  OBJECT_FLAGS,
  TRACE_CLASS_COUNT,
  TRACE_ENTRY_SIZE,
  TRACE_EVERY,
  TRACE_FILTER,
  TRACE_FILTER_SIZE,
  TRACE_LEFT,
  TRACE_LOG,
  TRACE_LOG_COUNT,
  TRACE_LOGGED,
  TRACE_OFF,
  TRACE_RECORD_SIZE,
  TRACE_SAMPLE,
  TRACED_GIVEN,
  TRACED_MASK,
  TRACED_OBJECT,
} from "./object-layout";

export class Trace {
  /** TRACE_OFF, TRACE_EVERY or TRACE_SAMPLE. */
  private static mode: u32 = TRACE_OFF;
  /** The record, drawn in object-layout.ts. */
  private static record: usize = 0;
  /** Bytes in large blocks and parts of objects before their next sample. */
  private static distance: i64 = 0;

  /** Logs from now on. @param record - a block of TRACE_RECORD_SIZE bytes. */
  static begin(mode: u32, record: usize): void {
    memory.fill(record, 0, TRACE_RECORD_SIZE);
    Trace.record = record;
    Trace.mode = mode;
    if (mode == <u32>TRACE_SAMPLE) Trace.distance = <i64>trace_sample(0, 0);
  }

  /** Logs no more. Returns the record, to be given back; 0 if there is none. */
  static end(): usize {
    const record = Trace.record;
    Trace.mode = TRACE_OFF;
    Trace.record = 0;
    return record;
  }

  @inline static get isOn(): bool {
    return Trace.mode != <u32>TRACE_OFF;
  }

  @inline static get isEvery(): bool {
    return Trace.mode == <u32>TRACE_EVERY;
  }

  @inline static get isSampling(): bool {
    return Trace.mode == <u32>TRACE_SAMPLE;
  }

  // Whether a block is to be logged

  /** Of a block that counts by its bytes: a large one, or a part of an object. */
  static isDue(size: usize): bool {
    if (Trace.isEvery) return true;
    const distance = Trace.distance - <i64>size;
    Trace.distance = distance;
    if (distance >= 0) return false;
    Trace.distance = <i64>trace_sample(size, size);
    return true;
  }

  /** Whether isDue would say so; nothing is changed. */
  @inline static isNear(size: usize): bool {
    return Trace.distance < <i64>size;
  }

  /** Blocks that can be taken before the next sample of a size class, of those that are not on its list. */
  @inline static leftOf(sizeClass: u32): u32 {
    return load<u32>(Trace.record + ((<usize>sizeClass) << 2), TRACE_LEFT);
  }

  @inline static setLeft(sizeClass: u32, left: u32): void {
    store<u32>(Trace.record + ((<usize>sizeClass) << 2), left, TRACE_LEFT);
  }

  /** The next sample of a size class is drawn, the last being at hand. Whether that is one, `size` bytes being asked for. */
  static draw(sizeClass: u32, size: usize, blockSize: u32): bool {
    const drawn = trace_sample(size, blockSize);
    Trace.setLeft(sizeClass, <u32>min<f64>(abs<f64>(drawn) / <f64>blockSize, <f64>i32.MAX_VALUE));
    return drawn >= 0;
  }

  // The log

  /** What an object has that is logged; its end will be, too. */
  @inline static markTaken(o: usize, size: usize): void {
    store<u16>(o, <u16>(load<u16>(o, OBJECT_FLAGS) | FLAG_LOGGED), OBJECT_FLAGS);
    Trace.taken(o, size, TRACED_OBJECT);
  }

  /** A block that has no flags was taken, and is to be logged. @param kind - TRACED_. */
  static taken(block: usize, size: usize, kind: u32): void {
    if (Trace.isSampling && kind != <u32>TRACED_OBJECT) {
      const count = Trace.counter(block);
      const samples = <u32>load<u8>(count);
      if (samples < <u32>u8.MAX_VALUE) store<u8>(count, <u8>(samples + 1)); // one that is full stays so
    }
    Trace.log(block | kind, size);
    if (Trace.isSampling) trace_logged(); // now the stack tells where it is from
  }

  /** A block that has no flags is given back. */
  @inline static give(block: usize): void {
    if (Trace.mode) Trace.given(block);
  }

  private static given(block: usize): void {
    if (Trace.isEvery || load<u8>(Trace.counter(block))) Trace.log(block | TRACED_GIVEN, 0);
  }

  /** An object with FLAG_LOGGED ends. */
  static giveObject(o: usize): void {
    if (Trace.isOn) Trace.log(o | TRACED_GIVEN, 0);
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
if (SIZE_CLASS_COUNT > TRACE_CLASS_COUNT) ERROR("object-layout.ts: TRACE_CLASS_COUNT");
