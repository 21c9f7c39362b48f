import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readRecording, readWorkload } from "../../../../src/lab/formats/read-recording.js";
import { RecordingReport } from "../../../../src/lab/formats/report.js";
import { TraceFormatError } from "../../../../src/lab/trace-format-error.js";
import { writeAtr1 } from "../../../support/atr1-writer.js";
import { nativeFile, nativeFiles } from "../../../support/native-formats.js";
import { eventsOf, faultOf, lines, recordingOf } from "../../../support/recordings.js";

const MTRACE = lines("= Start", "@ app:[0x1] + 0x10 0x8", "@ app:[0x2] - 0x10", "= End");
const HEAPTRACK = lines("v 10400 3", "s 3 app", "i 1 1", "t 1 0", "a 8 1", "+ 0", "- 0");
const RAW = lines("v 10400 3", "x 3 app", "t 1 0", "+ 8 1 10", "- 10");
const ATR1 = writeAtr1([
  { op: "malloc", slot: 0, size: 8, site: 1 },
  { op: "free", slot: 0 },
]);
const hasZstd = spawnSync("zstd", ["--version"]).status === 0;

const zstd = (contents: string | Uint8Array, ...options: string[]): Uint8Array =>
  execFileSync("zstd", ["-cq", ...options], { input: Buffer.from(contents) });

describe("the format and the compression are told by the contents", () => {
  const contents: [string, string | Uint8Array][] = [
    ["mtrace", MTRACE],
    ["heaptrack", HEAPTRACK],
    ["heaptrack-raw", RAW],
    ["atr1", ATR1],
  ];
  test.each(contents)("%s, whatever its name", async (format, plain) => {
    const packed = [plain, gzipSync(plain), ...(hasZstd ? [zstd(plain)] : [])];
    for (const it of packed) {
      const recording = await recordingOf(it, "misleading.atr.gz");
      expect(recording.format).toBe(format);
      expect(eventsOf(recording)).toEqual([expect.stringMatching(/^malloc 0: 8 at [01]/), "free 0"]);
    }
  });

  test("a workload is its trace, with a name that tells it from others of the program", async () => {
    const trace = await readWorkload("examples/sqlite.atr.gz");
    expect(trace).toMatchObject({ name: "sqlite", events: 945597 });
    expect((await recordingOf(gzipSync(MTRACE), "app.mtrace.gz")).trace.name).toMatch(/^\d+-app\.mtrace$/);
  });
});

describe("what is no recording is refused", () => {
  test.each([
    ["an empty file", "", "the file is empty"],
    ["an empty gzip file", gzipSync(""), "the file is empty"],
    ["one letter", "x", "no recording starts here"],
    ["prose", "It was a dark and stormy night.\n", "no recording starts here"],
    ["zeros", new Uint8Array(100), "no recording starts here"],
    ["gzip cut off", gzipSync(MTRACE).subarray(0, 30), "gzip data is damaged"],
    ["gzip of which only the start is there", gzipSync(MTRACE).subarray(0, 4), "gzip data is damaged"],
  ])("%s", async (_, contents, reason) => {
    const fault = await faultOf(contents);
    expect(fault.reason).toContain(reason);
    expect(fault.message).toMatch(/: byte \d+: .+; .+/);
  });

  test("a line without end", async () => {
    expect((await faultOf(`v 10400 3\ns ${"a".repeat(17 << 20)}`)).reason).toContain("longer than");
  });

  test("a missing file is the system's to tell", async () => {
    await expect(readRecording("/no/such/file")).rejects.toMatchObject({ code: "ENOENT" });
    await expect(readRecording("test")).rejects.toMatchObject({ code: "EISDIR" });
  });
});

