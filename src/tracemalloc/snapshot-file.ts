// src/tracemalloc/snapshot-file.ts: snapshots as bytes, and back. A damaged file is refused with the reason; gzip's checksum finds damage.
//
// A gzip file of, little-endian:
//
//   0       4         8               12       12 + header size
//   ┌───────┬─────────┬───────────────┬────────┬───────────┬───────┬────────────┬─────────┬───────┐
//   │ magic │ version │ header size   │ header │ addresses │ sizes │ tracebacks │ domains │ types │
//   └───────┴─────────┴───────────────┴────────┴───────────┴───────┴────────────┴─────────┴───────┘
//    "PYMS"  u32       u32 bytes       JSON     u32 each    u32     u32 indices  u8        u16

import { SnapshotFormatError } from "../errors.js";
import type { Frame } from "./frame.js";
import { SAMPLE_BYTES_MAX } from "./sampling.js";
import { DOMAINS, type SnapshotColumns, type SnapshotContent } from "./snapshot-content.js";
import { Traceback } from "./traceback.js";

const MAGIC = "PYMS";
const VERSION = 1;
const PREFIX_SIZE = 12;
const GZIP_MAGIC = [0x1f, 0x8b];
/** What a Date can be, in ms from the epoch. */
const TIME_MAX = 8.64e15;

/** What stands in the header; frames are [function, file, line, column], tracebacks indices of frames. */
interface Header {
  readonly traces: number;
  readonly tracebackLimit: number;
  readonly sampleBytes: number | null;
  readonly takenAt: number;
  readonly types: readonly string[];
  readonly frames: readonly (readonly [string, string, number, number])[];
  readonly tracebacks: readonly (readonly number[])[];
}

/** The file's bytes. */
export async function encodeSnapshot(content: SnapshotContent): Promise<Uint8Array<ArrayBuffer>> {
  const header = new TextEncoder().encode(JSON.stringify(headerOf(content)));
  const prefix = new Uint8Array(PREFIX_SIZE);
  new TextEncoder().encodeInto(MAGIC, prefix);
  const view = new DataView(prefix.buffer);
  view.setUint32(4, VERSION, true);
  view.setUint32(8, header.length, true);
  const { addresses, sizes, tracebackIndices, domains, typeIndices } = content.columns;
  const columns = [addresses, sizes, tracebackIndices, domains, typeIndices].map(
    ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength),
  );
  const parts = new Blob([prefix, header, ...columns]).stream();
  return bytesOf(parts.pipeThrough(new CompressionStream("gzip")));
}

/** @throws {SnapshotFormatError} saying what is wrong with the bytes. */
export async function decodeSnapshot(file: Uint8Array): Promise<SnapshotContent> {
  if (GZIP_MAGIC.some((byte, index) => file[index] !== byte))
    throw new SnapshotFormatError("it is no gzip file");
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    const stream = new Blob([new Uint8Array(file)]).stream().pipeThrough(new DecompressionStream("gzip"));
    bytes = await bytesOf(stream);
  } catch (error) {
    throw new SnapshotFormatError("it is damaged or cut off: gzip's checksum does not fit", { cause: error });
  }
  // some engines look at nothing that follows
  if (new DataView(file.buffer, file.byteOffset + file.length - 4).getUint32(0, true) !== bytes.length) {
    throw new SnapshotFormatError("something follows the end of it");
  }
  const view = new DataView(bytes.buffer);
  if (bytes.length < PREFIX_SIZE || new TextDecoder().decode(bytes.subarray(0, 4)) !== MAGIC) {
    throw new SnapshotFormatError("it is no snapshot of tracemalloc's");
  }
  const version = view.getUint32(4, true);
  if (version !== VERSION) {
    throw new SnapshotFormatError(
      `its version is ${version}, this library reads ${VERSION}: load it with the one that wrote it`,
    );
  }
  const headerEnd = PREFIX_SIZE + view.getUint32(8, true);
  const header = parseHeader(bytes.subarray(PREFIX_SIZE, headerEnd));
  const columns = readColumns(bytes.slice(headerEnd), header.traces);
  checkIndices(columns, header);
  const frames = header.frames.map(
    ([functionName, filename, lineno, column]): Frame => ({ functionName, filename, lineno, column }),
  );
  return {
    columns,
    tracebacks: header.tracebacks.map((indices) => new Traceback(indices.map((index) => frames[index]!))),
    types: header.types,
    tracebackLimit: header.tracebackLimit,
    sampleBytes: header.sampleBytes ?? undefined,
    takenAt: header.takenAt,
  };
}

