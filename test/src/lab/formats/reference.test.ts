// test/src/lab/formats/reference.test.ts: recordings add up to what mtrace(1), heaptrack_print and the reference parser say.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { hotSpotsOf } from "../../../../src/lab/formats/hot-spots.js";
import { readRecording } from "../../../../src/lab/formats/read-recording.js";
import type { Recording } from "../../../../src/lab/formats/recording.js";
import { totalsOf } from "../../../../src/lab/formats/totals.js";
import { bodyOf, bytes, heaptrackReport } from "../../../support/heaptrack-report.js";
import { hasNativeFiles, nativeFile, nativeFiles } from "../../../support/native-formats.js";

interface ReferenceSection {
  readonly line: string;
  readonly location: string;
  readonly at: string | null;
}

interface Reference {
  readonly [field: string]: unknown;
  readonly sections?: Readonly<Record<string, readonly ReferenceSection[]>>;
  readonly exactFromParser?: Readonly<Record<string, number>>;
}

const REFERENCES: Record<string, Reference> = hasNativeFiles
  ? JSON.parse(readFileSync(nativeFile("REFERENCE.json"), "utf8"))
  : {};
const namesWith = (field: string): string[] =>
  Object.keys(REFERENCES).filter((name) => REFERENCES[name]![field] !== undefined);

describe.skipIf(!hasNativeFiles)("heaptrack's files", () => {
  test.each(namesWith("exactFromParser"))("%s adds up to the byte", async (name) => {
    const recording = await readRecording(nativeFile(name));
    const totals = totalsOf(recording);
    expect({
      allocations: totals.allocations,
      frees: totals.frees,
      temporary: totals.heaptrackTemporary,
      peakBytes: totals.peakLiveBytes,
      leakedBytes: totals.leakedBytes,
      peakRssBytes: recording.peakRssBytes,
    }).toEqual(REFERENCES[name]!.exactFromParser);
  });

  test.each(nativeFiles(".heaptrack"))("%s gives heaptrack_print's report, line for line", async (name) => {
    const report = readFileSync(nativeFile(`${name}.ref.txt`), "utf8");
    expect(heaptrackReport(await readRecording(nativeFile(name)))).toBe(bodyOf(report));
  });

  test.each(namesWith("sections"))("%s has the places and sums of the reference", async (name) => {
    const reference = REFERENCES[name]!;
    const lines = heaptrackReport(await readRecording(nativeFile(name))).split("\n");
    for (const [title, entries] of Object.entries(reference.sections!)) {
      let at = lines.indexOf(title);
      expect(at).toBeGreaterThanOrEqual(0);
      for (const { line, location, at: place } of entries) {
        at = lines.indexOf(line, at + 1);
        expect(at, line).toBeGreaterThan(0);
        expect(lines[at + 1]!.trim()).toBe(location);
        if (place !== null) expect(lines[at + 2]!.trim()).toBe(place);
      }
    }
    const ending = Object.entries({
      "calls to allocation functions": reference.callsToAllocationFunctions,
      "temporary memory allocations": reference.temporary,
      "peak heap memory consumption": reference.peakHeap,
      "peak RSS (including heaptrack overhead)": reference.peakRss,
      "total memory leaked": reference.leaked,
      "suppressed leaks": reference.suppressedLeaks,
    }).filter(([, value]) => value !== undefined);
    for (const [what, value] of ending) expect(lines).toContain(`${what}: ${value}`);
  });

  test.each(nativeFiles(".heaptrack.raw"))("%s adds up to the same before interpretation", async (name) => {
    const raw = await readRecording(nativeFile(name));
    const interpreted = await readRecording(nativeFile(name.replace(".raw", "")));
    const { allocations, frees, allocatedBytes, peakLiveBytes, peakLiveBlocks, leakedBytes, leakedBlocks } =
      totalsOf(interpreted);
    expect(totalsOf(raw)).toMatchObject({
      allocations,
      frees,
      allocatedBytes,
      peakLiveBytes,
      peakLiveBlocks,
      leakedBytes,
      leakedBlocks,
      heaptrackTemporary: totalsOf(interpreted).heaptrackTemporary,
    });
    expect(raw.elapsedMs).toBe(interpreted.elapsedMs);
    expect(raw.peakRssBytes).toBe(interpreted.peakRssBytes);
  });

  test.each(nativeFiles(".heaptrack.gz", ".heaptrack.zst"))("%s holds the same as unpacked", async (name) => {
    const packed = await readRecording(nativeFile(name));
    const plain = await readRecording(nativeFile(name.replace(/\.\w+$/, "")));
    expect(packed.trace.words).toEqual(plain.trace.words);
    expect(packed.trace.name).toBe(plain.trace.name);
  });
});

