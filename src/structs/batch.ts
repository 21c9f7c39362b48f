// src/structs/batch.ts: many records of one struct type, made by one call and given up by one call.
// Not here: their fields (column.ts).

import { REFERENCE_SIZE } from "../../assembly/object-layout.js";
import { DisposedError, IndexError, InvalidArgumentError } from "../errors.js";
import type { Address } from "../views.js";
import { Column, ReferenceColumn } from "./column.js";
import type { FieldTypes, ScalarType } from "./field-types.js";
import type { StructHandle } from "./struct-handle.js";
import type { StructType } from "./struct-type.js";

const COUNT_MAX = 2 ** 32 / REFERENCE_SIZE - 1;

/** The column of a field of this type. */
export type ColumnOf<Type> = Type extends ScalarType ? Column<Type> : ReferenceColumn;

/** What is left to do when nobody has disposed of a batch. */
interface Remains {
  readonly type: StructType;
  readonly block: Address;
  readonly count: number;
}

const dropped = new FinalizationRegistry<Remains>((remains) => {
  const { objects } = remains.type;
  if (objects.isClosed) return;
  objects.leaks.count += 1;
  release(remains);
});

/**
 * Owns one reference to each of its records, until it is disposed of; no frame does that. Counted as one leak if
 * JavaScript drops it.
 */
export class Batch<Fields extends FieldTypes = FieldTypes, Instance extends StructHandle = StructHandle> {
  readonly length: number;
  readonly #type: StructType;
  readonly #columns = new Map<string, Column | ReferenceColumn>();
  /** Undefined once the batch is disposed of. */
  #remains: Remains | undefined;

  /**
   * @internal
   * @throws {MemoryError} if there is no room for all; none is made then.
   */
  constructor(type: StructType, count: number) {
    if (!Number.isInteger(count) || count < 0 || count > COUNT_MAX) {
      throw new InvalidArgumentError("count", count, `an integer from 0 to ${COUNT_MAX}`);
    }
    const { objects } = type;
    const { core } = objects;
    objects.collectIfDue();
    const block = core.malloc(count * REFERENCE_SIZE) >>> 0;
    if (block === 0) throw objects.outOfMemory(count * REFERENCE_SIZE);
    if (core.struct_new_many(type.id, count, block) === 0) {
      core.free(block);
      throw objects.outOfMemory(count * type.size);
    }
    this.#type = type;
    this.length = count;
    this.#remains = { type, block, count };
    dropped.register(this, this.#remains, this);
  }

  /** Addresses of the records, borrowed: a view of memory, good until memory grows, so ask again rather than keep it. */
  get addresses(): Uint32Array {
    const { block, count } = this.#alive();
    const first = block / REFERENCE_SIZE;
    return this.#type.objects.fresh().u32.subarray(first, first + count);
  }

  /** A new handle of record `i`; negative `i` from the end. @throws {IndexError} if there is none. */
  at(i: number): Instance {
    const { addresses } = this;
    const address = typeof i === "number" ? (addresses[i] ?? addresses[i + this.length]) : undefined;
    if (address === undefined) throw new IndexError(i, this.length, "batch");
    return this.#type.objects.handleOf(address) as Instance;
  }

  /** One field of all records. @throws {InvalidArgumentError} if there is no such field. */
  column<Name extends keyof Fields & string>(name: Name): ColumnOf<Fields[Name]> {
    this.#alive();
    let column = this.#columns.get(name);
    if (column === undefined) {
      const field = this.#type.fieldNamed(name);
      const Class = field.scalar === undefined ? ReferenceColumn : Column;
      column = new Class(field, this.addresses, this);
      this.#columns.set(name, column);
    }
    return column as ColumnOf<Fields[Name]>;
  }

  /** Gives the references up; records that nothing else refers to die, the first first. Once more: nothing. */
  dispose(): void {
    const remains = this.#remains;
    if (remains === undefined) return;
    this.#remains = undefined;
    dropped.unregister(this);
    for (const column of this.#columns.values()) column.dispose();
    if (!this.#type.objects.isClosed) release(remains);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #alive(): Remains {
    if (this.#remains === undefined) throw new DisposedError("batch");
    return this.#remains;
  }
}

function release({ type, block, count }: Remains): void {
  const { core, heap } = type.objects;
  core.release_many(block, count);
  heap.free(block); // a finalizer may have closed the heap, and with it the core's calls
}
