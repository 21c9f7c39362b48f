// test/src/tracemalloc/snapshot-file.test.ts: a dumped snapshot is loaded as it was, or refused: whatever has become of its bytes.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { InvalidArgumentError, SnapshotFormatError } from "../../../src/errors.js";
import { Snapshot } from "../../../src/tracemalloc/snapshot.js";
import { newObjectHeap } from "../../support/checked-core.js";
import { anyTraces, snapshotOf, type WrittenTrace } from "../../support/snapshots.js";

const PREFIX_SIZE = 12;
/** Checksum and size. */
const GZIP_TRAILER_SIZE = 8;

/** All that a snapshot tells. */
function contentOf(snapshot: Snapshot): unknown {
  const { tracebackLimit, sampleBytes, takenAt } = snapshot;
  const traces = [...snapshot.traces].map(({ traceback, ...others }) => ({
    ...others,
    frames: traceback.frames,
  }));
  return { tracebackLimit, sampleBytes, takenAt, traces };
}

const TRACES: readonly WrittenTrace[] = [
  {
    domain: 1,
    size: 24,
    frames: [
      ["main.ts", 1],
      ["ä.ts", 3],
    ],
    type: "list",
  },
  { domain: 0, size: 100, frames: [["main.ts", 2]] },
];
const SMALL = snapshotOf(TRACES, { takenAt: 1_700_000_000_000, sampleBytes: 4096 });

/** The file of a snapshot whose header and columns are changed. */
async function fileWith(
  change: (header: Record<string, unknown>) => unknown,
  changeBytes: (bytes: Buffer, headerEnd: number) => Buffer = (bytes) => bytes,
): Promise<Uint8Array> {
  const bytes = gunzipSync(await SMALL.dump());
  const headerEnd = PREFIX_SIZE + bytes.readUInt32LE(8);
  const header = change(JSON.parse(bytes.subarray(PREFIX_SIZE, headerEnd).toString()));
  const text = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const prefix = Buffer.from(bytes.subarray(0, PREFIX_SIZE));
  prefix.writeUInt32LE(text.length, 8);
  const changed = Buffer.concat([prefix, text, bytes.subarray(headerEnd)]);
  return gzipSync(changeBytes(changed, PREFIX_SIZE + text.length));
}

async function expectRefused(bytes: Uint8Array | Promise<Uint8Array>, message = /./): Promise<void> {
  const error = await Snapshot.load(await bytes).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(SnapshotFormatError);
  expect((error as Error).message).toMatch(message);
}

