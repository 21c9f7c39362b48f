// assembly/kinds/hash.ts: which objects are equal as keys, and a hash that equal ones share.
// Numbers are equal across int, float and bool; str, bytes and tuple by content; structs, host values and weakrefs by identity, a weakref by
// its referent's while that lives. Lists, dicts, sets and bytearrays are no keys.
// Source: CPython Python/pyhash.c: numbers are hashed modulo a Mersenne prime, so that 2**100 and 2.0**100 agree.

import { fail } from "../host";
import { FAULT_DEAD_REFERENT, FAULT_NESTING, FAULT_UNHASHABLE, STATICS_ADDRESS } from "../layout";
import { blockSize, ObjectHeader } from "../object";
import {
  BYTES_CONTENT,
  FLAG_BIG,
  FLAG_HASHED,
  FLAG_SLACK_MASK,
  FLAG_SLACK_SHIFT,
  FLAG_WIDTH_MASK,
  FLOAT_VALUE,
  HOST_INDEX,
  INT_WORDS,
  STATIC_TRUE,
  STR_CHARACTERS,
  STR_HASH,
  TUPLE_ITEMS,
  TUPLE_LENGTH,
  TYPE_BOOL,
  TYPE_BYTES,
  TYPE_FLOAT,
  TYPE_HOST,
  TYPE_INT,
  TYPE_NONE,
  TYPE_STR,
  TYPE_STRUCT_FIRST,
  TYPE_TUPLE,
  TYPE_WEAKREF,
} from "../object-layout";
import { Weakref } from "../weakref-list";

/** 2^31 - 1: shifting by 31 bits multiplies by 1. */
const PRIME: u64 = 0x7fffffff;
/** Tuples in tuples: each level takes a part of the host's stack. */
const NESTING_MAX: i32 = 1000;
/** 2^63: from here on an int takes more than one word. */
const WORD_LIMIT: f64 = 9.223372036854776e18;
/** Odd and without pattern: the fractional part of the golden ratio, and primes of MurmurHash3 (Appleby, public domain). */
const MIX_1: u32 = 0x9e3779b1;
const MIX_2: u32 = 0x85ebca6b;
const MIX_3: u32 = 0xc2b2ae35;

/** Hash of an object; a fault, and 0, if it is no key. */
export function hashOf(o: usize): u32 {
  return hashAt(o, 0);
}

function hashAt(o: usize, depth: i32): u32 {
  const type = <u32>ObjectHeader.at(o).type;
  if (type == TYPE_STR) return hashStr(o);
  if (type == TYPE_INT)
    return ObjectHeader.at(o).flags & FLAG_BIG ? hashBig(o) : hashWord(load<i64>(o, INT_WORDS));
  if (type == TYPE_BOOL) return <u32>isTrue(o);
  if (type == TYPE_FLOAT) return hashFloat(load<f64>(o, FLOAT_VALUE));
  if (type == TYPE_TUPLE) return hashTuple(o, depth);
  if (type >= <u32>TYPE_STRUCT_FIRST || type == TYPE_NONE) return mix(<u32>o);
  if (type == TYPE_BYTES) return hashBytes(o + BYTES_CONTENT, blockSize(o) - BYTES_CONTENT - slackOf(o));
  if (type == TYPE_HOST) return mix(load<u32>(o, HOST_INDEX));
  if (type == TYPE_WEAKREF) return hashWeakref(o);
  fail(FAULT_UNHASHABLE, o);
  return 0;
}

function slackOf(o: usize): u32 {
  return (ObjectHeader.at(o).flags & FLAG_SLACK_MASK) >> FLAG_SLACK_SHIFT;
}

function isTrue(o: usize): bool {
  return o == load<usize>(STATICS_ADDRESS) + STATIC_TRUE;
}

function mix(value: u32): u32 {
  let hash = value;
  hash = (hash ^ (hash >>> 16)) * MIX_2;
  hash = (hash ^ (hash >>> 13)) * MIX_3;
  return hash ^ (hash >>> 16);
}

