// assembly/death.ts: what happens when an object's last reference goes: finalizer, weakrefs, then the references it holds, without recursion.
// Not here: counting (refcount.ts).
// Source of the order: CPython Objects/typeobject.c, subtype_dealloc, and Objects/weakrefobject.c, PyObject_ClearWeakRefs.
//
// | state of an object | refcount                  | leaves it when                                                      |
// |--------------------|---------------------------|---------------------------------------------------------------------|
// | alive              | references                | the last reference goes: finalizing                                 |
// | finalizing         | 1, for the finalizer      | the finalizer has returned: alive if referred to by now, else dying |
// | dying              | REFCOUNT_DYING and a link | what it referred to is released: a free block                       |
//
// An object that dies while another releases its references is dealt with at once, depth first. The one that waits is linked by its
// refcount, and notes where it stopped in a word that it no longer needs, so a chain of any length dies in constant memory.

import { Suspects } from "./cycles/suspects";
import { Unreachable } from "./cycles/unreachable";
import { call_back, finalize, release } from "./host";
import { KindBlock } from "./kind-block";
import { DEATH_DEPTH_ADDRESS, DEATH_DEPTH_MAX, PENDING_ADDRESS } from "./layout";
import { ObjectHeader } from "./object";
import {
  BYTEARRAY_BUFFER,
  FLAG_EXAMINED,
  FLAG_FINALIZED,
  FLAG_INTERNED,
  FLAG_LOGGED,
  FLAG_RELEASING,
  FLAG_SUSPECTED,
  FLAG_WEAKLY_REFERENCED,
  HOST_INDEX,
  LIST_ITEMS,
  LIST_LENGTH,
  REFCOUNT_DYING,
  REFCOUNT_IMMORTAL,
  STR_HASH,
  TABLE_BUFFER,
  TABLE_COUNT,
  TABLE_USED,
  TUPLE_ITEMS,
  TUPLE_LENGTH,
  TYPE_BYTEARRAY,
  TYPE_DICT,
  TYPE_HOST,
  TYPE_LIST,
  TYPE_PROXY,
  TYPE_SET,
  TYPE_STRUCT_FIRST,
  TYPE_TUPLE,
  TYPE_WEAKREF,
  WEAKREF_CALLBACK,
} from "./object-layout";
import { internedTable } from "./object-table";
import { Trace } from "./trace";
import { Run, Type } from "./type";
import { Weakref } from "./weakref-list";

/**
 * The last reference to `o` has gone; the refcount still says 1. Its death is over when this returns, unless so many deaths have caused
 * each other that it was postponed.
 */
export function die(o: usize): void {
  if (!ObjectHeader.at(o).isContainer) {
    endAtomic(o);
    return;
  }
  const depth = load<u32>(DEATH_DEPTH_ADDRESS);
  if (depth >= <u32>DEATH_DEPTH_MAX && postpone(o)) return;
  store<u32>(DEATH_DEPTH_ADDRESS, depth + 1);
  run(o, 0);
  endDepth(depth);
}

/**
 * Ends objects that the collector has found unreachable and that hold the last reference to others still: `last` and those linked
 * behind it, as those that wait are. Each is dying, and finds only such references in its slots.
 */
export function dieLinked(last: usize): void {
  const depth = load<u32>(DEATH_DEPTH_ADDRESS);
  store<u32>(DEATH_DEPTH_ADDRESS, depth + 1);
  run(0, last);
  endDepth(depth);
}

/** Gives up deaths that the end of the host's stack has cut off: nothing of the core's is on it. Those that waited for them follow. */
export function end_deaths(): void {
  endDepth(0);
}

/** Deaths at `depth` are over; if that was the outermost, those postponed follow. */
function endDepth(depth: u32): void {
  store<u32>(DEATH_DEPTH_ADDRESS, depth);
  if (depth) return;
  while (load<usize>(PENDING_ADDRESS)) {
    const postponed = takePending();
    if (Death.isLast(postponed)) die(postponed); // else somebody has referred to it since
  }
}

/** Leaves an object, alive with its one reference, until no death is in progress. False when memory can't grow. */
function postpone(o: usize): bool {
  const entry = KindBlock.takeBuffer(8);
  if (!entry) return false;
  store<usize>(entry, load<usize>(PENDING_ADDRESS));
  store<usize>(entry, o, 4);
  store<usize>(PENDING_ADDRESS, entry);
  return true;
}

function takePending(): usize {
  const entry = load<usize>(PENDING_ADDRESS);
  const o = load<usize>(entry, 4);
  store<usize>(PENDING_ADDRESS, load<usize>(entry));
  KindBlock.give(entry);
  return o;
}

/** Frees an object that holds no references. */
export function endAtomic(o: usize): void {
  const header = ObjectHeader.at(o);
  if (header.type >= <u16>TYPE_BYTEARRAY || header.flags & (FLAG_INTERNED | FLAG_LOGGED)) leave(o);
  KindBlock.give(o);
}

