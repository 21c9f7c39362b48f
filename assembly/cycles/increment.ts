// assembly/cycles/increment.ts: a full collection in increments: a few arenas at a time, between which the program goes on.
// Not here: collections that stop the program until they are over (collect.ts).
//
// | phase       | what an increment does                                                            | then                                 |
// |-------------|-----------------------------------------------------------------------------------|--------------------------------------|
// | preparing   | as in collect.ts, of the oldest generation alone                                  | counting                             |
// | counting    | as in collect.ts                                                                  | marking                              |
// | marking     | as in collect.ts                                                                  | suspecting; marking again, if grey   |
// | suspecting  | what nothing has reached becomes a suspect (suspects.ts)                          | recounting                           |
// | recounting  | references of suspects to suspects                                                | clearing                             |
// | clearing    | suspects that are held outside, and what cleared ones refer to, are cleared       | sweeping when nothing is left to clear; or the end |
// | sweeping    | suspects left are garbage: they are freed                                         | idle                                 |
//
// Counts and marks may be wrong, as the program goes on; so they only choose suspects. What was garbage when the collection began is
// among these: nobody changes it, so its counts are right, and nothing reaches it. What becomes garbage later may wait for the next
// collection. Why the suspects left in the end are garbage: none was touched since it was suspected, so its count is what it was, and so
// are the references to it. They were counted, and make up that count; so all come from suspects. Those of suspects cleared since would
// have cleared it. So whoever refers to it is a suspect left, too.
//
// Ownership moves without a count where an item leaves a list (list.ts, list_pop): that clears a suspect, too. No increment is done while
// objects die, when references are on the way from a container to their release.

import { Arena } from "../arena";
import { ARENA_COUNT_MAX } from "../layout";
import { ObjectHeader } from "../object";
import {
  COLLECTOR_CLEARING,
  COLLECTOR_COUNTING,
  COLLECTOR_FINALIZING,
  COLLECTOR_IDLE,
  COLLECTOR_MARKING,
  COLLECTOR_PREPARING,
  COLLECTOR_RECOUNTING,
  COLLECTOR_SUSPECTING,
  COLLECTOR_SWEEPING,
  DEBUG_LISTING,
  FLAG_EXAMINED,
  FLAG_GREY,
  GENERATION_COUNT,
} from "../object-layout";
import { ReferenceVisitor, Visit } from "../references";
import { Candidate } from "./candidate";
import { collector } from "./collector";
import { countArenas } from "./count";
import { endUnreachable, reserveGarbage } from "./ending";
import { MarkWalk, markArenas } from "./mark";
import { MarkBuffer } from "./mark-buffer";
import { MarkStack } from "./mark-stack";
import { endPutOff, releaseArenas } from "./release";
import { Sides } from "./sides";
import { Suspects } from "./suspects";
import { Unreachable } from "./unreachable";
import { recount, suspectArena, suspectLarge } from "./unreached";
import { BLOCKS_PER_ARENA, closeWhole, openWhole, Whole } from "./whole";

const OLDEST: u32 = GENERATION_COUNT - 1;
/** More arenas than there are. */
const WHOLE_HEAP: u32 = ARENA_COUNT_MAX >> 1;
/** Room for suspects that the program makes of objects that were reached. */
const SUSPECTS_MIN: u32 = 1 << 10;

/** The next arena, or the next suspect. */
let index: u32 = 0;
/** Suspects that have left the list, while garbage is swept. */
let listed: u32 = 0;
/** What the last collection came to: objects; -1: it was abandoned. */
let result: i32 = 0;

/** Begins a full collection in increments. 0, and nothing done, if one is on; -1 if there is no memory. */
export function gc_increment_begin(): i32 {
  if (collector.increment != COLLECTOR_IDLE || collector.state != COLLECTOR_IDLE) return 0;
  Whole.reset();
  result = -1;
  if (!openWhole()) {
    close();
    return -1;
  }
  collector.count2 = 0;
  enter(COLLECTOR_PREPARING);
  return 1;
}

/**
 * Does an increment, of about the work of so many arenas. Not while objects die, or another collection is on.
 *
 * @returns 0 when the collection is over, 1 otherwise.
 */
export function gc_increment(arenas: u32): i32 {
  const phase = collector.increment;
  if (phase == COLLECTOR_IDLE) return 0;
  if (collector.state != COLLECTOR_IDLE) return 1;
  Candidate.selectOldest();
  if (phase == COLLECTOR_PREPARING) prepareSome(arenas);
  else if (phase == COLLECTOR_COUNTING) countSome(arenas);
  else if (phase == COLLECTOR_MARKING) markSome(arenas);
  else if (phase == COLLECTOR_SUSPECTING) suspectSome(arenas);
  else if (phase == COLLECTOR_RECOUNTING) recountSome(arenas * BLOCKS_PER_ARENA);
  else if (phase == COLLECTOR_CLEARING) clearSome(arenas * BLOCKS_PER_ARENA);
  else sweepSome(arenas);
  return i32(collector.increment != COLLECTOR_IDLE);
}

/** What the last collection in increments came to: objects collected; -1: it was abandoned. */
export function gc_increment_result(): i32 {
  return result;
}

/** Ends the sweep of a collection in increments, if it is that far: for those who look at all objects. */
export function gc_settle(): void {
  while (collector.increment == COLLECTOR_SWEEPING) sweepSome(WHOLE_HEAP);
}

/** Ends a collection in increments, if one is on: its sweep is done, anything before is given up. */
export function abandonIncrement(): void {
  if (collector.increment == COLLECTOR_IDLE) return;
  gc_settle();
  for (let i: u32 = 0; i < Suspects.count; i++) {
    const o = Suspects.at(i);
    if (o) Suspects.release(o);
  }
  result = -1;
  close();
}

