// assembly/object.ts: an object's header, made and read; whether an object is at an address.
// Not here: counting its references (refcount.ts), what is behind the header (kinds/).

import { Arena } from "./arena";
import { Chunk } from "./chunk";
import { ChunkHeap } from "./chunk-heap";
import { collector } from "./cycles/collector";
import { young } from "./cycles/generation";
import { Suspects } from "./cycles/suspects";
import { fail } from "./host";
import { KindBlock } from "./kind-block";
import {
  BLOCK_FREE,
  BLOCK_KIND_ATOMIC,
  BLOCK_KIND_CONTAINER,
  CHUNK_ALIGNMENT,
  CHUNK_HEADER_SIZE,
  FAULT_DEAD_OBJECT,
  FAULT_FOREIGN_POINTER,
  FAULT_INTERIOR_POINTER,
  FAULT_NOT_AN_OBJECT,
  HEAP_ADDRESS,
  POOL_STATE_FREE,
  SMALL_REQUEST_MAX,
  STATICS_ADDRESS,
} from "./layout";
import {
  COLLECTOR_SWEEPING,
  FLAG_GENERATION_MASK,
  FLAG_TRACKED,
  OBJECT_FLAGS,
  OBJECT_HEADER_SIZE,
  OBJECT_REFCOUNT,
  OBJECT_TYPE,
  REFCOUNT_ALIVE_MAX,
  REFCOUNT_IMMORTAL,
  REFCOUNT_SUSPECT,
  STATIC_EMPTY_BYTES,
  STATIC_STRIDE,
  STATICS_SIZE,
  TYPE_DICT,
  TYPE_TUPLE,
} from "./object-layout";
import { largeTable } from "./object-table";
import { Trace } from "./trace";
import { TracedBlock } from "./traced-block";

/** Header, drawn in object-layout.ts. */
@unmanaged
export class ObjectHeader {
  refcount: u32;
  type: u16;
  /** FLAG_. */
  flags: u16;

  @inline static at(address: usize): ObjectHeader {
    return changetype<ObjectHeader>(address);
  }

  /** Writes a header of one reference at `address`. */
  @inline static write(address: usize, type: u32, flags: u32): void {
    store<u64>(address, 1 | ((<u64>type) << 32) | ((<u64>flags) << 48));
  }

  /** A new container object of `size` bytes, one reference, the rest undefined; 0 when memory can't grow. */
  @inline static newContainer(type: u32, size: usize, flags: u32 = FLAG_TRACKED): usize {
    const o = KindBlock.takeReady(BLOCK_KIND_CONTAINER, size);
    if (!o) return ObjectHeader.newRareContainer(type, size, flags);
    ObjectHeader.write(o, type, flags);
    collector.countMade();
    if (flags & FLAG_TRACKED) young.push(o);
    return o;
  }

  private static newRareContainer(type: u32, size: usize, flags: u32): usize {
    const isLarge = size > <usize>SMALL_REQUEST_MAX;
    if (isLarge && !largeTable.reserve()) return 0;
    const o = KindBlock.takeRare(BLOCK_KIND_CONTAINER, size);
    if (!o) return 0;
    if (isLarge) largeTable.add(o);
    ObjectHeader.write(o, type, flags);
    collector.countMade();
    if (flags & FLAG_TRACKED) young.push(o);
    if (Trace.isOn && TracedBlock.isDue) Trace.markTaken(o, size);
    return o;
  }

  /** Frees the block of a container that refers to nothing any more. */
  @inline static freeContainer(o: usize): void {
    if (!Arena.holds(o)) largeTable.remove(largeTable.find(<u32>o));
    collector.countFreed();
    young.drop(o);
    KindBlock.give(o);
  }

  /** Has the collector look at the object, as at one that was just made. */
  static track(o: usize): void {
    const header = ObjectHeader.at(o);
    header.flags = <u16>((header.flags & ~FLAG_GENERATION_MASK) | FLAG_TRACKED);
    young.push(o);
  }

  /** As newContainer, for an object without references. */
  @inline static newAtomic(type: u32, size: usize, flags: u32 = 0): usize {
    const o = KindBlock.takeReady(BLOCK_KIND_ATOMIC, size);
    if (!o) return ObjectHeader.newRareAtomic(type, size, flags);
    ObjectHeader.write(o, type, flags);
    return o;
  }

  private static newRareAtomic(type: u32, size: usize, flags: u32): usize {
    const o = KindBlock.takeRare(BLOCK_KIND_ATOMIC, size);
    if (!o) return 0;
    ObjectHeader.write(o, type, flags);
    if (Trace.isOn && TracedBlock.isDue) Trace.markTaken(o, size);
    return o;
  }

  /** Whether `o` is one of the immortal objects made with the heap. */
  @inline static isStatic(o: usize): bool {
    return o - load<usize>(STATICS_ADDRESS) < <usize>STATICS_SIZE;
  }