describe.skipIf(!hasZstd)("Zstandard data", () => {
  const long = lines(
    "= Start",
    ...Array.from({ length: 40_000 }, (_, i) => `+ 0x${(i + 16).toString(16)} 0x8`),
  );

  test("of several frames is one file, those to skip among them", async () => {
    const half = long.length >> 1;
    const skipped = Uint8Array.of(0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3);
    const frames = [zstd(long.slice(0, half)), skipped, zstd(long.slice(half), "--no-check")];
    expect((await recordingOf(Buffer.concat(frames))).trace.events).toBe(40_000);
  });

  test("cut off anywhere is refused", async () => {
    const packed = zstd(long);
    for (const length of [4, 6, 9, packed.length >> 1, packed.length - 4, packed.length - 1]) {
      expect((await faultOf(packed.subarray(0, length))).reason).toMatch(/ends early: compressed byte \d+/);
    }
  });

  test("with any byte of its blocks changed is refused: where decoding doesn't show it, the checksum does", async () => {
    const packed = zstd(MTRACE);
    const headerSize = 6; // a larger window than needed does no harm
    for (let at = headerSize; at < packed.length; at += 1) {
      const changed = Uint8Array.from(packed);
      changed[at]! ^= 0x20;
      await expect(faultOf(changed), `byte ${at}`).resolves.toBeInstanceOf(TraceFormatError);
    }
  });

  test("followed by something else is refused", async () => {
    expect((await faultOf(Buffer.concat([zstd(MTRACE), Buffer.from("junk")]))).reason).toContain(
      "something else",
    );
  });

  test("that looks back too far is refused before memory is asked for", async () => {
    const packed = Uint8Array.from(zstd(long, "--no-check"));
    const header = Uint8Array.of(...packed.subarray(0, 4), 0, 0xa8, 0x01, 0, 0);
    expect((await faultOf(header)).reason).toContain("looks back");
  });
});

test("progress goes from 0 to 1, and an abort ends reading", async () => {
  const abort = new AbortController();
  const seen: number[] = [];
  await readRecording("examples/sqlite.atr.gz", { onProgress: (done) => seen.push(done) });
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  expect(seen.at(-1)).toBe(1);
  abort.abort();
  await expect(readRecording("examples/sqlite.atr.gz", { signal: abort.signal })).rejects.toBe(
    abort.signal.reason,
  );
});

test("lines are the same however the file falls into pieces", async () => {
  const { TextLines } = await import("../../../../src/lab/formats/text-lines.js");
  const text = lines("first", "", "third line", "4", "éü", "last");
  const bytes = new TextEncoder().encode(text);
  const whole = text.split("\n").slice(0, -1);
  fc.assert(
    fc.property(fc.array(fc.nat(bytes.length), { maxLength: 8 }), (cuts) => {
      const places = [0, ...cuts.sort((a, b) => a - b), bytes.length];
      const reader = new TextLines("file");
      const read: string[] = [];
      for (let i = 1; i < places.length; i += 1) {
        reader.push(bytes.slice(places[i - 1], places[i]), () => {
          expect(reader.line).toBe(read.length + 1);
          expect(reader.lineOffset).toBe(new TextEncoder().encode(lines(...read)).length);
          read.push(reader.rest());
        });
      }
      expect(read).toEqual(whole);
      expect(reader.hasOpenEnd).toBe(false);
    }),
  );
});

/** Real files where they are at hand; packed ones for the decompressors, small ones so that damage meets every line. */
const VICTIMS: [string, Uint8Array][] = [
  ["a small mtrace", Buffer.from(MTRACE)],
  ["a small heaptrack", Buffer.from(HEAPTRACK)],
  ["a small raw", Buffer.from(RAW)],
  ["a small ATR1", ATR1],
  ...nativeFiles(
    "edge.mtrace",
    "leaky.heaptrack",
    "leaky.heaptrack.raw",
    "leaky.heaptrack.gz",
    "leaky.heaptrack.zst",
  ).map((name): [string, Uint8Array] => [name, readFileSync(nativeFile(name))]),
];

test.each(VICTIMS)("random damage to %s gives a recording or a typed error", async (_, bytes) => {
  const damage = fc.array(
    fc.record({
      at: fc.nat(bytes.length - 1),
      kind: fc.constantFrom("change", "remove", "repeat", "cut" as const),
      byte: fc.oneof(fc.nat(255), fc.constantFrom(...Buffer.from("0159afxm+-<>@ \n"))),
      length: fc.integer({ min: 1, max: 20 }),
    }),
    { minLength: 1, maxLength: 4 },
  );
  await fc.assert(
    fc.asyncProperty(damage, async (faults) => {
      let damaged = Uint8Array.from(bytes);
      for (const { at, kind, byte, length } of faults) {
        const place = Math.min(at, damaged.length);
        if (kind === "change" && place < damaged.length) damaged[place] = byte;
        if (kind === "cut") damaged = damaged.slice(0, place);
        if (kind === "remove")
          damaged = Uint8Array.of(...damaged.slice(0, place), ...damaged.slice(place + length));
        if (kind === "repeat")
          damaged = Uint8Array.of(...damaged.slice(0, place + length), ...damaged.slice(place));
      }
      try {
        const recording = await recordingOf(damaged);
        new RecordingReport(recording, 3).toText(false);
      } catch (error) {
        expect(error).toBeInstanceOf(TraceFormatError);
      }
    }),
    { numRuns: 60, interruptAfterTimeLimit: 5000 },
  );
});
