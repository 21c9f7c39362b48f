// src/objects/text.ts: strings into str objects and out of them. A str has characters, that is code points, of equal width;
// JavaScript's strings have UTF-16 units: a pair of surrogates is one character, a surrogate alone stays one.

import {
  FLAG_WIDTH_MASK,
  FLAG_WIDTH_SHIFT,
  OBJECT_FLAGS,
  STR_CHARACTERS,
} from "../../assembly/object-layout.js";
import type { Address } from "../views.js";
import type { ObjectHeap } from "./object-heap.js";

/** Arguments to one call of String.fromCodePoint; engines limit them. */
const PIECE_LENGTH = 4096;
/** Up to here, character by character is faster. */
const SHORT_LENGTH = 24;

/** A new reference to a str. @throws {MemoryError} */
export function writeText(objects: ObjectHeap, text: string): Address {
  let length = text.length;
  let bits = 0;
  for (let i = 0; i < text.length; i += 1) bits |= text.charCodeAt(i);
  let widthLog2 = bits < 0x100 ? 0 : 1;
  if (bits >= 0xd800) {
    const pairs = countPairs(text);
    if (pairs > 0) widthLog2 = 2;
    length -= pairs;
  }
  const address = objects.core.str_alloc(length, widthLog2) >>> 0;
  if (address === 0) throw objects.outOfMemory(STR_CHARACTERS + length * 2 ** widthLog2);
  if (length === 0) return address; // shared by all
  const views = objects.fresh();
  let next = (address + STR_CHARACTERS) >>> widthLog2;
  if (widthLog2 < 2) {
    const characters = widthLog2 === 0 ? views.u8 : views.u16;
    for (let i = 0; i < length; i += 1) characters[next + i] = text.charCodeAt(i);
  } else {
    const { u32 } = views;
    for (let i = 0; i < text.length; i += 1) {
      const character = text.codePointAt(i)!;
      if (character >= 0x10000) i += 1;
      u32[next++] = character;
    }
  }
  return address;
}

function countPairs(text: string): number {
  let pairs = 0;
  for (let i = 0; i < text.length - 1; i += 1) {
    if (text.codePointAt(i)! < 0x10000) continue;
    pairs += 1;
    i += 1;
  }
  return pairs;
}

/** The string of a str. @param maxLength - characters of its beginning that are wanted at most. */
export function readText(
  objects: ObjectHeap,
  address: Address,
  maxLength: number = Number.POSITIVE_INFINITY,
): string {
  const length = Math.min(objects.core.str_length(address) >>> 0, maxLength);
  const views = objects.fresh();
  const widthLog2 = (views.u16[(address + OBJECT_FLAGS) >>> 1]! & FLAG_WIDTH_MASK) >> FLAG_WIDTH_SHIFT;
  const characters = widthLog2 === 0 ? views.u8 : widthLog2 === 1 ? views.u16 : views.u32;
  const start = (address + STR_CHARACTERS) >>> widthLog2;
  let text = "";
  if (length <= SHORT_LENGTH) {
    for (let i = 0; i < length; i += 1) text += String.fromCodePoint(characters[start + i]!);
    return text;
  }
  const fromCharacters = widthLog2 === 2 ? String.fromCodePoint : String.fromCharCode;
  for (let from = 0; from < length; from += PIECE_LENGTH) {
    const piece = characters.subarray(start + from, start + Math.min(from + PIECE_LENGTH, length));
    text += fromCharacters.apply(null, piece as unknown as number[]);
  }
  return text;
}
