// src/views.ts: views of linear memory that survive its growth, which detaches every view made before.
// Not here: what lies where (heap-map.ts).

import { bufferBehind } from "./arguments.js";
import { InvalidArgumentError } from "./errors.js";

/** Byte offset in a heap's memory, from 0 to 2^32 - 1; 0 is no block. */
export type Address = number;

/** The typed arrays, by the name of their element. */
export interface ArrayTypes {
  i8: Int8Array;
  u8: Uint8Array;
  i16: Int16Array;
  u16: Uint16Array;
  i32: Int32Array;
  u32: Uint32Array;
  i64: BigInt64Array;
  u64: BigUint64Array;
  f32: Float32Array;
  f64: Float64Array;
}

/** Name of an element type. */
export type ElementType = keyof ArrayTypes;

interface ArrayConstructor<View> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset?: number, length?: number): View;
}

const CONSTRUCTORS: { readonly [Type in ElementType]: ArrayConstructor<ArrayTypes[Type]> } = {
  i8: Int8Array,
  u8: Uint8Array,
  i16: Int16Array,
  u16: Uint16Array,
  i32: Int32Array,
  u32: Uint32Array,
  i64: BigInt64Array,
  u64: BigUint64Array,
  f32: Float32Array,
  f64: Float64Array,
};

/** `count` elements of one type at a fixed address. Borrowed: it says nothing about the block being in use. */
export class MemoryView<Type extends ElementType> {
  #array: ArrayTypes[Type];
  readonly #memory: WebAssembly.Memory;

  /** @throws {InvalidArgumentError} if the range leaves memory, or the address is no multiple of the element. */
  constructor(
    memory: WebAssembly.Memory,
    readonly type: Type,
    readonly address: number,
    readonly count: number,
  ) {
    const size = typeof type === "string" ? CONSTRUCTORS[type]?.BYTES_PER_ELEMENT : undefined;
    if (size === undefined) {
      throw new InvalidArgumentError("type", type, `one of ${Object.keys(CONSTRUCTORS).join(", ")}`);
    }
    if (typeof address !== "number" || address % size !== 0)
      throw new InvalidArgumentError("address", address, `a multiple of ${size}`);
    if (!Number.isInteger(count)) throw new InvalidArgumentError("count", count, "an integer");
    checkRange(memory, address, count * size);
    this.#memory = memory;
    this.#array = this.#make();
  }

  /** The elements as they are now; good until memory grows, so ask again rather than keep it. */
  get array(): ArrayTypes[Type] {
    // a detached view has no length; an empty one has nothing to lose
    if (this.#array.length === 0) this.#array = this.#make();
    return this.#array;
  }

  #make(): ArrayTypes[Type] {
    return new CONSTRUCTORS[this.type](this.#memory.buffer, this.address, this.count);
  }
}

/** All of memory, as one array an element type: index = address / element size. */
export class WholeMemory {
  readonly #arrays: Partial<ArrayTypes> = {};

  constructor(readonly memory: WebAssembly.Memory) {}

  get i8(): Int8Array {
    return this.#of("i8");
  }
  get u8(): Uint8Array {
    return this.#of("u8");
  }
  get i16(): Int16Array {
    return this.#of("i16");
  }
  get u16(): Uint16Array {
    return this.#of("u16");
  }
  get i32(): Int32Array {
    return this.#of("i32");
  }
  get u32(): Uint32Array {
    return this.#of("u32");
  }
  get i64(): BigInt64Array {
    return this.#of("i64");
  }
  get u64(): BigUint64Array {
    return this.#of("u64");
  }
  get f32(): Float32Array {
    return this.#of("f32");
  }
  get f64(): Float64Array {
    return this.#of("f64");
  }

  #of<Type extends ElementType>(type: Type): ArrayTypes[Type] {
    const known = this.#arrays[type];
    if (known !== undefined && known.length !== 0) return known;
    const array: ArrayTypes[Type] = new CONSTRUCTORS[type](this.memory.buffer);
    this.#arrays[type] = array;
    return array;
  }
}

/**
 * All of memory, as plain fields: a read through a view that growth has detached gives undefined, and it is up to
 * the reader to refresh and read again. For those who read so often that WholeMemory's check would show.
 */
export class Views implements ArrayTypes {
  i8!: Int8Array;
  u8!: Uint8Array;
  i16!: Int16Array;
  u16!: Uint16Array;
  i32!: Int32Array;
  u32!: Uint32Array;
  i64!: BigInt64Array;
  u64!: BigUint64Array;
  f32!: Float32Array;
  f64!: Float64Array;

  constructor(buffer: ArrayBufferLike) {
    this.show(buffer);
  }

  /** Makes every view anew, over `buffer`. */
  show(buffer: ArrayBufferLike): void {
    this.i8 = new Int8Array(buffer);
    this.u8 = new Uint8Array(buffer);
    this.i16 = new Int16Array(buffer);
    this.u16 = new Uint16Array(buffer);
    this.i32 = new Int32Array(buffer);
    this.u32 = new Uint32Array(buffer);
    this.i64 = new BigInt64Array(buffer);
    this.u64 = new BigUint64Array(buffer);
    this.f32 = new Float32Array(buffer);
    this.f64 = new Float64Array(buffer);
  }
}

/** @throws {InvalidArgumentError} unless `length` bytes from `address` on lie in memory. */
export function checkRange(memory: WebAssembly.Memory, address: number, length: number): void {
  const size = memory.buffer.byteLength;
  if (!Number.isInteger(address) || address < 0 || address > size) {
    throw new InvalidArgumentError("address", address, `an address from 0 to ${size}, where memory ends`);
  }
  if (!Number.isInteger(length) || length < 0 || length > size - address) {
    throw new InvalidArgumentError("length", length, `from 0 to ${size - address} bytes, to stay in memory`);
  }
}

/** The bytes, where growth of the memory doesn't detach them: copied if they lie in it. */
export function outsideOf(memory: WebAssembly.Memory, bytes: Uint8Array): Uint8Array {
  return bufferBehind(bytes) === memory.buffer ? new Uint8Array(bytes) : bytes;
}
