// assembly/cycles/page-filter.ts: whether an object of a list may be at an address: a byte for the page that it is on, shared with other pages.
// Most objects that young ones refer to are old, and far apart: this answers for them without a look at their headers.
// Source: Bloom, "Space/time trade-offs in hash coding with allowable errors", 1970, with one hash.

import { KindBlock } from "../kind-block";

const PAGE_SIZE_LOG2 = 12;
const COUNT: usize = 1 << 14;

export class PageFilter {
  /** Address of the bytes; 0: there was no memory, any address may be one. */
  static bytes: usize = 0;

  static open(): void {
    PageFilter.bytes = KindBlock.takeBuffer(COUNT);
    if (PageFilter.bytes) memory.fill(PageFilter.bytes, 0, COUNT);
  }

  static close(): void {
    if (PageFilter.bytes) KindBlock.give(PageFilter.bytes);
    PageFilter.bytes = 0;
  }

  @inline private static byteOf(address: usize): usize {
    return PageFilter.bytes + ((address >> PAGE_SIZE_LOG2) & (COUNT - 1));
  }

  static add(o: usize): void {
    if (PageFilter.bytes) store<u8>(PageFilter.byteOf(o), 1);
  }

  /** False: no object that was added is at this address. */
  @inline static mayHold(address: usize): bool {
    return !PageFilter.bytes || load<u8>(PageFilter.byteOf(address)) != 0;
  }
}