describe("what was dumped is what is loaded:", () => {
  test("any traces and settings", async () => {
    const type = fc.option(fc.string({ unit: "binary", maxLength: 3 }), { nil: undefined });
    const details = fc.record({ address: fc.nat(2 ** 32 - 1), type });
    const settings = fc.record(
      {
        tracebackLimit: fc.integer({ min: 1, max: 65_535 }),
        sampleBytes: fc.oneof(
          fc.integer({ min: 1, max: 2 ** 40 }),
          fc.double({ min: 1, max: 2 ** 40, noNaN: true }),
        ),
        takenAt: fc.integer({ min: 0, max: 2 ** 43 }),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(anyTraces, fc.infiniteStream(details), settings, async (traces, details, settings) => {
        const detailed = traces.map((trace): WrittenTrace => {
          const { address, type } = details.next().value;
          return { ...trace, address, ...(type === undefined ? {} : { type }) };
        });
        const snapshot = snapshotOf(detailed, settings);
        const bytes = await snapshot.dump();
        expect(contentOf(await Snapshot.load(bytes))).toEqual(contentOf(snapshot));
      }),
      { numRuns: 200 },
    );
  });

  test("part of a snapshot", async () => {
    const part = SMALL.filterTraces([]).select((index) => index === 1);
    expect(contentOf(await Snapshot.load(await part.dump()))).toEqual(contentOf(part));
  });

  test("that of a heap, statistics and text included", async () => {
    const heap = newObjectHeap("release");
    heap.tracemalloc.start(3);
    heap.malloc(100);
    heap.list([1000, "text"]);
    const snapshot = heap.tracemalloc.takeSnapshot();
    const loaded = await Snapshot.load(await snapshot.dump());
    expect(contentOf(loaded)).toEqual(contentOf(snapshot));
    expect(loaded.statistics("traceback").map((statistic) => statistic.traceback.format())).toEqual(
      snapshot.statistics("traceback").map((statistic) => statistic.traceback.format()),
    );
    expect(loaded.compareTo(snapshot, "lineno").every(({ sizeDiff }) => sizeDiff === 0)).toBe(true);
  });

  test("no traces", async () => {
    const snapshot = snapshotOf([]);
    expect(contentOf(await Snapshot.load(await snapshot.dump()))).toEqual(contentOf(snapshot));
  });

  test("bytes of any kind, of any memory", async () => {
    const bytes = await SMALL.dump();
    const within = new Uint8Array(bytes.length + 20);
    within.set(bytes, 7);
    for (const source of [bytes.buffer, Buffer.from(bytes), within.subarray(7, 7 + bytes.length)]) {
      expect(contentOf(await Snapshot.load(source))).toEqual(contentOf(SMALL));
    }
  });
});

describe("a file", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "snapshots-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("is written and read, by path and by URL", async () => {
    const path = join(folder, "ä b.pyms");
    const bytes = await SMALL.dump(path);
    expect(new Uint8Array(readFileSync(path))).toEqual(bytes);
    expect(contentOf(await Snapshot.load(path))).toEqual(contentOf(SMALL));
    const url = pathToFileURL(join(folder, "#2"));
    await SMALL.dump(url);
    expect(contentOf(await Snapshot.load(url))).toEqual(contentOf(SMALL));
  });

  test("of another kind is refused, and one that is not there is the file system's error", async () => {
    const path = join(folder, "text");
    writeFileSync(path, "text");
    await expect(Snapshot.load(path)).rejects.toThrow(SnapshotFormatError);
    await expect(Snapshot.load(join(folder, "nothing"))).rejects.toMatchObject({ code: "ENOENT" });
  });

  test.each([undefined, null, 5, {}, []])("is not given by %j", async (source) => {
    await expect(Snapshot.load(source as never)).rejects.toThrow(InvalidArgumentError);
  });
});