/** Has whoever knows of an object without references forget it. */
function leave(o: usize): void {
  const type = ObjectHeader.at(o).type;
  const flags = ObjectHeader.at(o).flags;
  if (flags & FLAG_LOGGED) Trace.giveObject(o);
  if (flags & FLAG_INTERNED) forgetInterned(o);
  if (type == <u16>TYPE_HOST) release(load<u32>(o, HOST_INDEX));
  if (type == <u16>TYPE_BYTEARRAY && load<usize>(o, BYTEARRAY_BUFFER))
    KindBlock.givePart(load<usize>(o, BYTEARRAY_BUFFER));
}

function forgetInterned(o: usize): void {
  let slot = internedTable.find(load<u32>(o, STR_HASH));
  while (load<usize>(slot) != o) slot = internedTable.find(load<u32>(o, STR_HASH), slot);
  internedTable.remove(slot);
}

/** Deaths in progress: `first` or 0, and whatever dies of it. `stack` are those that wait for the one below them. */
function run(first: usize, stack: usize): void {
  let current = first;
  let isNew = first != 0;
  while (true) {
    if (isNew) {
      if (!Death.hasDied(current)) {
        current = 0;
      } else if (ObjectHeader.at(current).flags & FLAG_WEAKLY_REFERENCED) {
        const pairs = clearWeakrefs(current);
        if (pairs) {
          Death.wait(current, stack);
          stack = current;
          current = pairs;
        }
      }
    }
    if (current) {
      const child = Death.releaseNext(current);
      if (child) {
        if (hasMore) {
          Death.wait(current, stack);
          stack = current;
        } else {
          Death.end(current);
        }
        current = child;
        isNew = true;
        continue;
      }
      Death.end(current);
    }
    if (!stack) return;
    current = stack;
    stack = load<usize>(stack) << 3;
    isNew = false;
  }
}

/**
 * Kills the weakrefs of a dying object, then calls their callbacks, in list order.
 *
 * @returns a tuple, itself dying, of the weakrefs and callbacks, which are to be released last to first; 0 if there were no callbacks.
 */
function clearWeakrefs(o: usize): usize {
  let count: u32 = 0;
  let weakref = Weakref.firstOf(o);
  while (weakref) {
    const next = Weakref.at(weakref.next);
    if (weakref.callback) count += 1;
    else weakref.unlink();
    weakref = next;
  }
  if (!count) return 0;
  const pairs = ObjectHeader.newContainer(TYPE_TUPLE, <usize>TUPLE_ITEMS + ((<usize>count) << 3));
  if (!pairs) {
    callOneByOne(o);
    return 0;
  }
  if (ObjectHeader.at(pairs).flags & FLAG_LOGGED) Trace.giveObject(pairs); // it is the death's own, and does not die as others do
  ObjectHeader.at(pairs).refcount = <u32>REFCOUNT_DYING;
  store<u32>(pairs, count << 1, TUPLE_LENGTH);
  const end = pairs + TUPLE_ITEMS + ((<usize>count) << 3);
  for (let pair = pairs + TUPLE_ITEMS; pair < end; pair += 8) {
    const weakref = Weakref.firstOf(o);
    weakref.unlink();
    Suspects.take(weakref.address);
    store<usize>(pair, weakref.address);
    store<usize>(pair, weakref.callback, 4);
    weakref.callback = 0;
  }
  for (let pair = pairs + TUPLE_ITEMS; pair < end; pair += 8)
    call_back(load<usize>(pair), load<usize>(pair, 4));
  return pairs;
}

/** As clearWeakrefs where there is no room for a tuple: each callback is called and released before the next weakref dies. */
function callOneByOne(o: usize): void {
  for (let weakref = Weakref.firstOf(o); weakref; weakref = Weakref.firstOf(o)) {
    const callback = weakref.callback;
    weakref.unlink();
    Suspects.take(weakref.address);
    weakref.callback = 0;
    call_back(weakref.address, callback);
    if (Death.isLast(callback)) die(callback);
    if (Death.isLast(weakref.address)) die(weakref.address);
  }
}

/** What releaseNext leaves behind: whether the object holds further references. */
let hasMore: bool = false;

/** Entries in order; the count, not needed any more, tells how many words of them are done. */
function releaseTable(o: usize, valuesLog2: u32): usize {
  const header = ObjectHeader.at(o);
  const words = load<u32>(o, TABLE_USED) << valuesLog2;
  let word: u32 = header.flags & FLAG_RELEASING ? load<u32>(o, TABLE_COUNT) : 0;
  header.flags |= <u16>FLAG_RELEASING;
  const entries = load<usize>(o, TABLE_BUFFER);
  while (word < words) {
    const child = load<usize>(entries + ((<usize>word) << 2));
    word += 1;
    if (child && Death.isLast(child)) {
      store<u32>(o, word, TABLE_COUNT);
      hasMore = word < words;
      return child;
    }
  }
  return 0;
}

function releaseCallback(o: usize): usize {
  const callback = load<usize>(o, WEAKREF_CALLBACK);
  hasMore = false;
  return callback && Death.isLast(callback) ? callback : 0;
}

