// src/lab/formats/unzstd.ts: unpacks Zstandard data; damage is told with its place, also where only a checksum shows it.
// Not here: decoding a block (fzstd), the checksum's function (xxhash-wasm).
// Source: RFC 8878, section 3.1.

import { Decompress } from "fzstd";
import xxhash from "xxhash-wasm";
import { yieldToEvents } from "../replay.js";
import { TraceFormatError } from "../trace-format-error.js";

const MAGIC = 0xfd2fb528;
/** The low four bits are the writer's. */
const SKIPPABLE_MAGIC = 0x184d2a50;
const SKIPPABLE_MASK = 0xfffffff0;
const SKIPPABLE_HEADER_SIZE = 8;
/** Bytes of the fields that the descriptor's bits choose between. */
const DICTIONARY_ID_SIZES = [0, 1, 2, 4];
const CONTENT_SIZE_SIZES = [0, 2, 4, 8];
const SINGLE_SEGMENT = 1 << 5;
const HAS_CHECKSUM = 1 << 2;
const CHECKSUM_SIZE = 4;
const BLOCK_HEADER_SIZE = 3;
const BLOCK_RLE = 1;
const BLOCK_RESERVED = 3;
const BLOCK_SIZE_MAX = 1 << 17;
/** As zstd's own default; more is asked for by damaged files, which then take all memory. */
const WINDOW_SIZE_MAX = 1 << 27;
const PIECE_BYTES = 1 << 16;

const FETCH_AGAIN = "fetch or copy the file again";

/** One frame's place in the data; `checksum` is undefined where none was written. */
interface Frame {
  readonly begin: number;
  readonly end: number;
  readonly checksum: number | undefined;
}

/** By the first bytes, whatever the name. */
export function isZstd(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && isFrameMagic(viewOf(bytes).getUint32(0, true));
}

/**
 * Gives the decompressed bytes piece by piece.
 *
 * @param take - gets the next piece, and how many of `bytes` were needed so far; what it throws ends the work.
 * @throws {TraceFormatError} if the data is damaged or cut off; its offset is in the decompressed data.
 */
export async function unzstdInto(
  bytes: Uint8Array,
  file: string,
  take: (piece: Uint8Array, consumedBytes: number) => void,
): Promise<void> {
  let length = 0;
  const fail = (reason: string, advice = FETCH_AGAIN): never => {
    throw new TraceFormatError(file, length, reason, advice);
  };
  const { create64 } = await xxhash();
  for (let begin = 0; begin < bytes.length; ) {
    const frame = findFrame(bytes, begin, fail);
    begin = frame.end;
    if (isSkippable(bytes, frame)) continue;
    const hash = frame.checksum === undefined ? undefined : create64();
    await decodeFrame(
      bytes,
      frame,
      (piece, consumedBytes) => {
        length += piece.length;
        hash?.update(piece);
        take(piece, consumedBytes);
      },
      fail,
    );
    if (hash !== undefined && Number(hash.digest() & 0xffffffffn) !== frame.checksum) {
      fail("the Zstandard data is damaged before this byte: its checksum is another");
    }
  }
}

type Fail = (reason: string, advice?: string) => never;

async function decodeFrame(
  bytes: Uint8Array,
  { begin, end }: Frame,
  take: (piece: Uint8Array, consumedBytes: number) => void,
  fail: Fail,
): Promise<void> {
  let pieces: Uint8Array[] = [];
  const decoder = new Decompress((piece) => pieces.push(piece));
  for (let at = begin; at < end; at += PIECE_BYTES) {
    const next = Math.min(at + PIECE_BYTES, end);
    try {
      decoder.push(bytes.subarray(at, next), next === end);
    } catch (error) {
      // whatever damage makes the decoder stumble over
      fail(`the Zstandard data is damaged at or soon after this byte: ${(error as Error).message}`);
    }
    for (const piece of pieces) {
      if (piece.length > 0) take(piece, next);
    }
    pieces = [];
    await yieldToEvents(); // lets a Ctrl-C in
  }
}

/** Walks over one frame's blocks, so that a cut is told from damage, and no damaged size asks for memory. */
function findFrame(bytes: Uint8Array, begin: number, fail: Fail): Frame {
  const view = viewOf(bytes);
  const needs = (end: number): void => {
    if (end <= bytes.length) return;
    fail(
      `the Zstandard data ends early: compressed byte ${bytes.length}, inside the frame at byte ${begin}`,
      FETCH_AGAIN,
    );
  };
  needs(begin + 4);
  const magic = view.getUint32(begin, true);
  if (!isFrameMagic(magic)) fail(`something else follows the Zstandard data, from compressed byte ${begin}`);
  if (magic !== MAGIC) {
    needs(begin + SKIPPABLE_HEADER_SIZE);
    const end = begin + SKIPPABLE_HEADER_SIZE + view.getUint32(begin + 4, true);
    needs(end);
    return { begin, end, checksum: undefined };
  }
  needs(begin + 5);
  const descriptor = bytes[begin + 4]!;
  const isSingleSegment = (descriptor & SINGLE_SEGMENT) !== 0;
  if ((descriptor & 3) !== 0) {
    fail("the Zstandard data needs a dictionary", "decompress it with that, and give what comes out");
  }
  const contentSizeSize = CONTENT_SIZE_SIZES[descriptor >> 6]! || (isSingleSegment ? 1 : 0);
  const contentSizeAt = begin + 5 + (isSingleSegment ? 0 : 1) + DICTIONARY_ID_SIZES[descriptor & 3]!;
  let at = contentSizeAt + contentSizeSize;
  needs(at);
  const windowSize = isSingleSegment
    ? contentSizeOf(view, contentSizeAt, contentSizeSize)
    : windowSizeOf(bytes[begin + 5]!);
  if (windowSize > WINDOW_SIZE_MAX) {
    fail(
      `the Zstandard data looks back ${windowSize} bytes, more than ${WINDOW_SIZE_MAX}`,
      "decompress it with zstd --long=31, and give what comes out",
    );
  }
  for (let isLast = false; !isLast; ) {
    needs(at + BLOCK_HEADER_SIZE);
    const header = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
    const type = (header >> 1) & 3;
    const size = header >> 3;
    if (type === BLOCK_RESERVED || size > BLOCK_SIZE_MAX) {
      fail(`the Zstandard data is damaged: no block starts at compressed byte ${at}`);
    }
    isLast = (header & 1) === 1;
    at += BLOCK_HEADER_SIZE + (type === BLOCK_RLE ? 1 : size);
  }
  needs(at);
  if ((descriptor & HAS_CHECKSUM) === 0) return { begin, end: at, checksum: undefined };
  needs(at + CHECKSUM_SIZE);
  return { begin, end: at + CHECKSUM_SIZE, checksum: view.getUint32(at, true) };
}

function isFrameMagic(magic: number): boolean {
  return magic === MAGIC || (magic & SKIPPABLE_MASK) >>> 0 === SKIPPABLE_MAGIC;
}

function isSkippable(bytes: Uint8Array, { begin }: Frame): boolean {
  return viewOf(bytes).getUint32(begin, true) !== MAGIC;
}

/** Content sizes of two bytes count from 256. */
function contentSizeOf(view: DataView, at: number, size: number): number {
  if (size === 1) return view.getUint8(at);
  if (size === 2) return view.getUint16(at, true) + 256;
  return size === 4 ? view.getUint32(at, true) : Number(view.getBigUint64(at, true));
}

function windowSizeOf(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
