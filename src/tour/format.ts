// src/tour/format.ts: values, addresses and byte counts as the tour tells them.

import { Handle } from "../objects/handle.js";

const ITEMS_SHOWN = 4;

/** An address as it is read. */
export function hex(address: number): string {
  return `0x${address.toString(16).padStart(5, "0")}`;
}

/** Bytes as they are read. */
export function bytes(count: number): string {
  if (count === 0 || (count < 10_000 && count % 1024 !== 0)) return `${count.toLocaleString("en-US")} B`;
  if (count < 10_000_000) return `${Math.round(count / 1024).toLocaleString("en-US")} KiB`;
  return `${(count / 2 ** 20).toFixed(1)} MiB`;
}

/** A count and what is counted. */
export function plural(count: number, word: string): string {
  return `${count.toLocaleString("en-US")} ${word}${count === 1 ? "" : "s"}`;
}

/** A result in a few characters; nothing for undefined, functions, and objects without a short form. */
export function format(value: unknown): string {
  if (value === undefined) return "";
  if (value === null) return "null";
  if (value instanceof Handle) {
    return value.isReleased ? "a released handle" : `${value.typeName} at ${hex(value.address)}`;
  }
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (Array.isArray(value)) {
    const shown = value.slice(0, ITEMS_SHOWN).map(format).join(", ");
    return value.length > ITEMS_SHOWN ? `[${shown}, … ${value.length} in all]` : `[${shown}]`;
  }
  switch (typeof value) {
    case "number":
      return value.toLocaleString("en-US");
    case "string":
      return JSON.stringify(value);
    case "function":
      return isClass(value) ? `class ${value.name}` : "";
    case "object":
      return isPlain(value) ? formatFields(value) : "";
    default:
      return String(value);
  }
}

function formatFields(value: object): string {
  const fields = Object.entries(value).map(([name, field]) => `${name}: ${format(field)}`);
  return fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
}

function isClass(value: object): boolean {
  return Object.getOwnPropertyDescriptor(value, "prototype")?.writable === false;
}

/** A namespace, which is a proxy, is not. */
function isPlain(value: object): boolean {
  return Object.getPrototypeOf(value) === Object.prototype;
}
