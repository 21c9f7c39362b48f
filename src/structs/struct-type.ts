// src/structs/struct-type.ts: a struct type at run time: its fields, what they accept, which records are its own.
// Not here: accessors (accessors.ts), declaring a type (struct.ts).

import { ALIGNMENT } from "../../assembly/layout.js";
import { CONTAINER_SIZE_MIN, OBJECT_TYPE } from "../../assembly/object-layout.js";
import { FieldTypeError, InvalidArgumentError, WrongTypeError } from "../errors.js";
import { Handle } from "../objects/handle.js";
import type { ObjectHeap } from "../objects/object-heap.js";
import type { Address } from "../views.js";
import type { Scalar } from "./field-types.js";
import { alignUp, type Layout } from "./struct-layout.js";

export class StructType {
  /** The core's. */
  id = 0;
  layout!: Layout;
  isWeakrefable = false;
  /** In the order of their declaration, the base's first. */
  readonly fields = new Map<string, Field>();
  /** Ids of this type and of those that have it as a base, at any remove. */
  readonly #ids = new Set<number>();

  constructor(
    readonly objects: ObjectHeap,
    readonly name: string,
    readonly base: StructType | undefined,
  ) {}

  /** Gives the type its id, which makes it one of its bases' too. */
  register(id: number): void {
    this.id = id;
    for (let type: StructType | undefined = this; type !== undefined; type = type.base) type.#ids.add(id);
  }

  /** Bytes that a record takes, header included. */
  get size(): number {
    return Math.max(alignUp(this.layout.end, ALIGNMENT), CONTAINER_SIZE_MIN);
  }

  /** Whether the object at `address`, which must be alive, is a record of this type. */
  owns(address: Address): boolean {
    const id = this.objects.fresh().u16[(address + OBJECT_TYPE) >>> 1]!;
    return id === this.id || this.#ids.has(id);
  }

  /** Whether every record of `other` is one of this type's. */
  includes(other: StructType): boolean {
    return this.#ids.has(other.id);
  }

  /** @throws {InvalidPointerError} unless a record of this type is at `address`, which may be any. */
  check(address: unknown, argument = "address"): asserts address is Address {
    if (typeof address !== "number" || address >>> 0 !== address) {
      throw new InvalidArgumentError(argument, address, `the address of a ${this.name}`);
    }
    const id = this.objects.core.type_of(address);
    if (this.#ids.has(id)) return;
    throw new WrongTypeError(address, `of type ${this.objects.typeName(id)}, not ${this.name}`);
  }

  /** The address of a record that is given by its address or a handle. @throws as check, and as borrow. */
  addressOf(record: unknown, argument: string): Address {
    const address = record instanceof Handle ? this.objects.borrow(record, argument) : record;
    this.check(address, argument);
    return address;
  }

  /** @throws {InvalidArgumentError} if there is no such field. */
  fieldNamed(name: unknown): Field {
    const field = this.fields.get(name as string);
    if (field !== undefined) return field;
    throw new InvalidArgumentError(
      "field",
      name,
      `a field of ${this.name}: ${[...this.fields.keys()].join(", ")}`,
    );
  }
}

/** One field of a struct type, at the same offset in those that have it from a base. */
export class Field {
  constructor(
    readonly owner: StructType,
    readonly name: string,
    readonly offset: number,
    /** Undefined: the field is a reference. */
    readonly scalar: Scalar | undefined,
    /** Type of the records that a reference may be to; undefined: any object. */
    readonly target: StructType | undefined,
  ) {}

  /** The error that `value` is none for this field. */
  refusal(value: unknown): FieldTypeError {
    const { name } = this.owner;
    const given =
      value instanceof Handle && !value.isReleased ? `a handle of type ${value.typeName}` : undefined;
    return new FieldTypeError(name, this.name, value, this.#expected(), given);
  }

  #expected(): string {
    if (this.scalar !== undefined) return this.scalar.expected;
    if (this.target !== undefined) return `null or an instance of ${this.target.name}`;
    return "null, a boolean, number, bigint, string, Uint8Array or handle";
  }

  /** The scalar of the record at `address`, as JavaScript has it. */
  read(scalar: Scalar, address: Address): number | bigint | boolean {
    const value = scalar.array(this.owner.objects.fresh())[(address + this.offset) >>> scalar.sizeLog2]!;
    return scalar.type === "bool" ? value !== 0 : value;
  }

  /** @param value - one that the field accepts. */
  write(scalar: Scalar, address: Address, value: unknown): void {
    const array = scalar.array(this.owner.objects.fresh());
    array[(address + this.offset) >>> scalar.sizeLog2] = (
      scalar.type === "bool" ? Number(value) : value
    ) as never;
  }

  /** The address that the record at `address` has in a reference field; 0: unset. */
  readReference(address: Address): Address {
    return this.owner.objects.fresh().u32[(address + this.offset) >>> 2]!;
  }

  /**
   * What a reference field is to hold for `value`, borrowed until unlend; 0 for null.
   *
   * @throws {FieldTypeError} if the field does not accept it.
   */
  lend(value: unknown): Address {
    if (value === null || value === undefined) return 0;
    const { objects } = this.owner;
    if (this.target === undefined) {
      try {
        return objects.lend(value, this.name);
      } catch (error) {
        throw error instanceof InvalidArgumentError ? this.refusal(value) : error;
      }
    }
    if (!(value instanceof Handle)) throw this.refusal(value);
    const address = objects.borrow(value, this.name);
    if (!this.target.owns(address)) throw this.refusal(value);
    return address;
  }

  unlend(value: unknown, address: Address): void {
    if (address !== 0) this.owner.objects.unlend(value, address);
  }

  /** As lend, but the caller owns the reference. */
  box(value: unknown): Address {
    const address = this.lend(value);
    if (value instanceof Handle) this.owner.objects.core.incref(address);
    return address;
  }

  /** Stores a reference, which is taken over, in a record that was just made. */
  writeNewReference(address: Address, reference: Address): void {
    this.owner.objects.fresh().u32[(address + this.offset) >>> 2] = reference;
  }

  /** As lend, for a value that is given as an address. @throws also {InvalidPointerError} if no object is there. */
  lendAddress(address: unknown): Address {
    if (address === 0) return 0;
    if (typeof address !== "number" || address >>> 0 !== address) throw this.refusal(address);
    this.owner.objects.core.type_of(address);
    if (this.target !== undefined && !this.target.owns(address)) {
      throw new WrongTypeError(
        address,
        `of another type than ${this.owner.name}.${this.name}, which takes ${this.#expected()}`,
      );
    }
    return address;
  }
}