function enter(phase: u32): void {
  collector.increment = phase;
  index = 0;
}

function close(): void {
  Suspects.close();
  closeWhole();
  collector.increment = COLLECTOR_IDLE;
}

function prepareSome(arenas: u32): void {
  index = Sides.prepareArenas(index, arenas);
  if (!index) enter(COLLECTOR_COUNTING);
}

function countSome(arenas: u32): void {
  index = countArenas(index, arenas);
  if (index < <u32>ARENA_COUNT_MAX) return;
  if (Sides.hasFailed) {
    abandonIncrement();
    return;
  }
  MarkWalk.open();
  enter(COLLECTOR_MARKING);
}

function markSome(arenas: u32): void {
  MarkBuffer.tidy(OLDEST);
  if (markArenas(arenas)) return;
  MarkBuffer.close();
  Sides.forgetHubs();
  const unreached = max<i32>(<i32>(Whole.candidates - Whole.reached), 0);
  if (Suspects.open(<u32>unreached + SUSPECTS_MIN)) enter(COLLECTOR_SUSPECTING);
  else abandonIncrement();
}

function suspectSome(arenas: u32): void {
  index = Arena.indexFrom(index);
  for (let left = arenas; left && index < <u32>ARENA_COUNT_MAX; left--, index = Arena.indexFrom(index + 1))
    suspectArena(index);
  if (index < <u32>ARENA_COUNT_MAX) return;
  Suspects.markSorted();
  suspectLarge();
  enter(COLLECTOR_RECOUNTING);
}

function recountSome(objects: u32): void {
  const count = Suspects.count;
  for (let left = objects; left && index < count; left--, index++) {
    const o = Suspects.at(index);
    if (o && Suspects.isOne(o)) recount(o);
  }
  if (index < count) return;
  if (Sides.hasFailed) abandonIncrement();
  else enter(COLLECTOR_CLEARING);
}

@unmanaged
class Clearing extends ReferenceVisitor {
  @inline visit(target: usize, _: usize): void {
    if (!Suspects.isOne(target)) return;
    Suspects.clear(target);
    MarkStack.push(target); // or it stays grey on the list
  }
}

/** Clears what a cleared object refers to. */
function blacken(o: usize): void {
  Suspects.blacken(o);
  Visit.all<Clearing>(changetype<Clearing>(0), o, ObjectHeader.at(o).type);
}

function clearSome(objects: u32): void {
  const count = Suspects.count;
  let left = <i32>objects;
  MarkStack.open();
  while (left > 0 && (index < count || !MarkStack.isEmpty)) {
    left -= 1;
    if (!MarkStack.isEmpty) {
      const o = MarkStack.pop();
      if (ObjectHeader.at(o).flags & FLAG_GREY) blacken(o);
      continue;
    }
    const o = Suspects.at(index);
    index += 1;
    if (!o) continue;
    if (Suspects.isOne(o) && ObjectHeader.at(o).references > Sides.countOf(o)) Suspects.clear(o);
    if (ObjectHeader.at(o).flags & FLAG_GREY) blacken(o);
  }
  const isThrough = index == count && MarkStack.isEmpty;
  MarkStack.close();
  if (!isThrough) return;
  index = 0;
  if (Suspects.greyCount) return; // others were touched behind the walk
  endSuspects();
}

/** The suspects left are garbage. */
function endSuspects(): void {
  if (Whole.witnessed || collector.debug & DEBUG_LISTING) {
    endWithWitnesses();
    return;
  }
  result = 0;
  listed = 0;
  enter(COLLECTOR_SWEEPING);
}

/** As they are told to others, they can't be freed bit by bit. */
function endWithWitnesses(): void {
  let garbage: u32 = 0;
  for (let i: u32 = 0; i < Suspects.count; i++) {
    const o = Suspects.at(i);
    garbage += u32(o != 0 && Suspects.isOne(o));
  }
  if (!Unreachable.open(garbage)) {
    abandonIncrement();
    return;
  }
  for (let i: u32 = 0; i < Suspects.count; i++) {
    if (i == Suspects.sortedCount) Unreachable.markSorted();
    const o = Suspects.at(i);
    if (!o) continue;
    if (Suspects.isOne(o)) {
      Unreachable.add(o);
      ObjectHeader.at(o).flags |= <u16>FLAG_EXAMINED;
    }
    Suspects.release(o);
  }
  if (Suspects.sortedCount == Suspects.count) Unreachable.markSorted();
  if (!reserveGarbage()) {
    Unreachable.giveUp();
    abandonIncrement();
    return;
  }
  close();
  collector.state = COLLECTOR_FINALIZING;
  MarkStack.open();
  const collected = endUnreachable();
  MarkStack.close();
  end(collected);
}

/** Lets suspects leave the list, those that stay alive for good. */
function leaveSome(objects: u32): void {
  const count = Suspects.count;
  for (let left = objects; left && listed < count; left--, listed++) {
    const o = Suspects.at(listed);
    if (!o) continue;
    result += i32(Suspects.isOne(o));
    Suspects.leave(o);
  }
}

function sweepSome(arenas: u32): void {
  if (listed < Suspects.count) {
    leaveSome(arenas * BLOCKS_PER_ARENA);
    return;
  }
  Suspects.close();
  index = releaseArenas(index, arenas);
  if (index < <u32>ARENA_COUNT_MAX) return;
  close();
  end(<u32>result);
}

function end(collected: u32): void {
  collector.state = COLLECTOR_SWEEPING; // anybody's code may run
  endPutOff();
  collector.state = COLLECTOR_IDLE;
  result = <i32>collected;
  collector.countEnd(OLDEST, collected);
  collector.longLivedTotal = Whole.reached;
  collector.longLivedPending = 0;
}
