// assembly/traced-block.ts: where small blocks come from while allocations are traced: from lists that end where the next block is to be
// logged, so that until there they are as quick as ever. Not here: what is logged (trace.ts).

import { SizeClass } from "./size-class";
import { Trace } from "./trace";

export class TracedBlock {
  /** Whether the block taken last is to be logged. */
  static isDue: bool = false;

  /** A block of a class whose list is empty, `size` bytes being asked for; 0 when memory can't grow. */
  static take(sizeClass: SizeClass, size: usize): usize {
    TracedBlock.isDue = Trace.isEvery || TracedBlock.isSample(sizeClass, size);
    return TracedBlock.refill(sizeClass);
  }

  /** Whether the next block of a class whose list is empty is a sample. */
  static isSample(sizeClass: SizeClass, size: usize): bool {
    const index = sizeClass.index;
    const left = Trace.leftOf(index);
    if (!left) return Trace.draw(index, size, sizeClass.blockSize);
    Trace.setLeft(index, left - 1);
    return false;
  }

  /** Takes a block, and has the list end before the next one that is to be logged. */
  static refill(sizeClass: SizeClass): usize {
    if (Trace.isEvery) return sizeClass.refillAtMost(0);
    const index = sizeClass.index;
    const left = Trace.leftOf(index);
    const block = sizeClass.refillAtMost(left);
    if (block) Trace.setLeft(index, left - SizeClass.listed);
    return block;
  }
}
