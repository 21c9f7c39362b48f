// test/support/wasm-memory-limit.ts: the same Wasm module with another maximum of memory, so that the engine says no.
// Source: WebAssembly Core Specification 2.0, 5.5 "Modules" and 5.2.2 "Integers" (LEB128).

const HEADER_SIZE = 8;
const MEMORY_SECTION = 5;
const HAS_MAXIMUM = 1;

/** The module `wasm` with one memory of at most `pages` pages. @throws if it has none of its own. */
export function withMaximumPages(wasm: Uint8Array, pages: number): Uint8Array<ArrayBuffer> {
  for (let at = HEADER_SIZE; at < wasm.length; ) {
    const id = wasm[at]!;
    const size = readUnsigned(wasm, at + 1);
    const end = size.end + size.value;
    if (id === MEMORY_SECTION) {
      const count = readUnsigned(wasm, size.end);
      const minimum = readUnsigned(wasm, count.end + 1); // one byte of flags between
      const section = [1, HAS_MAXIMUM, ...unsigned(minimum.value), ...unsigned(pages)];
      return Uint8Array.from([
        ...wasm.subarray(0, at + 1),
        ...unsigned(section.length),
        ...section,
        ...wasm.subarray(end),
      ]);
    }
    at = end;
  }
  throw new Error("the module has no memory of its own");
}

/** An unsigned LEB128 integer below 2^32, and where it ends. */
function readUnsigned(bytes: Uint8Array, at: number): { value: number; end: number } {
  let value = 0;
  for (let shift = 0, end = at; ; shift += 7) {
    const byte = bytes[end]!;
    end += 1;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return { value, end };
  }
}

/** `value` as unsigned LEB128. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(Math.floor(value / 0x80))];
}