describe.skipIf(!hasNativeFiles)("mtrace's files", () => {
  test.each(namesWith("topSitesByCalls"))("%s adds up to the byte", async (name) => {
    const recording = await readRecording(nativeFile(name));
    const totals = totalsOf(recording);
    const { ignored } = recording;
    const allocs = totals.allocations - totals.reallocs - ignored.foreignReallocs;
    const reallocs = totals.reallocs + ignored.foreignReallocs;
    const lines: Record<string, number> = {
      "+": allocs + ignored.failedAllocations,
      "-": totals.frees + ignored.foreignFrees,
      "<": reallocs,
      ">": reallocs,
      "!": ignored.failedReallocs,
      allocs,
      reallocs,
      failed: ignored.failedAllocations,
      failedRealloc: ignored.failedReallocs,
      foreignFree: ignored.foreignFrees,
      foreignRealloc: ignored.foreignReallocs,
      peakBytes: totals.peakLiveBytes,
      leakedBytes: totals.leakedBytes,
      leakedBlocks: totals.leakedBlocks,
    };
    const reference = REFERENCES[name]!;
    for (const [field, value] of Object.entries(lines)) expect(value, field).toBe(reference[field] ?? 0);
    const { calls, leakedBytes } = hotSpotsOf(recording, totals, 5);
    expect(calls.map((it) => [callerOf(recording, it.site), it.calls, it.allocatedBytes])).toEqual(
      reference.topSitesByCalls,
    );
    expect(leakedBytes.map((it) => [callerOf(recording, it.site), it.leakedBlocks, it.leakedBytes])).toEqual(
      reference.topLeakSites,
    );
  });

  test.each(nativeFiles(".mtrace", ".mtrace.gz"))(
    "%s leaves the blocks that mtrace(1) lists",
    async (name) => {
      const report = readFileSync(nativeFile(`${name.replace(".gz", "")}.ref.txt`), "utf8");
      const listed = [...report.matchAll(/^(0x\w+) +(0x\w+) +at /gm)].map(([, address, size]) => ({
        address: BigInt(address!),
        sizeBytes: Number(size),
      }));
      const { findUnfreed, foreignFrees } = await readRecording(nativeFile(name));
      expect(findUnfreed().map(({ address, sizeBytes }) => ({ address, sizeBytes }))).toEqual(listed);
      const unknown = [...report.matchAll(/^- (0x\w+) (?:Free|Realloc) (\d+) was never/gm)];
      expect(foreignFrees.map(({ address, line }) => ({ address, line }))).toEqual(
        unknown.map(([, address, line]) => ({ address: BigInt(address!), line: Number(line) })),
      );
    },
  );

  test("and heaptrack's agree on one program, but for what heaptrack itself allocates", async () => {
    const mtrace = totalsOf(await readRecording(nativeFile("leaky.mtrace")));
    const raw = totalsOf(await readRecording(nativeFile("leaky.heaptrack.raw")));
    const ownBytes = 0x11c00;
    expect(mtrace.allocations).toBe(raw.allocations - 1);
    expect(mtrace.allocatedBytes).toBe(raw.allocatedBytes - ownBytes);
    expect(mtrace.peakLiveBytes).toBe(raw.peakLiveBytes - ownBytes);
    expect(mtrace.leakedBytes).toBe(raw.leakedBytes);
    expect(mtrace.temporary).toBe(raw.temporary);
  });
});

test("bytes are worded as printf does, ties to even", () => {
  expect([0, 1000, 1001, 1125, 1375, 129184, 2625000].map(bytes)).toEqual([
    "0B",
    "1000B",
    "1.00K",
    "1.12K",
    "1.38K",
    "129.18K",
    "2.62M",
  ]);
});

function callerOf({ sites }: Recording, site: number): string | undefined {
  return sites.stackOf(site)[0]?.functionName;
}
