// src/structs/column.ts: one field of all records of a batch, read and written without a JavaScript object a record.
// Not here: the records (batch.ts).

import { REFERENCE_SIZE, REFERENCE_SIZE_LOG2 } from "../../assembly/object-layout.js";
import { DisposedError, IndexError } from "../errors.js";
import { Handle } from "../objects/handle.js";
import type { Address, ArrayTypes, Views } from "../views.js";
import type { Scalar, ScalarType, ScalarValues } from "./field-types.js";
import type { Field } from "./struct-type.js";

/** The typed array that a scalar type's values are in; a bool is 0 or 1 there. */
export type ColumnArray<Type extends ScalarType> = ArrayTypes[Type extends keyof ArrayTypes ? Type : "u8"];

/** What columns of scalars and of references have in common. */
abstract class AnyColumn {
  /** Per record, the index of its element in `array`. To be read only. Empty once the batch is disposed of. */
  indices: Uint32Array;
  #isDisposed = false;

  /**
   * @internal
   * @param addresses - of the records.
   * @param batch - owns them, and so must live as long as its columns.
   */
  constructor(
    protected readonly field: Field,
    addresses: Uint32Array,
    protected readonly batch: object,
  ) {
    const { offset, scalar } = field;
    const sizeLog2 = scalar === undefined ? REFERENCE_SIZE_LOG2 : scalar.sizeLog2;
    this.indices = addresses.map((address) => (address + offset) >>> sizeLog2);
  }

  /** Number of records. */
  get length(): number {
    return this.indices.length;
  }

  /** @internal Its records are no longer the batch's. */
  dispose(): void {
    this.#isDisposed = true;
    this.indices = new Uint32Array();
  }

  /** @internal The index of record `i`'s element; negative `i` from the end. @throws {IndexError} {DisposedError} */
  protected indexOf(i: number): number {
    if (typeof i === "number") {
      // the name of a property of the array would give a place that is no record's
      const index = this.indices[i] ?? this.indices[i + this.length];
      if (index !== undefined) return index;
    }
    throw this.#isDisposed ? new DisposedError("batch") : new IndexError(i, this.length, "column");
  }
}

/** A column of scalars. The fastest loop has `array` and `indices` taken out of it: `array[indices[i]]`. */
export class Column<Type extends ScalarType = ScalarType> extends AnyColumn {
  readonly #views: Views;
  readonly #scalar: Scalar;

  /** @internal */
  constructor(field: Field, addresses: Uint32Array, batch: object) {
    super(field, addresses, batch);
    this.#views = field.owner.objects.views;
    this.#scalar = field.scalar!;
  }

  /** All of memory, as elements of the field's type; good until memory grows, so ask again rather than keep it. */
  get array(): ColumnArray<Type> {
    return this.#scalar.array(this.field.owner.objects.fresh()) as ColumnArray<Type>;
  }

  /** Record `i`'s value; negative `i` from the end. @throws {IndexError} if there is no such record. */
  get(i: number): ScalarValues[Type] {
    const scalar = this.#scalar;
    const index = typeof i === "number" ? this.indices[i]! : this.indexOf(i);
    // undefined: no such index, or a view that is detached
    const value = scalar.array(this.#views)[index] ?? this.array[this.indexOf(i)]!;
    return (scalar.type === "bool" ? value !== 0 : value) as ScalarValues[Type];
  }

  /** @throws {IndexError} if there is no such record. {FieldTypeError} if the field can't hold the value. */
  set(i: number, value: ScalarValues[Type]): void {
    const element = this.#toElement(value);
    this.array[this.indexOf(i)] = element;
  }

  /** Sets the field of every record. @throws {FieldTypeError} if it can't hold the value. */
  fill(value: ScalarValues[Type]): void {
    const element = this.#toElement(value);
    const { array, indices } = this;
    for (let i = 0; i < indices.length; i += 1) array[indices[i]!] = element;
  }

  /** A copy of the values, in the order of the records. */
  toArray(): ScalarValues[Type][] {
    return Array.from({ length: this.length }, (_, i) => this.get(i));
  }

  #toElement(value: unknown): never {
    if (!this.#scalar.accepts(value)) throw this.field.refusal(value);
    return (this.#scalar.type === "bool" ? Number(value) : value) as never;
  }
}

/** A column of references, as addresses. */
export class ReferenceColumn extends AnyColumn {
  /** All of memory, as addresses. To be read only: what is written here is not counted. */
  get array(): { readonly [index: number]: Address; readonly length: number } {
    return this.field.owner.objects.fresh().u32;
  }

  /** The address of the object that record `i` refers to, borrowed; 0 if the field is unset. */
  get(i: number): Address {
    return this.array[this.indexOf(i)]!;
  }

  /** @param value - an address, 0 or null for unset, or a handle. @throws as Column.set; {InvalidPointerError} if no object is at the address. */
  set(i: number, value: Address | Handle | null): void {
    const { field } = this;
    const record = this.indexOf(i) * REFERENCE_SIZE - field.offset;
    const { core } = field.owner.objects;
    core.struct_set(record, field.offset, lendTo(field, value));
  }

  /** As set, for every record. */
  fill(value: Address | Handle | null): void {
    const { field } = this;
    const { core } = field.owner.objects;
    const reference = lendTo(field, value);
    if (reference !== 0) core.incref(reference);
    // what is replaced may die, and its finalizer dispose of the batch or of the value
    for (let i = 0; i < this.length; i += 1) {
      core.struct_set(this.indices[i]! * REFERENCE_SIZE - field.offset, field.offset, reference);
    }
    if (reference !== 0) core.decref(reference);
  }

  /** A copy of the addresses, in the order of the records. */
  toArray(): Address[] {
    return Array.from({ length: this.length }, (_, i) => this.get(i));
  }
}

/** Only values that need no unlend. */
function lendTo(field: Field, value: unknown): Address {
  return value === null || value instanceof Handle ? field.lend(value) : field.lendAddress(value);
}