function headerOf(content: SnapshotContent): Header {
  const frames: Header["frames"][number][] = [];
  const indices = new Map<string, number>();
  const tracebacks = content.tracebacks.map((traceback) =>
    traceback.frames.map(({ functionName, filename, lineno, column }) => {
      const frame: Header["frames"][number] = [functionName, filename, lineno, column];
      const key = JSON.stringify(frame);
      const index = indices.get(key) ?? frames.push(frame) - 1;
      indices.set(key, index);
      return index;
    }),
  );
  const { tracebackLimit, sampleBytes = null, takenAt, types } = content;
  return {
    traces: content.columns.sizes.length,
    tracebackLimit,
    sampleBytes,
    takenAt,
    types,
    frames,
    tracebacks,
  };
}

function parseHeader(bytes: Uint8Array): Header {
  let header: Partial<Header>;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as Partial<Header>;
  } catch (error) {
    throw new SnapshotFormatError("its header is no JSON", { cause: error });
  }
  const { traces, tracebackLimit, sampleBytes, takenAt, types, frames, tracebacks } = header ?? {};
  const isRight =
    isIndex(traces) &&
    isIndex(tracebackLimit) &&
    (sampleBytes === null || isSampleBytes(sampleBytes)) &&
    Number.isFinite(takenAt) &&
    Math.abs(takenAt!) <= TIME_MAX &&
    isArrayOf(types, (type) => typeof type === "string") &&
    isArrayOf(frames, isFrame) &&
    isArrayOf(tracebacks, (indices) =>
      isArrayOf(indices, (index) => isIndex(index) && index < frames!.length),
    );
  if (!isRight) throw new SnapshotFormatError("its header lacks what a snapshot has");
  return header as Header;
}

function readColumns(bytes: Uint8Array<ArrayBuffer>, count: number): SnapshotColumns {
  let offset = 0;
  const take = (elementSize: number): ArrayBuffer => {
    const start = offset;
    offset += count * elementSize;
    return bytes.buffer.slice(start, offset);
  };
  const buffers = [4, 4, 4, 1, 2].map(take);
  if (offset !== bytes.length) {
    throw new SnapshotFormatError(
      `${count} traces take ${offset} bytes, and ${bytes.length} follow its header`,
    );
  }
  return {
    addresses: new Uint32Array(buffers[0]!),
    sizes: new Uint32Array(buffers[1]!),
    tracebackIndices: new Uint32Array(buffers[2]!),
    domains: new Uint8Array(buffers[3]!),
    typeIndices: new Uint16Array(buffers[4]!),
  };
}

function checkIndices({ tracebackIndices, domains, typeIndices }: SnapshotColumns, header: Header): void {
  const isRight =
    tracebackIndices.every((index) => index < header.tracebacks.length) &&
    domains.every((index) => index < DOMAINS.length) &&
    typeIndices.every((index) => index <= header.types.length);
  if (!isRight) throw new SnapshotFormatError("a trace names a traceback, domain or type that is not there");
}

function isIndex(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0;
}

function isSampleBytes(value: unknown): value is number {
  return typeof value === "number" && value >= 1 && value <= SAMPLE_BYTES_MAX;
}

function isFrame(frame: unknown): boolean {
  if (!Array.isArray(frame)) return false;
  const [functionName, filename, lineno, column] = frame as unknown[];
  return (
    typeof functionName === "string" && typeof filename === "string" && isIndex(lineno) && isIndex(column)
  );
}

function isArrayOf(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isItem);
}

async function bytesOf(stream: ReadableStream<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer());
}
