// conformance/compare.ts: whether what an op shows is what CPython shows: exactly, or in any order. And digests of long lists.

import type { Digest, Observation, Program } from "./program.js";

/** Longer lists are told by a digest. */
const LONG = 400;
const SHOWN = 8;

/** A list as observations have it. */
export function digest<Entry extends string | number>(
  entries: readonly Entry[],
): readonly Entry[] | Digest<Entry> {
  if (entries.length <= LONG) return entries;
  return {
    n: entries.length,
    fnv: fnv1a(entries.join("\n")),
    head: entries.slice(0, SHOWN),
    tail: entries.slice(-SHOWN),
  };
}

/** 32 bits over UTF-8, as 8 hexadecimal digits. */
function fnv1a(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}

export function isSame(expected: Observation, got: Observation, compare: Program["compare"]): boolean {
  if (compare === "exact") return isEqual(expected, got);
  return (
    expected?.err === got?.err &&
    isEqual(unordered(expected?.r), unordered(got?.r)) &&
    isEqual(unordered(expected?.log), unordered(got?.log))
  );
}

/** What is left of a list or a digest if its order doesn't count. */
function unordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((entry) => JSON.stringify(entry)).toSorted();
  return isDigest(value) ? value.n : value;
}

function isDigest(value: unknown): value is Digest<string> {
  return typeof value === "object" && value !== null && "fnv" in value;
}

function isEqual(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  const keys = Object.keys(left);
  return (
    Array.isArray(left) === Array.isArray(right) &&
    keys.length === Object.keys(right).length &&
    keys.every((key) => isEqual(left[key as keyof object], right[key as keyof object]))
  );
}

const SIDE_LENGTH_MAX = 400;

/** Both sides of the first difference, in words: of lists, the first entry that differs. */
export function describeDifference(
  expected: Observation,
  got: Observation,
): { expected: string; got: string } {
  const part = (["err", "r", "log"] as const).find((key) => !isEqual(expected?.[key], got?.[key]));
  const [wanted, found] = part === undefined ? [] : [entriesOf(expected?.[part]), entriesOf(got?.[part])];
  if (wanted === undefined || found === undefined) return { expected: brief(expected), got: brief(got) };
  const at = firstDifference(wanted, found);
  const side = (entries: readonly unknown[]): string => {
    const name = part === "log" ? "log" : "result";
    const here =
      at < entries.length ? `[${at}] = ${JSON.stringify(entries[at])}` : ` ends at ${entries.length}`;
    return `${name}${here} in ${brief(entries)}`;
  };
  return { expected: side(wanted), got: side(found) };
}

/** Entries of a list that is there, a digest or not; undefined of anything else. */
function entriesOf(value: unknown): readonly unknown[] | undefined {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value;
  return isDigest(value)
    ? [...value.head, `… ${value.n} in all, hash ${value.fnv} …`, ...value.tail]
    : undefined;
}

function firstDifference(left: readonly unknown[], right: readonly unknown[]): number {
  const length = Math.max(left.length, right.length);
  for (let index = 0; index < length; index += 1) if (!isEqual(left[index], right[index])) return index;
  return length;
}

function brief(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= SIDE_LENGTH_MAX ? text : `${text.slice(0, SIDE_LENGTH_MAX)}…`;
}
