// assembly/cycles/whole.ts: what an examination of the whole heap has found so far: which objects are unreachable comes of counting
// references (count.ts), then marking what is held from outside, and all that it leads to (mark.ts). Both in address order, a few arenas
// at a time. Not here: what is noted of each object (sides.ts), the order of the phases (collect.ts, increment.ts).
// Source: CPython Python/gc.c, update_refs to move_unreachable, for what is found; the order of the walks: docs/decisions/.

import { ChunkHeap } from "../chunk-heap";
import { ARENA_SIZE } from "../layout";
import { CONTAINER_SIZE_MIN, FLAG_WEAKLY_REFERENCED, TYPE_HAS_FINALIZER } from "../object-layout";
import { Buckets } from "./buckets";
import { MarkBuffer } from "./mark-buffer";
import { Sides } from "./sides";

/** Entries of the mark buffer: one for so many bytes of the heap, within bounds; at least the blocks of one small pool. */
const BYTES_PER_ENTRY_LOG2 = 8;
const BUFFER_MIN: u32 = 1 << 9;
const BUFFER_MAX: u32 = 1 << 16;
/** Of the smallest objects: the measure of work. */
export const BLOCKS_PER_ARENA: u32 = ARENA_SIZE / CONTAINER_SIZE_MIN;

/** Makes room for the notes of an examination of the whole heap. False when memory can't grow. */
export function openWhole(): bool {
  const entries = min(max(<u32>(ChunkHeap.top >> BYTES_PER_ENTRY_LOG2), BUFFER_MIN), BUFFER_MAX);
  if (!Sides.open() || !MarkBuffer.open(entries)) return false;
  Buckets.open();
  return true;
}

/** Gives that room back. */
export function closeWhole(): void {
  Buckets.discard();
  MarkBuffer.close();
  Sides.close();
}

/** What the walks have found so far. */
export class Whole {
  /** Objects examined, and those found reachable, so far. */
  static candidates: u32 = 0;
  static reached: u32 = 0;
  /** Objects that survive tracked no longer. */
  static untracked: u32 = 0;
  static hasDicts: bool = false;
  /** Objects were left grey behind the walk: it must be taken once more. */
  static hasGrey: bool = false;
  /** Flags of any of the objects examined, and of any of their types, or'ed; whether there are weakrefs among them. */
  static flags: u32 = 0;
  static typeFlags: u32 = 0;
  static hasWeakrefs: bool = false;
  /** Unreachable objects whose death is somebody's business. */
  static witnessed: u32 = 0;

  static get unreachable(): u32 {
    return Whole.candidates - Whole.reached;
  }

  /** Whether the death of any object examined could be somebody's business. */
  static get mayBeWitnessed(): bool {
    const isWeaklyReferenced = (Whole.flags & FLAG_WEAKLY_REFERENCED) != 0;
    return isWeaklyReferenced || Whole.hasWeakrefs || (Whole.typeFlags & TYPE_HAS_FINALIZER) != 0;
  }

  static reset(): void {
    Whole.candidates = 0;
    Whole.reached = 0;
    Whole.untracked = 0;
    Whole.hasDicts = false;
    Whole.hasGrey = false;
    Whole.flags = 0;
    Whole.typeFlags = 0;
    Whole.hasWeakrefs = false;
    Whole.witnessed = 0;
  }
}
