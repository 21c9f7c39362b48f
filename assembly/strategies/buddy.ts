// assembly/strategies/buddy.ts: binary buddies: every block is a power of two, at a multiple of itself; a freed one joins its twin.
// Not here: sizes between two powers of two: a request is rounded up, a third of the memory is lost on average.
// Contract: interface.ts. Source: K. C. Knowlton, "A Fast Storage Allocator", 1965; Knuth, TAOCP 1, 2.5, algorithms R and S.
//
//   order 7   ┌───────────────────────────────┐
//   order 6   ├───────────────┬───────────────┤     the buddy of a block: the other half of the next order's,
//   order 5   ├───────┬───────┼───────┬───────┤     its address with one bit turned
//   order 4   ├───┬───┼───┬───┼───┬───┼───┬───┤
//             └───┴───┴───┴───┴───┴───┴───┴───┘
//   map        U . . . U . F . F . . . . . . .      two bits for each ALIGNMENT: a block starts here, used or free
//
// Blocks have no header, lest 64 bytes need 128. A block ends where the next one starts, so its order is found in
// the map, by looking one power of two after the other ahead.
//
//   __heap_base                                                             end
//   ┌───────┬───────┬───────┬─ ─┬────────────────┬─ ─┬─────────┬───────────┐
//   │ block │ block │ block │   │ map (a block)  │   │ block   │ block     │
//   └───────┴───────┴───────┴─ ─┴────────────────┴─ ─┴─────────┴───────────┘
//   Where memory outgrows its map, a map twice as large takes its place.

import { ALIGNMENT, PAGE_SIZE } from "./interface";
import { growTo, memoryEnd } from "./parts/growth";

const ORDER_MIN: u32 = 4;
/** The largest block is half of all memory. */
const ORDER_MAX: u32 = 31;

// States of an ALIGNMENT of memory in the map.
const INSIDE: u32 = 0;
const USED: u32 = 1;
const FREE: u32 = 2;
/** Bytes of memory that a word of the map tells of. */
const WORD_REACH_LOG2: u32 = 8;
/** Bytes of memory that a byte of the map tells of. */
const BYTE_REACH_LOG2: u32 = 6;
const FIRST_COVERAGE_LOG2: u32 = 16;

if (1 << ORDER_MIN != ALIGNMENT) ERROR("buddy.ts: ORDER_MIN");
if (1 << FIRST_COVERAGE_LOG2 != PAGE_SIZE) ERROR("buddy.ts: FIRST_COVERAGE_LOG2");

/** A free block, on the list of its order. */
@unmanaged
class FreeBlock {
  next: usize;
  previous: usize;
  order: u32;

  @inline static at(address: usize): FreeBlock {
    return changetype<FreeBlock>(address);
  }
}

/** Addresses of the first free block, by order. */
const lists: usize = memory.data(<i32>((ORDER_MAX + 1) * sizeof<usize>()));
/** Bit i: there are free blocks of order i. */
let filled: u32 = 0;
/** Address of the map, and log2 of the bytes it covers. */
let map: usize = memory.data(1 << (FIRST_COVERAGE_LOG2 - BYTE_REACH_LOG2));
let coverageLog2: u32 = FIRST_COVERAGE_LOG2;
const firstMap: usize = map;
/** End of the last block. Memory may go on behind it, and is zero there. */
let end: u64 = PAGE_SIZE;

addRange((__heap_base + (ALIGNMENT - 1)) & ~(ALIGNMENT - 1), end);

function stateOf(address: usize): u32 {
  const word = load<u32>(map + ((address >>> WORD_REACH_LOG2) << 2));
  return (word >>> ((<u32>(address >>> ORDER_MIN) & 15) << 1)) & 3;
}

function setState(address: usize, state: u32): void {
  const word = map + ((address >>> WORD_REACH_LOG2) << 2);
  const shift = (<u32>(address >>> ORDER_MIN) & 15) << 1;
  store<u32>(word, (load<u32>(word) & ~((<u32>3) << shift)) | (state << shift));
}

/** The order of blocks for `size` bytes, up to the largest. */
function orderFor(size: usize): u32 {
  return size <= <usize>ALIGNMENT ? ORDER_MIN : 32 - clz(<u32>size - 1);
}

/** The order of a block in use. */
function orderOf(block: usize): u32 {
  let order = ORDER_MIN;
  for (;;) {
    const after = <u64>block + ((<u64>1) << order);
    if (after >= end || stateOf(<usize>after) != INSIDE) break;
    order += 1;
  }
  return order;
}

/** Whether a whole block of an order is free at an address. */
function isFree(address: usize, order: u32): bool {
  return <u64>address < end && stateOf(address) == FREE && FreeBlock.at(address).order == order;
}

function add(address: usize, order: u32): void {
  const list = lists + order * sizeof<usize>();
  const first = load<usize>(list);
  const block = FreeBlock.at(address);
  block.next = first;
  block.previous = 0;
  block.order = order;
  if (first) FreeBlock.at(first).previous = address;
  store<usize>(list, address);
  filled |= 1 << order;
  setState(address, FREE);
}

/** Takes a free block off its list; its state remains to be set. */
function remove(address: usize): void {
  const block = FreeBlock.at(address);
  const list = lists + block.order * sizeof<usize>();
  const next = block.next;
  const previous = block.previous;
  if (next) FreeBlock.at(next).previous = previous;
  if (previous) FreeBlock.at(previous).next = next;
  else {
    store<usize>(list, next);
    if (!next) filled &= ~(1 << block.order);
  }
}