describe("a damaged file is refused:", () => {
  test("cut off at any byte", async () => {
    const bytes = await SMALL.dump();
    for (let length = 0; length < bytes.length; length += 1) await expectRefused(bytes.subarray(0, length));
  });

  test("longer by anything", async () => {
    const bytes = await SMALL.dump();
    for (const tail of [[0], [0x1f], [1, 2, 3], [...bytes]])
      await expectRefused(Uint8Array.from([...bytes, ...tail]));
  });

  test("any byte another, but for those of gzip's that mean nothing", async () => {
    const bytes = await SMALL.dump();
    let refused = 0;
    for (let index = 0; index < bytes.length; index += 1) {
      for (const mask of [1, 2, 4, 8, 16, 32, 64, 128, 255]) {
        const damaged = Uint8Array.from(bytes);
        damaged[index]! ^= mask;
        // flags, time, hints to the decompressor, operating system; bits that fill the last byte up
        const isIdle = (index >= 3 && index < 10) || index === bytes.length - GZIP_TRAILER_SIZE - 1;
        const loaded = await Snapshot.load(damaged).catch((error: unknown) => error);
        if (loaded instanceof Snapshot) {
          expect(isIdle, `byte ${index} ^ ${mask}`).toBe(true);
          expect(contentOf(loaded)).toEqual(contentOf(SMALL));
        } else {
          expect(loaded, `byte ${index} ^ ${mask}`).toBeInstanceOf(SnapshotFormatError);
          refused += 1;
        }
      }
    }
    expect(refused).toBeGreaterThan((bytes.length - 11) * 9);
  });

  test("not this library's, though gzip's", async () => {
    await expectRefused(gzipSync(""), /no snapshot/);
    await expectRefused(gzipSync("PYMS"), /no snapshot/);
    await expectRefused(gzipSync("some longer text that means nothing"), /no snapshot/);
    await expectRefused(new Uint8Array(0), /no gzip/);
    await expectRefused(new TextEncoder().encode("PYMS and more than that"), /no gzip/);
  });

  test.each([0, 2, 2 ** 32 - 1])("of version %d, which it says", async (version) => {
    const file = fileWith(
      (header) => header,
      (bytes) => {
        bytes.writeUInt32LE(version, 4);
        return bytes;
      },
    );
    await expectRefused(file, new RegExp(`version is ${version}`));
  });

  test.each([0, 1, 2 ** 31, 2 ** 32 - 1])("a header of %d bytes", async (size) => {
    const file = fileWith(
      (header) => header,
      (bytes) => {
        bytes.writeUInt32LE(size, 8);
        return bytes;
      },
    );
    await expectRefused(file, /header/);
  });

  test.each<[string, (header: Record<string, unknown>) => unknown]>([
    ["that is no JSON", () => "{"],
    ["that is no object", () => "null"],
    ["that is a list", () => "[]"],
    ["that is no text", () => "\ud800"],
    ["without frames", ({ frames, ...others }) => others],
    ["whose lists are objects", (header) => ({ ...header, tracebacks: { length: 0 } })],
    ["with fewer traces", (header) => ({ ...header, traces: 1 })],
    ["with more traces", (header) => ({ ...header, traces: 3 })],
    ["with half a trace", (header) => ({ ...header, traces: 1.5 })],
    ["with less than no traces", (header) => ({ ...header, traces: -2 })],
    ["with more traces than anything", (header) => ({ ...header, traces: 1e300 })],
    ["with so many traces that their bytes can't be counted", (header) => ({ ...header, traces: 2 ** 53 })],
    ["without a type", (header) => ({ ...header, types: [] })],
    ["with types that are no names", (header) => ({ ...header, types: [5] })],
    ["with fewer tracebacks", (header) => ({ ...header, tracebacks: [[0]] })],
    ["with tracebacks of frames that are not there", (header) => ({ ...header, tracebacks: [[0], [7]] })],
    ["with tracebacks of less than no frame", (header) => ({ ...header, tracebacks: [[0], [-1]] })],
    ["with frames that are none", (header) => ({ ...header, frames: [[], [], []] })],
    [
      "with lines that are none",
      (header) => ({
        ...header,
        frames: [
          ["f", "a", "1", 1],
          ["f", "b", 1, 1],
          ["f", "c", 1, 1],
        ],
      }),
    ],
    ["with no limit of frames", (header) => ({ ...header, tracebackLimit: null })],
    ["of a sample of nothing", (header) => ({ ...header, sampleBytes: 0 })],
    ["of a sample of less than nothing", (header) => ({ ...header, sampleBytes: -5 })],
    ["of a sample of words", (header) => ({ ...header, sampleBytes: "64" })],
    ["of a time that is none", (header) => ({ ...header, takenAt: 1e300 })],
    ["of no time", (header) => ({ ...header, takenAt: null })],
  ])("a header %s", async (_, change) => {
    await expectRefused(fileWith(change));
  });

  test.each([
    ["traceback", 16],
    ["domain", 24],
    ["type", 26],
  ])("a trace of a %s that is not there", async (_, offset) => {
    const file = fileWith(
      (header) => header,
      (bytes, headerEnd) => {
        bytes[headerEnd + offset] = 9;
        return bytes;
      },
    );
    await expectRefused(file, /not there/);
  });

  test("any header and any columns: refused, or of use", async () => {
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom([], [[]], [[0]], 0, 1, -1, 2 ** 40, null, ""),
    );
    const key = fc.constantFrom(
      ...["traces", "tracebackLimit", "sampleBytes", "takenAt", "types", "frames", "tracebacks"],
    );
    await fc.assert(
      fc.asyncProperty(fc.dictionary(key, value, { minKeys: 1, maxKeys: 2 }), async (changed) => {
        const loaded = await Snapshot.load(await fileWith((header) => ({ ...header, ...changed }))).catch(
          (error: unknown) => error,
        );
        if (!(loaded instanceof Snapshot)) {
          expect(loaded).toBeInstanceOf(SnapshotFormatError);
          return;
        }
        contentOf(loaded);
        for (const groupBy of ["filename", "lineno", "traceback"] as const)
          loaded.statistics(groupBy).map(String);
        expect(Number.isFinite(loaded.total.size)).toBe(true);
        expect(contentOf(await Snapshot.load(await loaded.dump()))).toEqual(contentOf(loaded));
      }),
      { numRuns: 500 },
    );
  });
});
