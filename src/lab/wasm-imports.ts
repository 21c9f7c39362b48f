// src/lab/wasm-imports.ts: harmless stand-ins for whatever a brought Wasm module imports.
// Not here: loading it (allocator.ts). The engine names imports but not their limits, so the section is read here.
// Source: WebAssembly core specification, 5.5.5 import section.

const MAGIC_AND_VERSION_SIZE = 8;
const IMPORT_SECTION = 2;
const KIND_FUNCTION = 0;
const KIND_TABLE = 1;
const KIND_MEMORY = 2;
const KIND_GLOBAL = 3;
const KIND_TAG = 4;
const LIMIT_HAS_MAXIMUM = 1;
const LIMIT_IS_SHARED = 2;
const LIMIT_IS_64 = 4;

const VALUE_TYPES: Readonly<Record<number, WebAssembly.ValueType>> = {
  127: "i32",
  126: "i64",
  125: "f32",
  124: "f64",
  112: "anyfunc",
  111: "externref",
};

/** What {@link standIns} made. */
export interface StandIns {
  readonly imports: WebAssembly.Imports;
  /** The memory the module imports, if it does. */
  readonly memory: WebAssembly.Memory | undefined;
}

/** An import of a kind no stand-in exists for. */
export class UnsupportedImport extends Error {}

/**
 * New import objects for one instance.
 *
 * @param bytes - a module the engine has already accepted.
 * @throws {UnsupportedImport} for tags, 64-bit memories and reference types without a stand-in.
 */
export function standIns(bytes: Uint8Array): StandIns {
  const imports: Record<string, Record<string, WebAssembly.ImportValue>> = {};
  let memory: WebAssembly.Memory | undefined;
  for (const { module, name, value } of readImports(bytes)) {
    imports[module] ??= {};
    imports[module][name] = value;
    if (value instanceof WebAssembly.Memory) memory = value;
  }
  return { imports, memory };
}

/** false converts to the zero of every number type, i64 included, where 0 and undefined do not. */
function returnZero(): boolean {
  return false;
}

function* readImports(
  bytes: Uint8Array,
): Generator<{ module: string; name: string; value: WebAssembly.ImportValue }> {
  const reader = new SectionReader(bytes, MAGIC_AND_VERSION_SIZE);
  while (!reader.isAtEnd) {
    const section = reader.byte();
    const size = reader.u32();
    if (section !== IMPORT_SECTION) {
      reader.skip(size);
      continue;
    }
    for (let count = reader.u32(); count > 0; count -= 1) {
      const module = reader.text();
      const name = reader.text();
      yield { module, name, value: readStandIn(reader, `${module}.${name}`) };
    }
    return;
  }
}

function readStandIn(reader: SectionReader, fullName: string): WebAssembly.ImportValue {
  const kind = reader.byte();
  switch (kind) {
    case KIND_FUNCTION:
      reader.u32();
      return returnZero;
    case KIND_TABLE: {
      const element = reader.valueType(fullName);
      if (element !== "anyfunc" && element !== "externref") throw new UnsupportedImport(`table ${fullName}`);
      const { isShared, ...limits } = reader.limits(fullName);
      return new WebAssembly.Table({ element: element as WebAssembly.TableKind, ...limits });
    }
    case KIND_MEMORY: {
      const { isShared, ...limits } = reader.limits(fullName);
      return new WebAssembly.Memory({ ...limits, ...(isShared ? { shared: true } : {}) });
    }
    case KIND_GLOBAL: {
      const value = reader.valueType(fullName);
      const mutable = reader.byte() === 1;
      const zero = value === "i64" ? 0n : value === "anyfunc" || value === "externref" ? null : 0;
      return new WebAssembly.Global({ value, mutable }, zero as never);
    }
    case KIND_TAG:
      throw new UnsupportedImport(`exception tag ${fullName}`);
    default:
      throw new UnsupportedImport(`${fullName} of unknown kind ${kind}`);
  }
}

/** Reads the few encodings of an import section, forward. */
class SectionReader {
  constructor(
    private readonly bytes: Uint8Array,
    private position: number,
  ) {}

  get isAtEnd(): boolean {
    return this.position >= this.bytes.length;
  }

  skip(size: number): void {
    this.position += size;
  }

  byte(): number {
    const value = this.bytes[this.position] ?? 0;
    this.position += 1;
    return value;
  }

  /** Unsigned LEB128. */
  u32(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  }

  text(): string {
    const length = this.u32();
    const text = new TextDecoder().decode(this.bytes.subarray(this.position, this.position + length));
    this.position += length;
    return text;
  }

  valueType(fullName: string): WebAssembly.ValueType {
    const code = this.byte();
    const type = VALUE_TYPES[code];
    if (type === undefined) throw new UnsupportedImport(`${fullName} of type 0x${code.toString(16)}`);
    return type;
  }

  limits(fullName: string): { initial: number; maximum?: number; isShared: boolean } {
    const flags = this.byte();
    if ((flags & LIMIT_IS_64) !== 0) throw new UnsupportedImport(`64-bit ${fullName}`);
    const initial = this.u32();
    const isShared = (flags & LIMIT_IS_SHARED) !== 0;
    return (flags & LIMIT_HAS_MAXIMUM) !== 0
      ? { initial, maximum: this.u32(), isShared }
      : { initial, isShared };
  }
}
