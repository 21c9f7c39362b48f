// assembly/strategies/parts/chunk-tree.ts: free chunks as a binary tree in their own links: sorted by one order, a heap by another.
// Not here: the orders.
// Source: J. Vuillemin, "A Unifying Look at Data Structures", 1980 (Cartesian trees); C. J. Stephenson, "Fast Fits: New
// Methods for Dynamic Storage Allocation", 1983; R. Seidel, C. Aragon, "Randomized Search Trees", 1996 (expected depth O(log n)).
//
//            above                 every chunk is above those of its subtrees,
//           ╱     ╲                after those of the left one, before those of the right one
//     one: before  other: after

import { FreeChunks } from "./free-chunks";
import { Chunk, HEADER_SIZE } from "./tagged-chunk";

/** Offsets of a chunk's links. */
export const ONE: usize = HEADER_SIZE;
export const OTHER: usize = HEADER_SIZE + sizeof<usize>();

/** Two orders, each of which tells any two chunks apart. */
@unmanaged
export abstract class TreeOrder {
  abstract isBefore(a: Chunk, b: Chunk): bool;
  abstract isAbove(a: Chunk, b: Chunk): bool;
}

/** A number that looks random but is the address's own: no two addresses have the same. */
export function scramble(address: usize): u32 {
  const mixed = <u32>address * 0x9e3779b1;
  return (mixed ^ (mixed >>> 15)) * 0x85ebca6b;
}

/** The tree's only field: its address is that of the first link. */
@unmanaged
export abstract class ChunkTree<Order extends TreeOrder> extends FreeChunks {
  root: usize;

  /** Expected O(log chunks). */
  add(chunk: Chunk): void {
    const order = changetype<Order>(0);
    let link = changetype<usize>(this);
    let node = load<usize>(link);
    while (node && order.isAbove(Chunk.at(node), chunk)) {
      link = node + (order.isBefore(chunk, Chunk.at(node)) ? ONE : OTHER);
      node = load<usize>(link);
    }
    store<usize>(link, chunk.address);
    // what was there is below the chunk: parted into what is before it and what is after it
    let before = chunk.address + ONE;
    let after = chunk.address + OTHER;
    while (node) {
      if (order.isBefore(Chunk.at(node), chunk)) {
        store<usize>(before, node);
        before = node + OTHER;
        node = load<usize>(before);
      } else {
        store<usize>(after, node);
        after = node + ONE;
        node = load<usize>(after);
      }
    }
    store<usize>(before, 0);
    store<usize>(after, 0);
  }

  /** Expected O(log chunks). */
  remove(chunk: Chunk): void {
    const order = changetype<Order>(0);
    let link = changetype<usize>(this);
    for (let node = load<usize>(link); node != chunk.address; node = load<usize>(link)) {
      link = node + (order.isBefore(chunk, Chunk.at(node)) ? ONE : OTHER);
    }
    this.unlink(link);
  }

  /** Takes out the chunk that the link at address `link` leads to: its subtrees are joined in its place. */
  unlink(link: usize): Chunk {
    const order = changetype<Order>(0);
    const chunk = Chunk.at(load<usize>(link));
    let to = link;
    let before = chunk.one;
    let after = chunk.other;
    while (before && after) {
      if (order.isAbove(Chunk.at(before), Chunk.at(after))) {
        store<usize>(to, before);
        to = before + OTHER;
        before = load<usize>(to);
      } else {
        store<usize>(to, after);
        to = after + ONE;
        after = load<usize>(to);
      }
    }
    store<usize>(to, before ? before : after);
    return chunk;
  }
}