function hashStr(o: usize): u32 {
  const known = load<u32>(o, STR_HASH);
  if (known) return known;
  let hash = hashBytes(o + STR_CHARACTERS, blockSize(o) - STR_CHARACTERS - slackOf(o));
  if (!hash) hash = 1; // 0 means not known
  store<u32>(o, hash, STR_HASH);
  return hash;
}

function hashBytes(content: usize, length: u32): u32 {
  let hash = length * MIX_1;
  let at = content;
  const end = content + length;
  for (; at + 4 <= end; at += 4) hash = rotl<u32>(hash ^ (load<u32>(at) * MIX_3), 15) * MIX_2;
  for (; at < end; at++) hash = rotl<u32>(hash ^ (<u32>load<u8>(at) * MIX_3), 11) * MIX_1;
  return mix(hash);
}

/** Residue modulo PRIME, from 0 up. */
function hashWord(value: i64): u32 {
  if (<u64>value < PRIME) return <u32>value;
  const residue = value % <i64>PRIME;
  return <u32>(residue < 0 ? residue + PRIME : residue);
}

function hashBig(o: usize): u32 {
  const last = o + (blockSize(o) - 8);
  let residue = <u64>hashWord(load<i64>(last));
  for (let word = last - 8; word >= o + INT_WORDS; word -= 8) {
    // 2^64 is 4 modulo 2^31 - 1
    residue = ((residue << 2) + (load<u64>(word) % PRIME)) % PRIME;
  }
  return <u32>residue;
}

function hashFloat(value: f64): u32 {
  if (value == floor(value)) {
    if (value >= -WORD_LIMIT && value < WORD_LIMIT) return hashWord(<i64>value);
    if (abs(value) != Infinity) {
      const bits = reinterpret<u64>(value);
      const mantissa = (bits & 0xfffffffffffff) | 0x10000000000000;
      const shift = (<u32>((bits >> 52) & 0x7ff) - 1075) % 31;
      const residue = ((mantissa % PRIME) << shift) % PRIME;
      return <u32>(value < 0 && residue ? PRIME - residue : residue);
    }
  }
  const bits = reinterpret<u64>(value);
  return mix(<u32>bits ^ (<u32>(bits >> 32) * MIX_1));
}

function hashTuple(o: usize, depth: i32): u32 {
  if (depth > NESTING_MAX) {
    fail(FAULT_NESTING, o);
    return 0;
  }
  const length = load<u32>(o, TUPLE_LENGTH);
  let hash = length + MIX_1;
  for (let i: u32 = 0; i < length; i++) {
    hash =
      rotl<u32>(hash ^ (hashAt(load<usize>(o + ((<usize>i) << 2), TUPLE_ITEMS), depth + 1) * MIX_3), 13) *
      MIX_2;
  }
  return mix(hash);
}

function hashWeakref(o: usize): u32 {
  const weakref = Weakref.at(o);
  if (!(weakref.flags & FLAG_HASHED)) {
    if (!weakref.referent) {
      fail(FAULT_DEAD_REFERENT, o);
      return 0;
    }
    weakref.hash = hashOf(weakref.referent);
    weakref.flags |= <u16>FLAG_HASHED;
  }
  return weakref.hash;
}

/** Whether two objects are the same key. */
export function equals(a: usize, b: usize): bool {
  return a == b || equalsAt(a, b, 0);
}

function equalsAt(a: usize, b: usize, depth: i32): bool {
  const typeA = <u32>ObjectHeader.at(a).type;
  const typeB = <u32>ObjectHeader.at(b).type;
  if (typeA == typeB) {
    if (typeA == TYPE_STR) return equalContents(a, b, STR_CHARACTERS, FLAG_WIDTH_MASK | FLAG_SLACK_MASK);
    if (typeA == TYPE_INT) return equalInts(a, b);
    if (typeA == TYPE_BYTES) return equalContents(a, b, BYTES_CONTENT, FLAG_SLACK_MASK);
    if (typeA == TYPE_FLOAT) return load<f64>(a, FLOAT_VALUE) == load<f64>(b, FLOAT_VALUE);
    if (typeA == TYPE_TUPLE) return equalTuples(a, b, depth);
    if (typeA == TYPE_HOST) return load<u32>(a, HOST_INDEX) == load<u32>(b, HOST_INDEX);
    if (typeA == TYPE_WEAKREF) {
      const referentA = Weakref.at(a).referent;
      const referentB = Weakref.at(b).referent;
      return referentA != 0 && referentB != 0 && equals(referentA, referentB);
    }
    return false;
  }
  if (!isNumber(typeA) || !isNumber(typeB)) return false;
  if (typeA == TYPE_FLOAT) return equalsFloat(b, load<f64>(a, FLOAT_VALUE));
  if (typeB == TYPE_FLOAT) return equalsFloat(a, load<f64>(b, FLOAT_VALUE));
  return isWord(a) && isWord(b) && wordOf(a) == wordOf(b);
}

