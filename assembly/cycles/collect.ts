// assembly/cycles/collect.ts: a collection from its beginning to its end: which objects are looked at, and in which phases.
// Not here: the phases' work; running them until they are over (the host does, so that engines can exchange code between calls).
// Source: CPython 3.13 Python/gc.c, gc_collect_main.
//
// | state      | what is done                                               | then                                           |
// |------------|------------------------------------------------------------|------------------------------------------------|
// | idle       | nothing                                                    | gc_begin: preparing; done at once if listed    |
// | preparing  | a side for every place of an object                        | counting                                       |
// | counting   | references that the objects examined hold                  | marking                                        |
// | marking    | what is reachable from outside of them                     | marking again if some were left grey; telling  |
// | telling    | whose death is anybody's business, if it may be            | sweeping, or finalizing if there are such      |
// | finalizing | weakrefs die, callbacks, finalizers; the rescued are found | idle: the rest is freed                        |
// | sweeping   | the unreachable give up their references, and are freed    | idle                                           |
//
// Until finalizing or sweeping nothing is changed that matters, so a collection that finds no memory is abandoned, and nothing is lost.

import { Arena } from "../arena";
import { ARENA_COUNT_MAX } from "../layout";
import { ObjectHeader } from "../object";
import {
  COLLECTOR_COUNTING,
  COLLECTOR_FINALIZING,
  COLLECTOR_IDLE,
  COLLECTOR_MARKING,
  COLLECTOR_PREPARING,
  COLLECTOR_SWEEPING,
  COLLECTOR_TELLING,
  DEBUG_LISTING,
  FLAG_EXAMINED,
  FLAG_GREY,
  FLAG_REACHED,
  GENERATION_COUNT,
} from "../object-layout";
import { Candidate } from "./candidate";
import { collector } from "./collector";
import { countArenas } from "./count";
import { endUnreachable, reserveGarbage } from "./ending";
import { Generation, middle, young } from "./generation";
import { abandonIncrement } from "./increment";
import { reachAndUntrack } from "./listed";
import { MarkWalk, markArenas, untrackDicts } from "./mark";
import { MarkStack } from "./mark-stack";
import { endPutOff, releaseArenas, releaseListed } from "./release";
import { Sides } from "./sides";
import { sortAddresses, Unreachable } from "./unreachable";
import { findLargeWitnesses, findWitnesses, listUnreachable } from "./unreached";
import { closeWhole, openWhole, Whole } from "./whole";

const OLDEST: u32 = GENERATION_COUNT - 1;
/** The generation that is collected, with those younger than it. */
let generation: u32 = 0;
/** The next arena to be looked at. */
let index: u32 = 0;
/** Whether the whole heap is examined, with sides, not lists. */
let isWhole: bool = false;
/** What the last collection came to: objects, or -1: it was abandoned. */
let result: i32 = 0;

/** The oldest generation that is due to be collected; -1 if none is. */
export function gc_due(): i32 {
  return collector.due();
}

export function gc_enable(enabled: u32): void {
  collector.setEnabled(enabled);
}

export function gc_set_thresholds(first: u32, second: u32, third: u32): void {
  collector.setThresholds(first, second, third);
}

export function gc_set_debug(flags: u32): void {
  collector.debug = flags;
}

/** COLLECTOR_IDLE, or the phase of the collection that is on. */
export function gc_state(): u32 {
  return collector.state;
}

/** Begins a collection; gc_advance is to be called until it returns 0. 0, and nothing done, if one is on. */
export function gc_begin(oldest: u32): i32 {
  if (collector.state != COLLECTOR_IDLE) return 0;
  generation = oldest;
  isWhole = !isListed();
  if (isWhole) {
    abandonIncrement(); // its notes stand in the same place; anybody's code may run, and collect
    generation = oldest;
    isWhole = true;
  }
  Candidate.select(oldest);
  collector.countBegin(oldest);
  collector.state = COLLECTOR_PREPARING;
  if (!isWhole) {
    collectListed();
    return 1;
  }
  Whole.reset();
  index = 0;
  if (!openWhole()) abandon();
  return 1;
}

/** Goes on with a collection, by so many arenas. 0 when it is over. */
export function gc_advance(arenas: u32): i32 {
  const state = collector.state;
  if (state == COLLECTOR_IDLE) return 0;
  if (state == COLLECTOR_PREPARING) prepareSome(arenas);
  else if (state == COLLECTOR_COUNTING) countSome(arenas);
  else if (state == COLLECTOR_MARKING) markSome(arenas);
  else if (state == COLLECTOR_TELLING) tellSome(arenas);
  else if (state == COLLECTOR_SWEEPING) sweepSome(arenas);
  else return 0; // called from a callback or finalizer
  return i32(collector.state != COLLECTOR_IDLE);
}

/** What the last collection came to: objects found unreachable and not rescued; -1: it found no memory, and has done nothing. */
export function gc_result(): i32 {
  return result;
}

function enter(state: u32): void {
  collector.state = state;
  index = 0;
}

function prepareSome(arenas: u32): void {
  index = Sides.prepareArenas(index, arenas);
  if (!index) enter(COLLECTOR_COUNTING);
}

function countSome(arenas: u32): void {
  index = countArenas(index, arenas);
  if (index < <u32>ARENA_COUNT_MAX) return;
  if (Sides.hasFailed) {
    abandon();
    return;
  }
  MarkWalk.open();
  enter(COLLECTOR_MARKING);
}

