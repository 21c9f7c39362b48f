// assembly/kinds/atomic.ts: the kinds that hold no references: int, float, str, bytes, bytearray, host values; None, True and False with them.
// Not here: comparing and hashing them (hash.ts).

import { KindBlock } from "../kind-block";
import { STATICS_ADDRESS } from "../layout";
import { blockSize, ObjectHeader } from "../object";
import {
  BYTEARRAY_BUFFER,
  BYTEARRAY_LENGTH,
  BYTEARRAY_SIZE,
  BYTES_CONTENT,
  FLAG_BIG,
  FLAG_INTERNED,
  FLAG_SLACK_MASK,
  FLAG_SLACK_SHIFT,
  FLAG_WIDTH_MASK,
  FLAG_WIDTH_SHIFT,
  FLOAT_VALUE,
  HOST_INDEX,
  INT_WORDS,
  REFCOUNT_IMMORTAL,
  SMALL_INT_COUNT,
  SMALL_INT_NEGATIVE_COUNT,
  STATIC_EMPTY_BYTES,
  STATIC_EMPTY_STR,
  STATIC_EMPTY_TUPLE,
  STATIC_FALSE,
  STATIC_NONE,
  STATIC_SMALL_INTS,
  STATIC_STRIDE,
  STATIC_TRUE,
  STATICS_SIZE,
  STR_CHARACTERS,
  STR_HASH,
  TUPLE_LENGTH,
  TYPE_BOOL,
  TYPE_BYTEARRAY,
  TYPE_BYTES,
  TYPE_FLOAT,
  TYPE_HOST,
  TYPE_INT,
  TYPE_NONE,
  TYPE_STR,
  TYPE_TUPLE,
} from "../object-layout";
import { internedTable } from "../object-table";
import { Reference } from "../refcount";
import { equals, hashOf } from "./hash";

/** Makes the immortal objects. False when memory can't grow. */
export function prepareStatics(): bool {
  if (load<usize>(STATICS_ADDRESS)) return true;
  const statics = KindBlock.takeBuffer(STATICS_SIZE);
  if (!statics) return false;
  memory.fill(statics, 0, STATICS_SIZE);
  immortal(statics + STATIC_NONE, TYPE_NONE, 0);
  immortal(statics + STATIC_FALSE, TYPE_BOOL, 0);
  immortal(statics + STATIC_TRUE, TYPE_BOOL, 0);
  immortal(statics + STATIC_EMPTY_BYTES, TYPE_BYTES, slackFlags(STATIC_STRIDE - BYTES_CONTENT));
  immortal(statics + STATIC_EMPTY_STR, TYPE_STR, slackFlags(STATIC_STRIDE - STR_CHARACTERS));
  immortal(statics + STATIC_EMPTY_TUPLE, TYPE_TUPLE, 0);
  for (let i: i32 = 0; i < SMALL_INT_COUNT; i++) {
    const o = statics + STATIC_SMALL_INTS + i * STATIC_STRIDE;
    immortal(o, TYPE_INT, 0);
    store<i64>(o, i - SMALL_INT_NEGATIVE_COUNT, INT_WORDS);
  }
  store<usize>(STATICS_ADDRESS, statics);
  return true;
}

function immortal(o: usize, type: u32, flags: u32): void {
  ObjectHeader.write(o, type, flags);
  ObjectHeader.at(o).refcount = REFCOUNT_IMMORTAL;
}

function slackFlags(slack: u32): u32 {
  return slack << FLAG_SLACK_SHIFT;
}

function slackOf(o: usize): u32 {
  return (ObjectHeader.at(o).flags & FLAG_SLACK_MASK) >> FLAG_SLACK_SHIFT;
}

/** Address of the immortal object at an offset STATIC_. */
export function staticAt(offset: usize): usize {
  return load<usize>(STATICS_ADDRESS) + offset;
}

/** A new reference to an int. */
export function int_from_i32(value: i32): usize {
  const index = <u32>(value + SMALL_INT_NEGATIVE_COUNT);
  if (index < <u32>SMALL_INT_COUNT) return staticAt(STATIC_SMALL_INTS + index * STATIC_STRIDE);
  return newWord(value);
}

/** A new reference to an int, from the halves of its two's complement. */
export function int_new(low: u32, high: i32): usize {
  const value = ((<i64>high) << 32) | low;
  return value == <i64>(<i32>low) ? int_from_i32(<i32>low) : newWord(value);
}

function newWord(value: i64): usize {
  const o = ObjectHeader.newAtomic(TYPE_INT, INT_WORDS + 8);
  if (o) store<i64>(o, value, INT_WORDS);
  return o;
}

/** A new int of at least `words` words, 2 at least, for the caller to write; all int_words of them count. */
export function int_alloc(words: u32): usize {
  return ObjectHeader.newAtomic(TYPE_INT, <usize>INT_WORDS + ((<usize>words) << 3), FLAG_BIG);
}

/** 64-bit words of an int's two's complement. */
export function int_words(o: usize): u32 {
  return ObjectHeader.at(o).flags & FLAG_BIG ? (blockSize(o) - INT_WORDS) >> 3 : 1;
}