function isNumber(type: u32): bool {
  return type == TYPE_INT || type == TYPE_FLOAT || type == TYPE_BOOL;
}

function isWord(o: usize): bool {
  return !(ObjectHeader.at(o).flags & FLAG_BIG);
}

/** Value of a bool, or of an int of one word. */
function wordOf(o: usize): i64 {
  return <u32>ObjectHeader.at(o).type == TYPE_BOOL ? <i64>isTrue(o) : load<i64>(o, INT_WORDS);
}

function equalContents(a: usize, b: usize, offset: u32, flags: u32): bool {
  if (((ObjectHeader.at(a).flags ^ ObjectHeader.at(b).flags) & flags) != 0) return false;
  const size = blockSize(a);
  if (blockSize(b) != size) return false;
  return !memory.compare(a + offset, b + offset, size - offset - slackOf(a));
}

function equalInts(a: usize, b: usize): bool {
  if (isWord(a) || isWord(b))
    return isWord(a) && isWord(b) && load<i64>(a, INT_WORDS) == load<i64>(b, INT_WORDS);
  const size = blockSize(a);
  return blockSize(b) == size && !memory.compare(a + INT_WORDS, b + INT_WORDS, size - INT_WORDS);
}

/** Whether an int or bool has the value of a float. */
function equalsFloat(o: usize, value: f64): bool {
  if (value != floor(value) || abs(value) == Infinity) return false;
  if (isWord(o)) return value >= -WORD_LIMIT && value < WORD_LIMIT && <i64>value == wordOf(o);
  const bits = reinterpret<u64>(value);
  const exponent = <i32>((bits >> 52) & 0x7ff) - 1075;
  if (exponent <= 0) return false; // below 2^53 it would be one word
  const mantissa = (bits & 0xfffffffffffff) | 0x10000000000000;
  const words = <i32>((blockSize(o) - INT_WORDS) >> 3);
  const isNegative = load<i64>(o + blockSize(o) - 8) < 0;
  if (exponent + 53 > words << 6 || isNegative != value < 0) return false;
  let carry: u64 = 1;
  for (let i = 0; i < words; i++) {
    let word = shifted(mantissa, exponent - (i << 6));
    if (isNegative) {
      word = ~word + carry;
      if (word) carry = 0;
    }
    if (load<u64>(o + ((<usize>i) << 3), INT_WORDS) != word) return false;
  }
  return true;
}

/** The low 64 bits of `value` shifted left, or right where `by` is negative. */
function shifted(value: u64, by: i32): u64 {
  if (by <= -64 || by >= 64) return 0;
  return by < 0 ? value >> -by : value << by;
}

function equalTuples(a: usize, b: usize, depth: i32): bool {
  if (depth > NESTING_MAX) {
    fail(FAULT_NESTING, a);
    return false;
  }
  const length = load<u32>(a, TUPLE_LENGTH);
  if (load<u32>(b, TUPLE_LENGTH) != length) return false;
  for (let i: u32 = 0; i < length; i++) {
    const itemA = load<usize>(a + ((<usize>i) << 2), TUPLE_ITEMS);
    const itemB = load<usize>(b + ((<usize>i) << 2), TUPLE_ITEMS);
    if (itemA != itemB && !equalsAt(itemA, itemB, depth + 1)) return false;
  }
  return true;
}