function markSome(arenas: u32): void {
  if (markArenas(arenas)) return;
  if (generation == OLDEST && Whole.hasDicts) {
    for (let i = Arena.indexFrom(0); i < <u32>ARENA_COUNT_MAX; i = Arena.indexFrom(i + 1)) untrackDicts(i);
  }
  noteSurvivors(Whole.reached - Whole.untracked);
  if (!Whole.unreachable) finish(0);
  else if (Whole.mayBeWitnessed) enter(COLLECTOR_TELLING);
  else release();
}

function tellSome(arenas: u32): void {
  index = Arena.indexFrom(index);
  for (let left = arenas; left && index < <u32>ARENA_COUNT_MAX; left--, index = Arena.indexFrom(index + 1))
    findWitnesses(index);
  if (index < <u32>ARENA_COUNT_MAX) return;
  findLargeWitnesses();
  release();
}

/** The unreachable are to be freed: one by one if anybody is told, else as they lie in memory. */
function release(): void {
  if (!Whole.witnessed && !(collector.debug & DEBUG_LISTING)) {
    forgetLists();
    enter(COLLECTOR_SWEEPING);
    return;
  }
  if (!Unreachable.open(Whole.unreachable)) {
    abandon();
    return;
  }
  listUnreachable();
  MarkStack.open();
  for (let slot = Unreachable.start; slot < Unreachable.end; slot += 4)
    ObjectHeader.at(load<usize>(slot)).flags |= <u16>FLAG_EXAMINED;
  finalizeListed();
}

function sweepSome(arenas: u32): void {
  index = releaseArenas(index, arenas);
  if (index < <u32>ARENA_COUNT_MAX) return;
  finish(Whole.unreachable);
}

/** What the threshold of full collections goes by. */
function noteSurvivors(count: u32): void {
  if (generation == OLDEST - 1) collector.longLivedPending += count;
  if (generation != OLDEST) return;
  collector.longLivedTotal = count;
  collector.longLivedPending = 0;
}

/** The generations collected have no objects any more: survivors are older. */
function forgetLists(): void {
  young.reset();
  if (generation) middle.reset();
}

function finish(collected: u32): void {
  if (collector.state <= <u32>COLLECTOR_TELLING) forgetLists();
  closeNotes();
  endPutOff();
  result = <i32>collected;
  collector.countEnd(generation, collected);
  collector.state = COLLECTOR_IDLE;
}

/** Gives the memory of the notes back: sides and mark buffer are those of a collection in increments, if one is on. */
function closeNotes(): void {
  if (isWhole) closeWhole();
  MarkStack.close();
}

/** Ends a collection for which there is no memory. What was promoted stays so; the lists may lack what was not. */
function abandon(): void {
  closeNotes();
  young.incomplete = 1;
  middle.incomplete = 1;
  result = -1;
  collector.state = COLLECTOR_IDLE;
}

// Young collections

/** Whether the lists tell all objects of the generations to be collected; they stand in one list then. */
function isListed(): bool {
  if (generation == OLDEST || young.incomplete) return false;
  if (!generation) return true;
  if (middle.incomplete || !middle.reserve(young.count)) return false;
  for (let slot = young.start; slot < young.top; slot += 4) middle.push(load<usize>(slot));
  return true;
}

function collectListed(): void {
  const list = generation ? middle : young;
  const start = list.start;
  const count = examine(list);
  MarkStack.open();
  const untracked = reachAndUntrack(start, count);
  forgetLists();
  let unreachable: u32 = 0;
  let witnessed: u32 = 0;
  for (let slot = start, end = start + ((<usize>count) << 2); slot < end; slot += 4) {
    const o = load<usize>(slot);
    const header = ObjectHeader.at(o);
    if (header.flags & FLAG_REACHED) {
      header.flags &= <u16>~(FLAG_EXAMINED | FLAG_REACHED | FLAG_GREY);
      Candidate.promote(o);
    } else {
      witnessed += u32(Candidate.hasWitness(load<u64>(o)));
      store<usize>(start + ((<usize>unreachable) << 2), o);
      unreachable += 1;
    }
  }
  noteSurvivors(count - unreachable - untracked);
  if (!unreachable) {
    finish(0);
  } else if (!witnessed && !(collector.debug & DEBUG_LISTING)) {
    collector.state = COLLECTOR_SWEEPING;
    releaseListed(start, unreachable);
    finish(unreachable);
  } else if (Unreachable.open(unreachable)) {
    sortAddresses(start, unreachable);
    for (let i: u32 = 0; i < unreachable; i++) Unreachable.add(load<usize>(start + ((<usize>i) << 2)));
    Unreachable.markSorted();
    finalizeListed();
  } else {
    for (let i: u32 = 0; i < unreachable; i++)
      ObjectHeader.at(load<usize>(start + ((<usize>i) << 2))).flags &= <u16>~FLAG_EXAMINED;
    abandon();
  }
}

/** Leaves only those objects on a list that are to be collected, each once, and gives them FLAG_EXAMINED. Returns their number. */
function examine(list: Generation): u32 {
  let kept = list.start;
  for (let slot = kept; slot < list.top; slot += 4) {
    const o = load<usize>(slot);
    if (!Generation.isOf(o, 0) && !(generation && Generation.isOf(o, 1))) continue;
    const header = ObjectHeader.at(o);
    if (header.flags & FLAG_EXAMINED) continue;
    header.flags |= <u16>FLAG_EXAMINED;
    store<usize>(kept, o);
    kept += 4;
  }
  list.top = kept;
  return list.count;
}

/** Ends those on the list of the unreachable. */
function finalizeListed(): void {
  if (!reserveGarbage()) {
    Unreachable.giveUp();
    abandon();
    return;
  }
  forgetLists();
  collector.state = COLLECTOR_FINALIZING;
  finish(endUnreachable());
}
