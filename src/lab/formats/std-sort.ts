// src/lab/formats/std-sort.ts: sorts as GNU's std::sort does, which leaves equals in an order of its own that reports show.
// Source: Musser, "Introspective sorting and selection algorithms" (1997), with the choices of libstdc++ 12's bits/stl_algo.h.

/** Ranges no longer than this are left to the insertion sort at the end. */
const THRESHOLD = 16;

/**
 * Sorts in place.
 *
 * @param isBefore - whether a belongs before b; false for equals.
 */
export function sortUnstably<T>(items: T[], isBefore: (a: T, b: T) => boolean): void {
  const depth = 2 * Math.floor(Math.log2(Math.max(items.length, 1)));
  partitionRange(items, 0, items.length, depth, isBefore);
  const first = Math.min(items.length, THRESHOLD);
  for (let at = 1; at < first; at += 1) {
    if (isBefore(items[at]!, items[0]!)) items.unshift(...items.splice(at, 1));
    else insertBackward(items, at, isBefore);
  }
  for (let at = first; at < items.length; at += 1) insertBackward(items, at, isBefore);
}

type IsBefore<T> = (a: T, b: T) => boolean;

function partitionRange<T>(
  items: T[],
  begin: number,
  end: number,
  depth: number,
  isBefore: IsBefore<T>,
): void {
  let stop = end;
  let left = depth;
  while (stop - begin > THRESHOLD) {
    if (left === 0) {
      heapSort(items, begin, stop, isBefore);
      return;
    }
    left -= 1;
    medianToFront(items, begin, begin + 1, begin + ((stop - begin) >> 1), stop - 1, isBefore);
    const cut = partition(items, begin, stop, isBefore);
    partitionRange(items, cut, stop, left, isBefore);
    stop = cut;
  }
}

function medianToFront<T>(
  items: T[],
  front: number,
  a: number,
  b: number,
  c: number,
  isBefore: IsBefore<T>,
): void {
  const precedes = (one: number, other: number): boolean => isBefore(items[one]!, items[other]!);
  let median: number;
  if (precedes(a, b)) median = precedes(b, c) ? b : precedes(a, c) ? c : a;
  else median = precedes(a, c) ? a : precedes(b, c) ? c : b;
  swap(items, front, median);
}

/** Parts a range by its first item. @returns where the second part begins. */
function partition<T>(items: T[], begin: number, end: number, isBefore: IsBefore<T>): number {
  const pivot = items[begin]!;
  let low = begin + 1;
  let high = end;
  for (;;) {
    while (isBefore(items[low]!, pivot)) low += 1;
    high -= 1;
    while (isBefore(pivot, items[high]!)) high -= 1;
    if (low >= high) return low;
    swap(items, low, high);
    low += 1;
  }
}

/** Moves an item forward past all that it belongs before. */
function insertBackward<T>(items: T[], at: number, isBefore: IsBefore<T>): void {
  const item = items[at]!;
  let hole = at;
  for (; hole > 0 && isBefore(item, items[hole - 1]!); hole -= 1) items[hole] = items[hole - 1]!;
  items[hole] = item;
}

/** Where partitions don't get small. */
function heapSort<T>(items: T[], begin: number, end: number, isBefore: IsBefore<T>): void {
  const length = end - begin;
  for (let parent = (length - 2) >> 1; parent >= 0; parent -= 1) {
    siftDown(items, begin, parent, length, items[begin + parent]!, isBefore);
  }
  for (let last = length - 1; last > 0; last -= 1) {
    const item = items[begin + last]!;
    items[begin + last] = items[begin]!;
    siftDown(items, begin, 0, last, item, isBefore);
  }
}

/** Lets the hole sink to a leaf, then the item rise from there. */
function siftDown<T>(
  items: T[],
  begin: number,
  top: number,
  length: number,
  item: T,
  isBefore: IsBefore<T>,
): void {
  let hole = top;
  while (2 * hole + 2 < length) {
    const right = 2 * hole + 2;
    const larger = isBefore(items[begin + right]!, items[begin + right - 1]!) ? right - 1 : right;
    items[begin + hole] = items[begin + larger]!;
    hole = larger;
  }
  if (2 * hole + 2 === length) {
    items[begin + hole] = items[begin + 2 * hole + 1]!;
    hole = 2 * hole + 1;
  }
  for (let parent = (hole - 1) >> 1; hole > top && isBefore(items[begin + parent]!, item); ) {
    items[begin + hole] = items[begin + parent]!;
    hole = parent;
    parent = (hole - 1) >> 1;
  }
  items[begin + hole] = item;
}

function swap<T>(items: T[], a: number, b: number): void {
  const item = items[a]!;
  items[a] = items[b]!;
  items[b] = item;
}
