// assembly/type.ts: the type table: a record per type, the built-in kinds' and the declared structs'.
// Not here: what the types' objects hold (kinds/).

import { KindBlock } from "./kind-block";
import { TYPE_CAPACITY_ADDRESS, TYPE_COUNT_ADDRESS, TYPE_TABLE_ADDRESS } from "./layout";
import {
  CONTAINER_SIZE_MIN,
  RUN_SIZE,
  TYPE_COUNT_MAX,
  TYPE_FLAGS,
  TYPE_FURTHER_RUNS,
  TYPE_HAS_FINALIZER,
  TYPE_HAS_FURTHER_RUNS,
  TYPE_RECORD_SIZE,
  TYPE_RECORD_SIZE_LOG2,
  TYPE_RUN_COUNT,
  TYPE_RUN_OFFSET,
  TYPE_SCAN_COUNT,
  TYPE_SET,
  TYPE_SIZE,
  TYPE_STRUCT_FIRST,
  TYPE_WEAKREFABLE,
} from "./object-layout";

const CAPACITY_FIRST: u32 = 32;

/** Record, drawn in object-layout.ts. */
@unmanaged
export class Type {
  /** Bytes of an object, header included; structs only. */
  size: u32;
  /** Offset and slots of the first run of references. */
  runOffset: u16;
  runCount: u16;
  /** Buffer of the other runs, ended by one of no slots; 0 if there are none. */
  furtherRuns: usize;
  /** Slots of the first run, and an empty one behind them if that makes their number even. */
  scanCount: u16;
  /** TYPE_. */
  flags: u16;

  @inline static at(id: u32): Type {
    return changetype<Type>(load<usize>(TYPE_TABLE_ADDRESS) + (id << TYPE_RECORD_SIZE_LOG2));
  }

  /** As at, for those who have the type table's address at hand. */
  @inline static inTable(table: usize, id: u32): Type {
    return changetype<Type>(table + (id << TYPE_RECORD_SIZE_LOG2));
  }

  @inline get hasFinalizer(): bool {
    return (this.flags & TYPE_HAS_FINALIZER) != 0;
  }

  @inline get isWeakrefable(): bool {
    return (this.flags & TYPE_WEAKREFABLE) != 0;
  }

  /** Makes the table, with the built-in kinds in it. False when memory can't grow. */
  static prepare(): bool {
    if (load<usize>(TYPE_TABLE_ADDRESS)) return true;
    const bytes = (<usize>CAPACITY_FIRST) << TYPE_RECORD_SIZE_LOG2;
    const table = KindBlock.takeBuffer(bytes);
    if (!table) return false;
    memory.fill(table, 0, bytes);
    store<usize>(TYPE_TABLE_ADDRESS, table);
    store<u32>(TYPE_COUNT_ADDRESS, TYPE_STRUCT_FIRST);
    store<u32>(TYPE_CAPACITY_ADDRESS, CAPACITY_FIRST);
    Type.at(TYPE_SET).flags = <u16>TYPE_WEAKREFABLE;
    return true;
  }

  /** Makes room for one more type. False when memory can't grow, or the ids are used up. */
  static reserve(): bool {
    const count = load<u32>(TYPE_COUNT_ADDRESS);
    const capacity = load<u32>(TYPE_CAPACITY_ADDRESS);
    if (count < capacity) return true;
    if (count >= <u32>TYPE_COUNT_MAX) return false;
    const table = KindBlock.resizeBuffer(
      load<usize>(TYPE_TABLE_ADDRESS),
      (<usize>capacity) << (TYPE_RECORD_SIZE_LOG2 + 1),
    );
    if (!table) return false;
    store<usize>(TYPE_TABLE_ADDRESS, table);
    store<u32>(TYPE_CAPACITY_ADDRESS, capacity << 1);
    return true;
  }
}

if (offsetof<Type>("size") != TYPE_SIZE) ERROR("object-layout.ts: TYPE_SIZE");
if (offsetof<Type>("runOffset") != TYPE_RUN_OFFSET) ERROR("object-layout.ts: TYPE_RUN_OFFSET");
if (offsetof<Type>("runCount") != TYPE_RUN_COUNT) ERROR("object-layout.ts: TYPE_RUN_COUNT");
if (offsetof<Type>("furtherRuns") != TYPE_FURTHER_RUNS) ERROR("object-layout.ts: TYPE_FURTHER_RUNS");
if (offsetof<Type>("scanCount") != TYPE_SCAN_COUNT) ERROR("object-layout.ts: TYPE_SCAN_COUNT");
if (offsetof<Type>("flags") != TYPE_FLAGS) ERROR("object-layout.ts: TYPE_FLAGS");
if (offsetof<Run>() != RUN_SIZE) ERROR("object-layout.ts: RUN_SIZE");
if (offsetof<Type>() != TYPE_RECORD_SIZE) ERROR("object-layout.ts: TYPE_RECORD_SIZE");

/** One run of references: an entry of a type's further runs. */
@unmanaged
export class Run {
  offset: u16;
  count: u16;

  @inline static at(address: usize): Run {
    return changetype<Run>(address);
  }

  /** Whether it is one, not the end of the runs, nor null. */
  @inline get isThere(): bool {
    return changetype<usize>(this) != 0 && this.count != 0;
  }

  @inline get next(): Run {
    return changetype<Run>(changetype<usize>(this) + RUN_SIZE);
  }
}

/**
 * Declares a struct type.
 *
 * @param size - bytes of an object, header included.
 * @param runs - address of `runCount` runs in ascending order, the base's among them; borrowed.
 * @returns the type's id; 0 when memory can't grow or the ids are used up.
 */
export function type_new(size: u32, runs: usize, runCount: u32, flags: u32): u32 {
  if (!Type.reserve()) return 0;
  let further: usize = 0;
  if (runCount > 1) {
    const bytes = (<usize>runCount - 1) * RUN_SIZE;
    further = KindBlock.takeBuffer(bytes + RUN_SIZE);
    if (!further) return 0;
    memory.copy(further, runs + RUN_SIZE, bytes);
    store<u32>(further + bytes, 0);
  }
  const id = load<u32>(TYPE_COUNT_ADDRESS);
  const type = Type.at(id);
  type.size = max<u32>(size, CONTAINER_SIZE_MIN);
  type.runOffset = runCount ? Run.at(runs).offset : 0;
  type.runCount = runCount ? Run.at(runs).count : 0;
  type.furtherRuns = further;
  // blocks are multiples of 8: a record that ends with an odd number of references has an empty slot left
  const hasEmptySlot =
    runCount == 1 && (type.runCount & 1) != 0 && size == <u32>type.runOffset + ((<u32>type.runCount) << 2);
  type.scanCount = <u16>(type.runCount + u16(hasEmptySlot));
  type.flags = <u16>(further ? flags | TYPE_HAS_FURTHER_RUNS : flags);
  store<u32>(TYPE_COUNT_ADDRESS, id + 1);
  return id;
}