/** Frees a block, joined with its buddy as long as that is free. */
function give(block: usize, blockOrder: u32): void {
  let address = block;
  let order = blockOrder;
  while (order < ORDER_MAX) {
    const buddy = address ^ (1 << order);
    if (!isFree(buddy, order)) break;
    remove(buddy);
    setState(max(address, buddy), INSIDE);
    address = min(address, buddy);
    order += 1;
  }
  add(address, order);
}

/** A block in use of an order; 0 when memory can't grow. */
function take(order: u32): usize {
  let larger = filled & (-1 << order);
  if (!larger) {
    if (!grow(order)) return 0;
    larger = filled & (-1 << order);
  }
  const from = <u32>ctz(larger);
  const block = load<usize>(lists + from * sizeof<usize>());
  remove(block);
  setState(block, USED);
  split(block, from, order);
  return block;
}

/** Cuts a block in use to a lower order: frees upper halves. */
function split(block: usize, from: u32, to: u32): void {
  for (let order = from; order > to; ) {
    order -= 1;
    add(block + ((<usize>1) << order), order);
  }
}

/** Frees memory that was no block's: as few blocks as its ends allow. */
function addRange(from: u64, to: u64): void {
  for (let address = from; address < to; ) {
    const order = min(min(<u32>ctz(address), 63 - <u32>clz(to - address)), ORDER_MAX);
    give(<usize>address, order);
    address += (<u64>1) << order;
  }
}

/** Grows memory so that a block of an order is free; false, and nothing changed, when it can't. */
function grow(order: u32): bool {
  const size = (<u64>1) << order;
  const start = startOfNext(size);
  if (start + size <= (<u64>1) << coverageLog2) {
    if (!growTo(start + size)) return false;
    extend(end);
    return true;
  }
  for (let log2 = coverageLog2 + 1; log2 <= 32; log2++) {
    const mapSize = (<u64>1) << (log2 - BYTE_REACH_LOG2);
    const place = roundUp(end, mapSize);
    const needed = roundUp(place + mapSize, size) + size;
    if (needed > (<u64>1) << log2) continue;
    if (!growTo(needed)) return false;
    const old = map;
    const oldLog2 = coverageLog2 - BYTE_REACH_LOG2;
    memory.copy(<usize>place, old, 1 << oldLog2);
    map = <usize>place;
    coverageLog2 = log2;
    setState(map, USED);
    const from = end;
    extend(place + mapSize);
    addRange(from, place);
    if (old != firstMap) give(old, oldLog2);
    return true;
  }
  return false;
}

/** Where a block that memory grows for will start: at the end, or before it where all up to the end is free. */
function startOfNext(size: u64): u64 {
  const start = end & ~(size - 1);
  for (let address = start; address < end; ) {
    if (stateOf(<usize>address) != FREE) return start + size;
    address += (<u64>1) << FreeBlock.at(<usize>address).order;
  }
  return start;
}

/** Frees memory from an address on, as far as there is some and the map covers it. */
function extend(from: u64): void {
  end = min(memoryEnd(), (<u64>1) << coverageLog2);
  addRange(from, end);
}

function roundUp(value: u64, multiple: u64): u64 {
  return (value + multiple - 1) & ~(multiple - 1);
}

export function malloc(size: usize): usize {
  return size > (<usize>1) << ORDER_MAX ? 0 : take(orderFor(size));
}

export function calloc(count: usize, size: usize): usize {
  const bytes = <u64>count * size;
  if (bytes > (<u64>1) << ORDER_MAX) return 0;
  const block = malloc(<usize>bytes);
  if (block) memory.fill(block, 0, <usize>bytes);
  return block;
}

export function realloc(address: usize, size: usize): usize {
  if (!address) return malloc(size);
  if (size > (<usize>1) << ORDER_MAX) return 0;
  const order = orderFor(size);
  const old = orderOf(address);
  if (order <= old) {
    split(address, old, order);
    return address;
  }
  if (growInPlace(address, old, order)) return address;
  const moved = take(order);
  if (!moved) return 0;
  memory.copy(moved, address, (<usize>1) << old);
  give(address, old);
  return moved;
}

/** Joins a block in use with its buddies up to an order, where all of these follow it and are free. */
function growInPlace(block: usize, from: u32, to: u32): bool {
  if (block & (((<usize>1) << to) - 1)) return false;
  for (let order = from; order < to; order++) {
    if (!isFree(block + ((<usize>1) << order), order)) return false;
  }
  for (let order = from; order < to; order++) {
    remove(block + ((<usize>1) << order));
    setState(block + ((<usize>1) << order), INSIDE);
  }
  return true;
}

export function free(address: usize): void {
  if (!address) return;
  give(address, orderOf(address));
}

/** A block as large as the alignment is aligned; what is too much of it is cut off. */
export function aligned_alloc(alignment: usize, size: usize): usize {
  if (popcnt(alignment) != 1 || size > (<usize>1) << ORDER_MAX) return 0;
  const order = orderFor(size);
  const aligned = max(order, <u32>ctz(alignment));
  const block = take(aligned);
  if (block) split(block, aligned, order);
  return block;
}

export function usable_size(address: usize): usize {
  return address ? (<usize>1) << orderOf(address) : 0;
}

export function footprint(): f64 {
  return <f64>memoryEnd();
}
