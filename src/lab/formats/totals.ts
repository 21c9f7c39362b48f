// src/lab/formats/totals.ts: what a recording adds up to: the sums that mtrace(1) and heaptrack_print report, whole and by site.
// Not here: sites merged into places, and the largest of them (hot-spots.ts).
// Source: heaptrack 1.4.0, src/analyze/accumulatedtracedata.cpp, of what "temporary" counts.

import {
  EVENT_WORDS,
  OP_FREE,
  OP_REALLOC,
  OP_REALLOC_ZERO,
  OP_SHIFT,
  SITE_MASK,
  SLOT_MASK,
} from "../trace.js";
import type { Recording } from "./recording.js";
import { SizeHistogram } from "./size-histogram.js";
import { BUILT_IN_PATTERNS } from "./suppressions.js";

/** Sums of one site, or of several. */
export interface Costs {
  /** Allocations, reallocs included. */
  calls: number;
  allocatedBytes: number;
  /** Live when the whole program's live bytes were highest. */
  peakBytes: number;
  /** Live at the end, but for suppressed ones. */
  leakedBytes: number;
  leakedBlocks: number;
  /** Allocations freed before anything else was allocated or freed. */
  temporary: number;
}

/** Sums of a whole recording. */
export interface Totals {
  /** Allocations, reallocs included: heaptrack's "calls to allocation functions". */
  readonly allocations: number;
  /** Of these, calls of realloc; 0 where the format doesn't tell them apart. */
  readonly reallocs: number;
  /** Frees that the program made of known blocks; heaptrack counts the old block of a realloc too. */
  readonly frees: number;
  readonly allocatedBytes: number;
  readonly peakLiveBytes: number;
  readonly peakLiveBlocks: number;
  /** Live at the end, suppressed ones included. */
  readonly leakedBytes: number;
  readonly leakedBlocks: number;
  /** Part of leakedBytes that heaptrack_print gives apart. */
  readonly suppressedBytes: number;
  /** Allocations freed before anything else was allocated or freed; undefined where frees don't name their block. */
  readonly temporary: number | undefined;
  /**
   * As heaptrack_print counts: by size and stack instead of by block, and after any free as though the recording's very
   * first kind of block had been allocated last. Too many, therefore.
   */
  readonly heaptrackTemporary: number;
  /** By site, 0 .. sites.count; temporary is heaptrack's count where the true one isn't known. */
  readonly bySite: readonly Readonly<Costs>[];
  readonly sizes: SizeHistogram;
}

const NONE = -1;

/** @returns costs of nothing. */
export function noCosts(): Costs {
  return { calls: 0, allocatedBytes: 0, peakBytes: 0, leakedBytes: 0, leakedBlocks: 0, temporary: 0 };
}

/** Adds up a recording. O(events). @param suppressBuiltIn - whether leaks of system libraries are left out by site. */
export function totalsOf(recording: Recording, suppressBuiltIn = true): Totals {
  const { trace, sites, ignored } = recording;
  const ledger = new Ledger(recording);
  const { words } = trace;
  for (let at = 0; at < words.length; at += EVENT_WORDS) {
    const op = words[at]! >>> OP_SHIFT;
    const slot = words[at]! & SLOT_MASK;
    if (op === OP_FREE || op === OP_REALLOC_ZERO || op === OP_REALLOC) ledger.free(slot);
    if (op !== OP_FREE && op !== OP_REALLOC_ZERO) {
      ledger.allocate(slot, words[at + 1]!, words[at + 2]! & SITE_MASK);
      if (op === OP_REALLOC) ledger.reallocs += 1;
    }
    ledger.endEvent();
  }
  const { bySite } = ledger;
  const isSuppressed = sites.matching([
    ...(suppressBuiltIn && recording.format.startsWith("heaptrack") ? BUILT_IN_PATTERNS : []),
    ...recording.suppressions,
  ]);
  let suppressedBytes = 0;
  for (const [site, costs] of bySite.entries()) {
    if (site === 0 || !isSuppressed(site)) continue;
    suppressedBytes += costs.leakedBytes;
    costs.leakedBytes = 0;
    costs.leakedBlocks = 0;
  }
  return {
    allocations: ledger.allocations,
    reallocs: ledger.reallocs,
    frees: ledger.frees - ledger.reallocs - ignored.lostFrees,
    allocatedBytes: trace.bytesRequested,
    peakLiveBytes: trace.peakLiveBytes,
    peakLiveBlocks: ledger.peakLiveBlocks,
    leakedBytes: trace.liveBytesAtEnd,
    leakedBlocks: trace.liveBlocksAtEnd,
    suppressedBytes,
    temporary: recording.namesBlocks ? ledger.temporary : undefined,
    heaptrackTemporary: ledger.heaptrackTemporary,
    bySite,
    sizes: ledger.sizes,
  };
}

