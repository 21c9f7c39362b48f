// assembly/kind-block.ts: blocks of one kind: containers, atomic objects, objects' buffers; from classes of their own, or large.
// Not here: what is in them (object.ts, kinds/); malloc's blocks (alloc.ts).

import { Arena } from "./arena";
import { CHECKS } from "./build-flags";
import { Chunk } from "./chunk";
import { Large } from "./large";
import {
  BLOCK_KIND_BUFFER,
  BLOCK_KIND_CONTAINER,
  CHUNK_ATOMIC,
  CHUNK_CONTAINER,
  REQUEST_LIMIT,
  SMALL_REQUEST_MAX,
} from "./layout";
import { TRACED_PART } from "./object-layout";
import { mustHold } from "./rule";
import { SizeClass } from "./size-class";
import { Trace } from "./trace";
import { TracedBlock } from "./traced-block";

export class KindBlock {
  /** A block for an object, content undefined but for a first word that the caller must overwrite; 0 if none is ready, or it is large. */
  @inline static takeReady(kind: u32, size: usize): usize {
    return size <= <usize>SMALL_REQUEST_MAX ? SizeClass.ofKind(kind, size).takeMarked() : 0;
  }

  /** As takeBuffer, for a part of an object that it keeps elsewhere: traced. */
  static takePart(size: usize): usize {
    const part = KindBlock.takeBuffer(size);
    if (part && Trace.isOn && Trace.isDue(size)) Trace.taken(part, size, TRACED_PART);
    return part;
  }

  /** A buffer of `size` bytes, at least 1, content undefined; 0 when memory can't grow. */
  static takeBuffer(size: usize): usize {
    if (size <= <usize>SMALL_REQUEST_MAX) {
      const block = SizeClass.ofKind(BLOCK_KIND_BUFFER, size).take();
      if (block) return block;
    }
    return KindBlock.takeRare(BLOCK_KIND_BUFFER, size);
  }

  /** What takeReady and takeBuffer leave: 0 when memory can't grow. While allocations are traced, all objects' blocks come from here. */
  static takeRare(kind: u32, size: usize): usize {
    if (size >= <usize>REQUEST_LIMIT) return 0;
    const block = KindBlock.takeFresh(kind, size);
    return block || !SizeClass.releaseIdle() ? block : KindBlock.takeFresh(kind, size);
  }

  /** From a class whose list is empty, or large. */
  private static takeFresh(kind: u32, size: usize): usize {
    if (size <= <usize>SMALL_REQUEST_MAX) {
      const sizeClass = SizeClass.ofKind(kind, size);
      return Trace.isOn && kind != BLOCK_KIND_BUFFER ? TracedBlock.take(sizeClass, size) : sizeClass.refill();
    }
    if (kind == BLOCK_KIND_BUFFER) return Large.take(size);
    if (Trace.isOn) TracedBlock.isDue = Trace.isDue(size);
    return Large.takeObject(size, kind == BLOCK_KIND_CONTAINER ? CHUNK_CONTAINER : CHUNK_ATOMIC);
  }

  /** Gives a block of any kind back. */
  @inline static give(block: usize): void {
    if (Arena.holds(block)) {
      const pool = Arena.poolOf(block);
      SizeClass.give(pool, block);
      if (CHECKS && pool.state) mustHold(SizeClass.verifyPool(pool));
    } else {
      Large.give(block);
    }
  }

  /** Bytes that may be used at a block, but for the immortal objects. */
  @inline static usableSize(block: usize): u32 {
    return Arena.holds(block) ? <u32>Arena.poolOf(block).blockSize : Chunk.ofPayload(block).payloadSize;
  }

  /**
   * The buffer with room for `size` bytes, where it was or moved, its content kept as far as both go. 0 when memory can't grow: the
   * old one stays as it was.
   */
  static resizeBuffer(buffer: usize, size: usize): usize {
    if (!buffer) return KindBlock.takeBuffer(size);
    const old = KindBlock.usableSize(buffer);
    if (Arena.holds(buffer)) {
      if (size <= <usize>SMALL_REQUEST_MAX && SizeClass.ofKind(BLOCK_KIND_BUFFER, size).blockSize == old)
        return buffer;
    } else if (size > <usize>SMALL_REQUEST_MAX && size < <usize>REQUEST_LIMIT && Large.resize(buffer, size)) {
      return buffer;
    }
    const moved = KindBlock.takeBuffer(size);
    if (!moved) return 0;
    memory.copy(moved, buffer, min<usize>(size, old));
    KindBlock.give(buffer);
    return moved;
  }

  /** As resizeBuffer, for a part of an object: traced anew, whether it was moved or not. */
  static resizePart(part: usize, size: usize): usize {
    const resized = KindBlock.resizeBuffer(part, size);
    if (!resized) return 0;
    if (Trace.isOn) {
      if (part) Trace.give(part);
      if (Trace.isDue(size)) Trace.taken(resized, size, TRACED_PART);
    }
    return resized;
  }

  /** As give, for a part of an object. */
  static givePart(part: usize): void {
    Trace.give(part);
    KindBlock.give(part);
  }
}
