// src/lab/sweep/touches.ts: what an allocator itself reads and writes: its module with a call before every load and store.
// Not here: what the program meets (inspect.ts). Needs Binaryen beside the package, which comes with AssemblyScript.
// Source: Binaryen's pass instrument-memory.

import { AllocatorModule } from "../allocator.js";
import { makeCall } from "../make-call.js";
import { type ReplayTask, yieldToEvents } from "../replay.js";
import { CALL_BITS, CALL_FREE, CALL_FREE_ALIGNED, CALL_MASK, STEP_WORDS } from "../script.js";
import { Locality } from "./locality.js";
import type { TouchedResult } from "./result.js";

/** What current engines have all of; a module that uses more is not instrumented. */
const FEATURES = [
  "BulkMemory",
  "MutableGlobals",
  "SignExt",
  "NontrappingFPToInt",
  "SIMD128",
  "Multivalue",
] as const;
/** A replay is watched for so long, as each access is a call into JavaScript. */
const LIMIT_MS = 2000;
const YIELD_INTERVAL_STEPS = 1 << 14;

/** An instrumented module, and what it reports to while it is watched. */
export class WatchedModule {
  private locality = new Locality();
  private accesses = 0;

  private constructor(private readonly module: AllocatorModule) {}

  /** undefined where Binaryen is not installed, or can't read the module. */
  static async of(name: string, bytes: Uint8Array): Promise<WatchedModule | undefined> {
    const instrumented = await instrument(bytes);
    if (instrumented === undefined) return undefined;
    return new WatchedModule(await AllocatorModule.compile(name, `${name}, instrumented`, instrumented));
  }

  /**
   * Replays as much as time allows and counts.
   *
   * @throws the signal's reason once it is aborted.
   */
  async watch(task: ReplayTask): Promise<TouchedResult> {
    this.locality = new Locality();
    this.accesses = 0;
    const access = (_id: number, bytes: number, offset: number, address: number): number =>
      this.meet(bytes, offset, address);
    const value = (_id: number, loaded: number): number => loaded;
    const values = ["i32", "i64", "f32", "f64"].flatMap((type) => [
      [`load_val_${type}`, value],
      [`store_val_${type}`, value],
    ]);
    const allocator = await this.module.instantiate({
      ...{ load_ptr: access, store_ptr: access },
      ...Object.fromEntries(values),
      memory_grow_pre: (_id: number, pages: number) => pages,
      memory_grow_post: (_id: number, pages: number) => pages,
    });
    this.accesses = 0; // of its start
    const { script, signal } = task;
    const steps = script.length / STEP_WORDS;
    const slots = new Uint32Array(task.maxSlots);
    const sizes = new Uint32Array(task.maxSlots);
    const startedAt = performance.now();
    let step = 0;
    for (; step < steps; step += 1) {
      const head = script[step * STEP_WORDS]!;
      const slot = head >>> CALL_BITS;
      const call = head & CALL_MASK;
      const size = script[step * STEP_WORDS + 1]! >>> 0;
      const old = slots[slot]!;
      const address = makeCall(allocator, call, old, size, script[step * STEP_WORDS + 2]! >>> 0);
      const isFree = call === CALL_FREE || call === CALL_FREE_ALIGNED;
      this.locality.meet(isFree ? old : address, isFree ? sizes[slot]! : size);
      slots[slot] = address;
      sizes[slot] = size;
      this.locality.endEvent();
      if ((step + 1) % YIELD_INTERVAL_STEPS !== 0) continue;
      await yieldToEvents();
      signal?.throwIfAborted();
      if (performance.now() - startedAt > LIMIT_MS) break;
    }
    const events = Math.min(step + 1, steps);
    return {
      ...this.locality.read(),
      accessesPerEvent: events === 0 ? 0 : this.accesses / events,
      events,
    };
  }

  private meet(bytes: number, offset: number, address: number): number {
    this.accesses += 1;
    this.locality.meet((address >>> 0) + (offset >>> 0), bytes);
    return address;
  }
}

const WASM_MAGIC = "\0asm";

/** A copy of the module that tells of each access first; undefined if that can't be made. */
async function instrument(bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (String.fromCharCode(...bytes.subarray(0, WASM_MAGIC.length)) !== WASM_MAGIC) return undefined;
  try {
    const { default: binaryen } = await import("binaryen");
    const module = binaryen.readBinary(bytes);
    try {
      module.setFeatures(
        FEATURES.reduce((all, name) => all | binaryen.Features[name], binaryen.Features.MVP),
      );
      module.runPasses(["instrument-memory"]);
      return new Uint8Array(module.emitBinary());
    } finally {
      module.dispose();
    }
  } catch {
    return undefined;
  }
}