/** A new reference to a float. */
export function float_new(value: f64): usize {
  const o = ObjectHeader.newAtomic(TYPE_FLOAT, FLOAT_VALUE + 8);
  if (o) store<f64>(o, value, FLOAT_VALUE);
  return o;
}

/** A new str of `length` characters of 1 << widthLog2 bytes, for the caller to write; the narrowest that hold them all. */
export function str_alloc(length: u32, widthLog2: u32): usize {
  if (!length) return staticAt(STATIC_EMPTY_STR);
  const bytes = (<u64>length) << widthLog2;
  if (bytes > <u64>0xffff0000) return 0;
  const o = ObjectHeader.newAtomic(TYPE_STR, <usize>STR_CHARACTERS + <usize>bytes);
  if (!o) return 0;
  const slack = blockSize(o) - STR_CHARACTERS - <u32>bytes;
  ObjectHeader.at(o).flags |= <u16>(slackFlags(slack) | (widthLog2 << FLAG_WIDTH_SHIFT));
  store<u32>(o, 0, STR_HASH);
  return o;
}

/** log2 of the bytes a character of the str takes. */
export function strWidthLog2(o: usize): u32 {
  return (ObjectHeader.at(o).flags & FLAG_WIDTH_MASK) >> FLAG_WIDTH_SHIFT;
}

/** Characters of a str. */
export function str_length(o: usize): u32 {
  return (blockSize(o) - STR_CHARACTERS - slackOf(o)) >> strWidthLog2(o);
}

/** A new reference to the interned str of this content: the first one that was asked for. 0 when memory can't grow. */
export function str_intern(o: usize): usize {
  const header = ObjectHeader.at(o);
  if (header.flags & FLAG_INTERNED) return Reference.take(o);
  const hash = hashOf(o);
  for (let slot = internedTable.find(hash); slot; slot = internedTable.find(hash, slot)) {
    if (equals(load<usize>(slot), o)) return Reference.take(load<usize>(slot));
  }
  if (!internedTable.reserve()) return 0;
  internedTable.add(o);
  header.flags |= <u16>FLAG_INTERNED;
  return Reference.take(o);
}

/** A new bytes of `length`, for the caller to write. */
export function bytes_alloc(length: u32): usize {
  if (!length) return staticAt(STATIC_EMPTY_BYTES);
  if (length > <u32>0xffff0000) return 0;
  const o = ObjectHeader.newAtomic(TYPE_BYTES, BYTES_CONTENT + length);
  if (o) ObjectHeader.at(o).flags |= <u16>slackFlags(blockSize(o) - BYTES_CONTENT - length);
  return o;
}

/** Bytes of a bytes. */
export function bytes_length(o: usize): u32 {
  return blockSize(o) - BYTES_CONTENT - slackOf(o);
}

/** A new bytearray of `length` zeros. */
export function bytearray_new(length: u32): usize {
  let buffer: usize = 0;
  if (length) {
    buffer = KindBlock.takePart(length);
    if (!buffer) return 0;
    memory.fill(buffer, 0, length);
  }
  const o = ObjectHeader.newAtomic(TYPE_BYTEARRAY, BYTEARRAY_SIZE);
  if (!o) {
    if (buffer) KindBlock.givePart(buffer);
    return 0;
  }
  store<usize>(o, buffer, BYTEARRAY_BUFFER);
  store<u32>(o, length, BYTEARRAY_LENGTH);
  return o;
}

/**
 * Gives a bytearray another length; new bytes are zero. 0 when memory can't grow, 1 otherwise.
 * Source of the room on top: CPython Objects/bytearrayobject.c, PyByteArray_Resize.
 */
export function bytearray_resize(o: usize, length: u32): i32 {
  const buffer = load<usize>(o, BYTEARRAY_BUFFER);
  const old = load<u32>(o, BYTEARRAY_LENGTH);
  const capacity = buffer ? KindBlock.usableSize(buffer) : 0;
  if (!length) {
    if (buffer) KindBlock.givePart(buffer);
    store<usize>(o, 0, BYTEARRAY_BUFFER);
  } else if (length > capacity || length < capacity >> 1) {
    const isModest = length > capacity && old && length <= capacity + (capacity >> 3);
    const size = isModest ? <u64>length + (length >> 3) + (length < 9 ? 3 : 6) : <u64>length;
    const moved = size < <u64>u32.MAX_VALUE ? KindBlock.resizePart(buffer, <usize>size) : 0;
    if (moved) store<usize>(o, moved, BYTEARRAY_BUFFER);
    else if (length > capacity) return 0;
  }
  if (length > old) memory.fill(load<usize>(o, BYTEARRAY_BUFFER) + old, 0, length - old);
  store<u32>(o, length, BYTEARRAY_LENGTH);
  return 1;
}

/** A new object that stands for the host's value number `index`. */
export function host_new(index: u32): usize {
  const o = ObjectHeader.newAtomic(TYPE_HOST, OBJECT_SIZE_HOST);
  if (o) store<u32>(o, index, HOST_INDEX);
  return o;
}

const OBJECT_SIZE_HOST: usize = HOST_INDEX + 4;
if (TUPLE_LENGTH + 4 > STATIC_STRIDE) ERROR("object-layout.ts: STATIC_STRIDE");
