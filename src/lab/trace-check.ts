// src/lab/trace-check.ts: the meaning of a trace's events: each legal when its turn comes, totals as claimed.
// Not here: the file around them (atr1.ts).
// Source: verify.py of the ATR1 corpus, rule for rule.

import {
  ALIGNMENT_SHIFT,
  EVENT_WORDS,
  OP_ALIGNED,
  OP_FREE,
  OP_NAMES,
  OP_REALLOC,
  OP_REALLOC_ZERO,
  OP_SHIFT,
  SITE_MASK,
  SLOT_MASK,
  type TraceTotals,
} from "./trace.js";

/** Log2 of the largest alignment a 32-bit address can have. */
const MAX_ALIGNMENT_LOG2 = 31;
const DEAD = -1;

/** What a walk over the events finds. */
export interface ComputedTotals extends TraceTotals {
  readonly bytesRequested: number;
  readonly peakLiveBlocks: number;
  /** Number of events by op name. */
  readonly ops: Readonly<Record<string, number>>;
}

/** The first event that breaks a rule. */
export class IllegalEvent {
  constructor(
    readonly event: number,
    /** Words of the event before the faulty one, 0 .. EVENT_WORDS - 1. */
    readonly word: number,
    readonly reason: string,
  ) {}
}

/**
 * Walks all events and recomputes the totals. O(events).
 *
 * @param words - u32[events * EVENT_WORDS].
 * @param maxSlots - slots the header allows; an event beyond them is illegal.
 */
export function computeTotals(words: Uint32Array, maxSlots: number): ComputedTotals | IllegalEvent {
  const events = words.length / EVENT_WORDS;
  const sizes = new Float64Array(maxSlots).fill(DEAD);
  const opCounts = new Array<number>(OP_NAMES.length).fill(0);
  let slots = 0;
  let liveBlocks = 0;
  let liveBytes = 0;
  let bytesRequested = 0;
  let peakLiveBlocks = 0;
  let peakLiveBytes = 0;
  let peakEvent = 0;
  let maxSize = 0;
  let siteCount = 0;

  for (let event = 0; event < events; event += 1) {
    const head = words[event * EVENT_WORDS]!;
    const size = words[event * EVENT_WORDS + 1]!;
    const tail = words[event * EVENT_WORDS + 2]!;
    const op = head >>> OP_SHIFT;
    const slot = head & SLOT_MASK;
    const alignmentLog2 = tail >>> ALIGNMENT_SHIFT;

    if (op >= OP_NAMES.length) return new IllegalEvent(event, 0, `op ${op} does not exist`);
    if (slot >= maxSlots) return new IllegalEvent(event, 0, `slot ${slot} is not below maxSlots ${maxSlots}`);
    if ((op === OP_ALIGNED) !== alignmentLog2 > 0 || alignmentLog2 > MAX_ALIGNMENT_LOG2) {
      return new IllegalEvent(event, 2, `${OP_NAMES[op]} cannot have alignment 2^${alignmentLog2}`);
    }
    const oldSize = sizes[slot]!;
    const isRelease = op === OP_FREE || op === OP_REALLOC_ZERO;
    if (isRelease || op === OP_REALLOC) {
      if (oldSize === DEAD)
        return new IllegalEvent(event, 0, `${OP_NAMES[op]} of slot ${slot}, which is dead`);
    } else if (oldSize !== DEAD) {
      return new IllegalEvent(event, 0, `${OP_NAMES[op]} into slot ${slot}, which is live`);
    } else if (slot > slots) {
      return new IllegalEvent(event, 0, `slot ${slot} is new, but the next unused one is ${slots}`);
    }
    if (isRelease && size !== 0) return new IllegalEvent(event, 1, `${OP_NAMES[op]} has size ${size}, not 0`);

    opCounts[op]! += 1;
    if (isRelease) {
      liveBytes -= oldSize;
      liveBlocks -= 1;
      sizes[slot] = DEAD;
    } else {
      if (op === OP_REALLOC) {
        liveBytes -= oldSize;
      } else {
        liveBlocks += 1;
        if (slot === slots) slots += 1;
      }
      liveBytes += size;
      bytesRequested += size;
      sizes[slot] = size;
    }
    if (liveBlocks > peakLiveBlocks) peakLiveBlocks = liveBlocks;
    if (liveBytes > peakLiveBytes) {
      peakLiveBytes = liveBytes;
      peakEvent = event;
    }
    if (size > maxSize) maxSize = size;
    siteCount = Math.max(siteCount, tail & SITE_MASK);
  }

  return {
    events,
    maxSlots: slots,
    peakLiveBytes,
    siteCount,
    liveBlocksAtEnd: liveBlocks,
    liveBytesAtEnd: liveBytes,
    maxSize,
    peakEvent,
    bytesRequested,
    peakLiveBlocks,
    ops: Object.fromEntries(OP_NAMES.map((name, op) => [name, opCounts[op]!])),
  };
}
