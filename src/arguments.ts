// src/arguments.ts: what callers without a type checker may pass, told before anything is done with it; and what a typed array really is,
// as a subclass, or a property of its own, may say otherwise.

import { InvalidArgumentError } from "./errors.js";

/** Whether the value can be an address, or a size. */
export function isU32(value: unknown): value is number {
  return typeof value === "number" && value >>> 0 === value; // a bigint's or symbol's shift would throw
}

/** @throws {InvalidArgumentError} unless it can have properties, as options do. */
export function checkOptions(options: unknown): void {
  if (typeof options !== "object" || options === null) {
    throw new InvalidArgumentError("options", options, "an object");
  }
}

const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object;
const getterOf = (key: PropertyKey): (() => unknown) =>
  Object.getOwnPropertyDescriptor(typedArray, key)!.get!;
const tagOf = getterOf(Symbol.toStringTag);
const lengthOf = getterOf("length");
const bufferOf = getterOf("buffer");

export function isBytes(value: unknown): value is Uint8Array {
  return tagOf.call(value) === "Uint8Array";
}

/** @throws {InvalidArgumentError} unless it is a Uint8Array. */
export function checkBytes(argument: string, value: unknown): void {
  if (!isBytes(value)) throw new InvalidArgumentError(argument, value, "a Uint8Array");
}

/** Elements of a typed array. */
export function elementCount(array: ArrayBufferView): number {
  return lengthOf.call(array) as number;
}

/** A typed array's buffer. */
export function bufferBehind(array: ArrayBufferView): ArrayBufferLike {
  return bufferOf.call(array) as ArrayBufferLike;
}