  /** Whether the object is of a kind that may hold references. */
  @inline get isContainer(): bool {
    return this.type >= <u16>TYPE_TUPLE;
  }

  /**
   * Whether a container that refers to it can be part of a cycle. A dict that is not tracked may be so later, which none of its holders is
   * told. Source: CPython Include/internal/pycore_gc.h, _PyObject_GC_MAY_BE_TRACKED.
   */
  @inline get mayBeTracked(): bool {
    return this.isContainer && (this.type == <u16>TYPE_DICT || (this.flags & FLAG_TRACKED) != 0);
  }

  /** References to it. */
  @inline get references(): u32 {
    const count = this.refcount;
    return Suspects.isCount(count) ? count - REFCOUNT_SUSPECT : count;
  }

  /** Neither free nor dying. */
  @inline get isAlive(): bool {
    return this.refcount <= <u32>REFCOUNT_IMMORTAL || Suspects.isCount(this.refcount);
  }
}

if (offsetof<ObjectHeader>("refcount") != OBJECT_REFCOUNT) ERROR("object-layout.ts: OBJECT_REFCOUNT");
if (offsetof<ObjectHeader>("type") != OBJECT_TYPE) ERROR("object-layout.ts: OBJECT_TYPE");
if (offsetof<ObjectHeader>("flags") != OBJECT_FLAGS) ERROR("object-layout.ts: OBJECT_FLAGS");
if (offsetof<ObjectHeader>() != OBJECT_HEADER_SIZE) ERROR("object-layout.ts: OBJECT_HEADER_SIZE");
if (BLOCK_FREE <= REFCOUNT_ALIVE_MAX) ERROR("layout.ts: BLOCK_FREE could be a refcount");

/** Bytes of an object's block. */
export function blockSize(o: usize): u32 {
  if (Arena.holds(o)) return Arena.poolOf(o).blockSize;
  if (ObjectHeader.isStatic(o))
    return o - load<usize>(STATICS_ADDRESS) < <usize>STATIC_EMPTY_BYTES ? OBJECT_HEADER_SIZE : STATIC_STRIDE;
  return Chunk.ofPayload(o).payloadSize;
}

/** 0 if a live object is at `o`; else the fault. */
export function object_fault(o: usize): i32 {
  const isObject =
    Arena.holds(o) &&
    Arena.poolOf(o).isObjectBlock(o) &&
    ObjectHeader.at(o).refcount <= <u32>REFCOUNT_IMMORTAL;
  return isObject ? 0 : rareFault(o);
}

/** What object_fault leaves: large objects, immortal ones, suspects, faults. */
function rareFault(o: usize): i32 {
  if (Arena.holds(o)) {
    const pool = Arena.poolOf(o);
    if (pool.state == <u8>POOL_STATE_FREE) return FAULT_DEAD_OBJECT;
    if (pool.isRaw) return pool.isBlock(o) ? FAULT_NOT_AN_OBJECT : FAULT_INTERIOR_POINTER;
    return pool.isObjectBlock(o) ? lifeFault(o) : FAULT_INTERIOR_POINTER;
  }
  if (o < <usize>(HEAP_ADDRESS + CHUNK_HEADER_SIZE) || o >= ChunkHeap.top) return FAULT_FOREIGN_POINTER;
  if (ObjectHeader.isStatic(o)) {
    const offset = o - load<usize>(STATICS_ADDRESS);
    const stride: usize = offset < <usize>STATIC_EMPTY_BYTES ? OBJECT_HEADER_SIZE : STATIC_STRIDE;
    return offset % stride ? FAULT_INTERIOR_POINTER : 0;
  }
  if (o & (CHUNK_ALIGNMENT - 1)) return FAULT_INTERIOR_POINTER;
  const chunk = Chunk.ofPayload(o);
  const end = chunk.address + chunk.size;
  const isChunk = end > o && end <= ChunkHeap.sentinel && chunk.following.previousSize == chunk.size;
  if (!isChunk) return FAULT_INTERIOR_POINTER;
  if (!chunk.isInUse) return FAULT_DEAD_OBJECT;
  if (!chunk.isObject) return FAULT_NOT_AN_OBJECT;
  return lifeFault(o);
}

/** 0 if the object at `o` is alive: a suspect is until its death is certain. */
function lifeFault(o: usize): i32 {
  const header = ObjectHeader.at(o);
  const isDoomed = collector.increment == COLLECTOR_SWEEPING && Suspects.isCount(header.refcount);
  return header.isAlive && !isDoomed ? 0 : FAULT_DEAD_OBJECT;
}

/** Whether a live object is at `o`; if not, the fault is told. */
export function mustBeObject(o: usize): bool {
  const fault = object_fault(o);
  if (fault) fail(fault, o);
  return !fault;
}
