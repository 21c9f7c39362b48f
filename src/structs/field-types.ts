// src/structs/field-types.ts: the types that a struct's field can have: as TypeScript infers them from a declaration, and the scalars as they lie in memory.
// Not here: where fields lie (struct-layout.ts), how they are read (struct-type.ts, accessors.ts).

import type { Value } from "../objects/object-heap.js";
import type { Address, ArrayTypes, ElementType } from "../views.js";
import type { StructHandle } from "./struct-handle.js";

/** What a scalar field holds, by the name of its type. */
export interface ScalarValues {
  i8: number;
  u8: number;
  i16: number;
  u16: number;
  i32: number;
  u32: number;
  i64: bigint;
  u64: bigint;
  f32: number;
  f64: number;
  bool: boolean;
}

export type ScalarType = keyof ScalarValues;

/** A struct class as the type of a field: that field holds one of its instances, or null. */
export interface FieldClass<Instance extends StructHandle = StructHandle> {
  readonly structName: string;
  readonly typeId: number;
  new (init?: never): Instance;
}

/** "ref": any value; "self": an instance of the struct that is being declared, or null. */
export type FieldType = ScalarType | "ref" | "self" | FieldClass;

/** A struct's declaration. */
export type FieldTypes = Readonly<Record<string, FieldType>>;

export type FieldValue<Type, Self> = Type extends ScalarType
  ? ScalarValues[Type]
  : Type extends "ref"
    ? Value
    : Type extends "self"
      ? Self | null
      : Type extends FieldClass<infer Instance>
        ? Instance | null
        : never;

/** A handle of a struct with these fields besides those of its base. */
export type StructInstance<Fields extends FieldTypes, Base extends StructHandle = StructHandle> = Base & {
  -readonly [Name in keyof Fields]: FieldValue<Fields[Name], StructInstance<Fields, Base>>;
};

/** First values of fields; those left out are 0, false or unset. */
export type StructInit<Fields extends FieldTypes, Instance> = {
  [Name in keyof Fields]?: (Name extends keyof Instance ? Instance[Name] : never) | undefined;
};

/** Names of the fields that hold references. */
export type ReferenceName<Fields extends FieldTypes> = {
  [Name in keyof Fields]: Fields[Name] extends ScalarType ? never : Name;
}[keyof Fields] &
  string;

/** What a field holds where no handles are made: the address in place of a reference, 0 if it is unset. */
export type RawFieldValue<Type> = Type extends ScalarType ? ScalarValues[Type] : Address;

/** A scalar type at run time. */
export interface Scalar {
  readonly type: ScalarType;
  /** The views whose elements it is made of. */
  readonly view: ElementType;
  readonly array: (views: ArrayTypes) => ArrayTypes[ElementType];
  readonly sizeLog2: number;
  readonly accepts: (value: unknown) => boolean;
  /** What it accepts, in words. */
  readonly expected: string;
}

// Each function is written out: engines specialize a function for what goes through it, and one shared by all the
// types would be specialized for none.
const SCALAR_LIST: readonly Scalar[] = [
  {
    type: "i8",
    view: "i8",
    array: (views) => views.i8,
    sizeLog2: 0,
    accepts: (value) => typeof value === "number" && (value << 24) >> 24 === value,
    expected: signed(8),
  },
  {
    type: "u8",
    view: "u8",
    array: (views) => views.u8,
    sizeLog2: 0,
    accepts: (value) => typeof value === "number" && (value & 0xff) === value,
    expected: unsigned(8),
  },
  {
    type: "i16",
    view: "i16",
    array: (views) => views.i16,
    sizeLog2: 1,
    accepts: (value) => typeof value === "number" && (value << 16) >> 16 === value,
    expected: signed(16),
  },
  {
    type: "u16",
    view: "u16",
    array: (views) => views.u16,
    sizeLog2: 1,
    accepts: (value) => typeof value === "number" && (value & 0xffff) === value,
    expected: unsigned(16),
  },
  {
    type: "i32",
    view: "i32",
    array: (views) => views.i32,
    sizeLog2: 2,
    accepts: (value) => typeof value === "number" && (value | 0) === value,
    expected: signed(32),
  },
  {
    type: "u32",
    view: "u32",
    array: (views) => views.u32,
    sizeLog2: 2,
    accepts: (value) => typeof value === "number" && value >>> 0 === value,
    expected: unsigned(32),
  },
  {
    type: "i64",
    view: "i64",
    array: (views) => views.i64,
    sizeLog2: 3,
    accepts: (value) => typeof value === "bigint" && BigInt.asIntN(64, value) === value,
    expected: `${signed(64)}, as a bigint`,
  },
  {
    type: "u64",
    view: "u64",
    array: (views) => views.u64,
    sizeLog2: 3,
    accepts: (value) => typeof value === "bigint" && BigInt.asUintN(64, value) === value,
    expected: `${unsigned(64)}, as a bigint`,
  },
  {
    type: "f32",
    view: "f32",
    array: (views) => views.f32,
    sizeLog2: 2,
    // it may be rounded, but not to an infinity
    accepts: (value) =>
      typeof value === "number" && Number.isFinite(Math.fround(value)) === Number.isFinite(value),
    expected: "a number that 32 bits have room for",
  },
  {
    type: "f64",
    view: "f64",
    array: (views) => views.f64,
    sizeLog2: 3,
    accepts: (value) => typeof value === "number",
    expected: "a number",
  },
  {
    type: "bool",
    view: "u8",
    array: (views) => views.u8,
    sizeLog2: 0,
    accepts: (value) => typeof value === "boolean",
    expected: "a boolean",
  },
];

function signed(bits: number): string {
  const end = 2n ** BigInt(bits - 1);
  return `an integer from ${-end} to ${end - 1n}`;
}

function unsigned(bits: number): string {
  return `an integer from 0 to ${2n ** BigInt(bits) - 1n}`;
}

const SCALARS: ReadonlyMap<unknown, Scalar> = new Map(SCALAR_LIST.map((scalar) => [scalar.type, scalar]));

/** The scalar type of that name, if it is one. */
export function scalarOf(type: unknown): Scalar | undefined {
  return SCALARS.get(type);
}
