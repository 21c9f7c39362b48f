// assembly/traced-block.ts: where small blocks come from while allocations are traced: from lists that end where the next block is to be
// logged, so that until there they are as quick as ever. Not here: what is logged (trace.ts).

import { SizeClass } from "./size-class";
import { Trace } from "./trace";

export class TracedBlock {
  /** Whether the block taken last is to be logged. */
  static isDue: bool = false;

  /** A block of a class whose list is empty, `size` bytes being asked for; 0 when memory can't grow. */
  static take(sizeClass: SizeClass, size: usize): usize {
    if (Trace.isEvery) {
      TracedBlock.isDue = true;
      return sizeClass.refillAtMost(0);
    }
    const index = sizeClass.index;
    const left = Trace.leftOf(index);
    if (left) {
      TracedBlock.isDue = false;
      return TracedBlock.takeBefore(sizeClass, index, left);
    }
    TracedBlock.isDue = Trace.draw(index, size, sizeClass.blockSize);
    return TracedBlock.takeFirst(sizeClass, index);
  }

  /** A block that is no sample, as `left` of its class are none, at least 1; its list ends before the sample. */
  @inline static takeBefore(sizeClass: SizeClass, index: u32, left: u32): usize {
    const block = sizeClass.refillAtMost(left - 1);
    if (block) Trace.setLeft(index, left - 1 - SizeClass.listed);
    return block;
  }

  /** A block, the next sample having been drawn for those after it. */
  static takeFirst(sizeClass: SizeClass, index: u32): usize {
    const left = Trace.leftOf(index);
    const block = sizeClass.refillAtMost(left);
    if (block) Trace.setLeft(index, left - SizeClass.listed);
    return block;
  }
}
