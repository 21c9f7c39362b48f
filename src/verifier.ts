// src/verifier.ts: walks a heap's memory with the verifier module, and throws the first broken rule.
// Not here: the rules (assembly/verify.ts and the structures it visits).

import { BROKEN_ADDRESS } from "../assembly/layout.js";
import bytes from "../build/verifier.wasm";
import { host, instantiate } from "./core.js";
import { errorOf } from "./errors.js";

interface VerifierExports {
  readonly LAYOUT_VERSION: WebAssembly.Global;
  /** The first broken RULE_, its address at BROKEN_ADDRESS; 0 if all hold. */
  verify(): number;
  /** References to containers, immortal ones aside, that no object holds, as the last verify() found them. */
  outside_references(): number;
}

let compiled: WebAssembly.Module | undefined;

/**
 * A function that checks the heap in `memory`, and returns how many references there are to containers, immortal ones aside, that no object
 * holds: handles do, and whoever counts by hand. O(heap) a call.
 *
 * @throws {CorruptHeapError} when called and a rule is broken.
 */
export function createVerifier(memory: WebAssembly.Memory): () => number {
  compiled ??= new WebAssembly.Module(bytes);
  const { verify, outside_references } = instantiate<VerifierExports>(compiled, { host, env: { memory } });
  return () => {
    const rule = verify();
    if (rule) throw errorOf(rule, new DataView(memory.buffer).getUint32(BROKEN_ADDRESS, true));
    return outside_references() >>> 0;
  };
}