/** The steps of a death. */
class Death {
  /** Lets a dying object wait for one that died of it; `stack` waits in turn for the former. */
  @inline static wait(o: usize, stack: usize): void {
    store<usize>(o, <usize>REFCOUNT_DYING | (stack >>> 3));
  }

  /** Runs the finalizer, if there is one that has not run. False if the object lives on. */
  @inline static hasDied(o: usize): bool {
    const header = ObjectHeader.at(o);
    if (header.flags & FLAG_EXAMINED) Unreachable.forget(o);
    if (
      header.type >= <u16>TYPE_STRUCT_FIRST &&
      Type.at(header.type).hasFinalizer &&
      !(header.flags & FLAG_FINALIZED)
    ) {
      ObjectHeader.track(o); // CPython tracks it anew for the time of its finalizer
      header.flags |= <u16>FLAG_FINALIZED;
      finalize(o);
      const count = header.refcount;
      if (count != 1) {
        if (count < <u32>REFCOUNT_IMMORTAL) header.refcount = count - 1;
        return false;
      }
    }
    // not before: what a rescued one refers to may be suspected, and must be cleared
    if (header.flags & (FLAG_SUSPECTED | FLAG_LOGGED)) {
      if (header.flags & FLAG_LOGGED) Trace.giveObject(o);
      if (header.flags & FLAG_SUSPECTED) Suspects.forget(o);
    }
    header.refcount = <u32>REFCOUNT_DYING;
    if (header.type == <u16>TYPE_WEAKREF || header.type == <u16>TYPE_PROXY) Weakref.at(o).unlink();
    return true;
  }

  /** Releases the references of a dying object up to one that dies of it, which is returned; 0 when none is left. */
  @inline static releaseNext(o: usize): usize {
    const type = ObjectHeader.at(o).type;
    if (type >= <u16>TYPE_STRUCT_FIRST) return Death.releaseStruct(o, Type.at(type));
    if (type == <u16>TYPE_TUPLE) return Death.releaseLast(o + TUPLE_ITEMS, o + TUPLE_LENGTH);
    if (type == <u16>TYPE_LIST) return Death.releaseLast(load<usize>(o, LIST_ITEMS), o + LIST_LENGTH);
    if (type == <u16>TYPE_DICT || type == <u16>TYPE_SET)
      return releaseTable(o, type == <u16>TYPE_DICT ? 1 : 0);
    return releaseCallback(o);
  }

  /** Takes a reference away; true if it was the last of an object that holds references itself. Others are freed right here. */
  static isLast(o: usize): bool {
    const count = load<u32>(o);
    if (count >= <u32>REFCOUNT_IMMORTAL) {
      if (!Suspects.isCount(count)) return false;
      Suspects.clear(o);
      return Death.isLast(o);
    }
    if (count > 1) {
      store<u32>(o, count - 1);
      return false;
    }
    if (ObjectHeader.at(o).isContainer) return true;
    endAtomic(o);
    return false;
  }

  /** Ascending. The first slot, the first to be released, then holds the address of the next. */
  @inline static releaseStruct(o: usize, type: Type): usize {
    const first = o + type.runOffset;
    let slot = first;
    let end = first + ((<usize>type.runCount) << 2);
    let further = Run.at(type.furtherRuns);
    const header = ObjectHeader.at(o);
    if (header.flags & FLAG_RELEASING) {
      slot = load<usize>(first);
      while (further.isThere && slot > end) {
        end = o + further.offset + ((<usize>further.count) << 2);
        further = further.next;
      }
    }
    while (true) {
      while (slot < end) {
        const child = load<usize>(slot);
        slot += 4;
        if (child && Death.isLast(child)) {
          while (slot < end && !load<usize>(slot)) slot += 4;
          hasMore = slot < end || further.isThere;
          if (hasMore) {
            store<usize>(first, slot);
            header.flags |= <u16>FLAG_RELEASING;
          }
          return child;
        }
      }
      if (!further.isThere) return 0;
      slot = o + further.offset;
      end = slot + ((<usize>further.count) << 2);
      further = further.next;
    }
  }

  /** Descending: the length at `lengthAddress` tells how many are left. */
  @inline static releaseLast(items: usize, lengthAddress: usize): usize {
    let length = load<u32>(lengthAddress);
    while (length) {
      length -= 1;
      const child = load<usize>(items + ((<usize>length) << 2));
      if (child && Death.isLast(child)) {
        store<u32>(lengthAddress, length);
        hasMore = length != 0;
        return child;
      }
    }
    store<u32>(lengthAddress, 0);
    return 0;
  }

  /** Frees an object that has released what it referred to. */
  @inline static end(o: usize): void {
    const type = ObjectHeader.at(o).type;
    let buffer: usize = 0;
    if (type == <u16>TYPE_LIST) buffer = load<usize>(o, LIST_ITEMS);
    else if (type == <u16>TYPE_DICT || type == <u16>TYPE_SET) buffer = load<usize>(o, TABLE_BUFFER);
    if (buffer) KindBlock.givePart(buffer);
    ObjectHeader.freeContainer(o);
  }
}
