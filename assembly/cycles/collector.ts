// assembly/cycles/collector.ts: the cycle collector's record: counts, thresholds, statistics, and when a collection is due.
// Not here: collecting (collect.ts).
// Source: CPython 3.13, Python/gc.c: gc_select_generation, with the 25 % rule for full collections.

import { COLLECTOR_ADDRESS, COLLECTOR_SIZE, OBJECT_TABLE_LOG2 } from "../layout";
import {
  COLLECTOR_COUNTS,
  COLLECTOR_DEBUG,
  COLLECTOR_ENABLED,
  COLLECTOR_GARBAGE,
  COLLECTOR_INCREMENT,
  COLLECTOR_LARGE,
  COLLECTOR_LIMIT,
  COLLECTOR_LONG_LIVED_PENDING,
  COLLECTOR_LONG_LIVED_TOTAL,
  COLLECTOR_STATE,
  COLLECTOR_STATISTICS,
  COLLECTOR_THRESHOLDS,
  GENERATION_COUNT,
  LONG_LIVED_SHIFT,
  STATISTICS_SIZE,
  THRESHOLD_MIDDLE,
  THRESHOLD_OLD,
  THRESHOLD_YOUNG,
} from "../object-layout";

/** Record, drawn in object-layout.ts; the generations' own follow it (generation.ts). */
@unmanaged
class CollectorRecord {
  count0: u32;
  count1: u32;
  count2: u32;
  threshold0: u32;
  threshold1: u32;
  threshold2: u32;
  statistics0: u64;
  statistics1: u64;
  statistics2: u64;
  statistics3: u64;
  statistics4: u32;
  limit: u32;
  longLivedTotal: u32;
  longLivedPending: u32;
  /** COLLECTOR_IDLE or the phase of the collection that is on. */
  state: u32;
  /** gc.DEBUG_ flags. */
  debug: u32;
  garbage: usize;
  enabled: u32;
  /** As state, of the incremental collection. */
  increment: u32;

  /** A container was made. */
  @inline countMade(): void {
    this.count0 += 1;
  }

  /** A container was freed. */
  @inline countFreed(): void {
    const count = this.count0;
    if (count) this.count0 = count - 1;
  }

  /** As countFreed, of many. */
  countManyFreed(freed: u32): void {
    this.count0 -= min(freed, this.count0);
  }

  /** Address of the count of a generation. */
  @inline private countAt(generation: u32): usize {
    return changetype<usize>(this) + COLLECTOR_COUNTS + (generation << 2);
  }

  @inline private thresholdAt(generation: u32): usize {
    return changetype<usize>(this) + COLLECTOR_THRESHOLDS + (generation << 2);
  }

  prepare(): void {
    this.enabled = 1;
    this.setThresholds(THRESHOLD_YOUNG, THRESHOLD_MIDDLE, THRESHOLD_OLD);
  }

  setThresholds(young: u32, middle: u32, old: u32): void {
    this.threshold0 = young;
    this.threshold1 = middle;
    this.threshold2 = old;
    this.setEnabled(this.enabled);
  }

  setEnabled(enabled: u32): void {
    this.enabled = enabled;
    this.limit = enabled && this.threshold0 ? this.threshold0 : u32.MAX_VALUE;
  }

  /** The oldest generation whose collection is due; -1 if none is. */
  due(): i32 {
    for (let generation = GENERATION_COUNT - 1; generation >= 0; generation--) {
      if (load<u32>(this.countAt(generation)) <= load<u32>(this.thresholdAt(generation))) continue;
      // or a heap that grows would be looked at as a whole over and over
      if (
        generation == GENERATION_COUNT - 1 &&
        this.longLivedPending < this.longLivedTotal >> LONG_LIVED_SHIFT
      )
        continue;
      return generation;
    }
    return -1;
  }

  /** A collection of `generation` and of the younger ones begins. */
  countBegin(generation: u32): void {
    for (let i: u32 = 0; i <= generation; i++) store<u32>(this.countAt(i), 0);
    if (generation < <u32>(GENERATION_COUNT - 1))
      store<u32>(this.countAt(generation + 1), load<u32>(this.countAt(generation + 1)) + 1);
  }

  /** It has ended. */
  countEnd(generation: u32, collected: u32): void {
    const statistics = changetype<usize>(this) + COLLECTOR_STATISTICS + generation * STATISTICS_SIZE;
    store<u32>(statistics, load<u32>(statistics) + 1);
    store<u32>(statistics + 4, load<u32>(statistics + 4) + collected);
  }
}

export const collector = changetype<CollectorRecord>(COLLECTOR_ADDRESS);

if (offsetof<CollectorRecord>("count0") != COLLECTOR_COUNTS) ERROR("object-layout.ts: COLLECTOR_COUNTS");
if (offsetof<CollectorRecord>("threshold0") != COLLECTOR_THRESHOLDS)
  ERROR("object-layout.ts: COLLECTOR_THRESHOLDS");
if (offsetof<CollectorRecord>("statistics0") != COLLECTOR_STATISTICS)
  ERROR("object-layout.ts: COLLECTOR_STATISTICS");
if (COLLECTOR_LIMIT - COLLECTOR_STATISTICS != GENERATION_COUNT * STATISTICS_SIZE)
  ERROR("object-layout.ts: COLLECTOR_LIMIT");
if (offsetof<CollectorRecord>("limit") != COLLECTOR_LIMIT) ERROR("object-layout.ts: COLLECTOR_LIMIT");
if (offsetof<CollectorRecord>("longLivedTotal") != COLLECTOR_LONG_LIVED_TOTAL)
  ERROR("object-layout.ts: COLLECTOR_LONG_LIVED_TOTAL");
if (offsetof<CollectorRecord>("longLivedPending") != COLLECTOR_LONG_LIVED_PENDING)
  ERROR("object-layout.ts: COLLECTOR_LONG_LIVED_PENDING");
if (offsetof<CollectorRecord>("state") != COLLECTOR_STATE) ERROR("object-layout.ts: COLLECTOR_STATE");
if (offsetof<CollectorRecord>("debug") != COLLECTOR_DEBUG) ERROR("object-layout.ts: COLLECTOR_DEBUG");
if (offsetof<CollectorRecord>("garbage") != COLLECTOR_GARBAGE) ERROR("object-layout.ts: COLLECTOR_GARBAGE");
if (offsetof<CollectorRecord>("enabled") != COLLECTOR_ENABLED) ERROR("object-layout.ts: COLLECTOR_ENABLED");
if (offsetof<CollectorRecord>("increment") != COLLECTOR_INCREMENT)
  ERROR("object-layout.ts: COLLECTOR_INCREMENT");
if (COLLECTOR_LARGE + OBJECT_TABLE_LOG2 + 4 > COLLECTOR_SIZE) ERROR("layout.ts: COLLECTOR_SIZE");