/** The books, event by event; a realloc is a free and an allocation in one. */
class Ledger {
  allocations = 0;
  reallocs = 0;
  frees = 0;
  temporary = 0;
  heaptrackTemporary = 0;
  peakLiveBlocks = 0;
  readonly bySite: Costs[];
  readonly sizes = new SizeHistogram();
  readonly #slotSizes: Uint32Array;
  readonly #slotSites: Uint32Array;
  readonly #peakEvent: number;
  readonly #foreignFrees: Recording["foreignFrees"];
  readonly #namesBlocks: boolean;
  #event = 0;
  #nextForeign = 0;
  #liveBlocks = 0;
  /** Slot of the block allocated last, if nothing was freed since. */
  #last = NONE;
  /** Size and site of what heaptrack takes for allocated last, and of the first allocation. */
  #kindSize = NONE;
  #kindSite = NONE;
  #firstSize = NONE;
  #firstSite = NONE;

  constructor({ trace, sites, foreignFrees, namesBlocks }: Recording) {
    const siteCount = Math.max(sites.count, trace.siteCount);
    this.bySite = Array.from({ length: siteCount + 1 }, noCosts);
    this.#slotSizes = new Uint32Array(trace.maxSlots);
    this.#slotSites = new Uint32Array(trace.maxSlots);
    this.#peakEvent = trace.peakEvent;
    this.#foreignFrees = foreignFrees;
    this.#namesBlocks = namesBlocks;
  }

  allocate(slot: number, size: number, site: number): void {
    const costs = this.bySite[site]!;
    costs.calls += 1;
    costs.allocatedBytes += size;
    costs.leakedBytes += size;
    costs.leakedBlocks += 1;
    this.allocations += 1;
    this.sizes.add(size);
    this.#slotSizes[slot] = size;
    this.#slotSites[slot] = site;
    this.#liveBlocks += 1;
    if (this.#liveBlocks > this.peakLiveBlocks) this.peakLiveBlocks = this.#liveBlocks;
    this.#last = slot;
    this.#kindSize = size;
    this.#kindSite = site;
    if (this.#firstSize !== NONE) return;
    this.#firstSize = size;
    this.#firstSite = site;
  }

  free(slot: number): void {
    const size = this.#slotSizes[slot]!;
    const site = this.#slotSites[slot]!;
    const costs = this.bySite[site]!;
    costs.leakedBytes -= size;
    costs.leakedBlocks -= 1;
    this.frees += 1;
    this.#liveBlocks -= 1;
    while (this.#foreignFrees[this.#nextForeign]?.event === this.#event) {
      this.#nextForeign += 1;
      this.#last = NONE;
    }
    const isTemporary = this.#last === slot;
    const isHeaptrackTemporary = this.#kindSize === size && this.#kindSite === site;
    if (isTemporary) this.temporary += 1;
    if (isHeaptrackTemporary) this.heaptrackTemporary += 1;
    if (this.#namesBlocks ? isTemporary : isHeaptrackTemporary) costs.temporary += 1;
    this.#last = NONE;
    this.#kindSize = this.#firstSize;
    this.#kindSite = this.#firstSite;
  }

  endEvent(): void {
    while (this.#foreignFrees[this.#nextForeign]?.event === this.#event) this.#nextForeign += 1;
    if (this.#event === this.#peakEvent) for (const costs of this.bySite) costs.peakBytes = costs.leakedBytes;
    this.#event += 1;
  }
}
