// test/support/wat.ts: Wasm bytes from text, for modules a test needs and no compiler of ours makes.

import binaryen from "binaryen";

const { MutableGlobals, ReferenceTypes, ExceptionHandling } = binaryen.Features;
/** Not all: the newest would encode imports in a way that Node 20 does not read. */
const FEATURES = MutableGlobals | ReferenceTypes | ExceptionHandling;

/** The binary of a module in text form. */
export function wat(text: string): Uint8Array<ArrayBuffer> {
  const module = binaryen.parseText(text);
  module.setFeatures(FEATURES);
  const bytes = Uint8Array.from(module.emitBinary());
  module.dispose();
  return bytes;
}

/** A bump allocator's malloc and free; `more` are further fields of the module. */
export function watAllocator(more = "", memory = '(memory (export "memory") 2 16)'): Uint8Array<ArrayBuffer> {
  return wat(`(module ${more} ${memory}
    (global $top (mut i32) (i32.const 64))
    (func $malloc (export "malloc") (param $size i32) (result i32) (local $block i32)
      (local.set $block (global.get $top))
      (global.set $top (i32.and (i32.add (i32.add (local.get $block) (local.get $size)) (i32.const 16)) (i32.const -16)))
      (local.get $block))
    (func $free (export "free") (param i32)))`);
}
