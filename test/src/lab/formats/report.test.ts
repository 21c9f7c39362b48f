import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RecordingReport } from "../../../../src/lab/formats/report.js";
import { SizeHistogram } from "../../../../src/lab/formats/size-histogram.js";
import { lines, recordingOf } from "../../../support/recordings.js";

const MTRACE = lines(
  "@ app:(big+4)[0x4] + 0x1000 0x1000",
  ...Array.from({ length: 5 }, () => [
    "@ app:(small+1)[0x1] + 0x10 0x8",
    "@ app:(small+1)[0x2] - 0x10",
  ]).flat(),
  "@ app:(big+4)[0x4] + 0x3000 0x20",
  "@ app:(lost+4)[0x9] - 0x77",
);

describe("a report", () => {
  test("has tables of totals, sizes, places and what was not freed", async () => {
    const text = new RecordingReport(await recordingOf(MTRACE, "app.mtrace"), 10).toText(false);
    expect(text).toMatch(/^\d+-app\.mtrace: glibc mtrace\n/);
    for (const row of [
      /allocations +│ +7 │ +4,168 B \(4\.1 KiB\)/,
      /temporary allocations +│ +5 │/,
      /peak of live blocks, of live bytes +│ +2 │ +4,128 B/,
      /live at the end +│ +2 │ +4,128 B/,
      /frees of blocks never seen +│ +1 │/,
      /│ 5–8 +│ +5 │ █{20} │ +40 B │/,
      /│ app:\(small\+1\)\[0x1\] +│ +5 │/,
      /│ 0x0000000000003000 │ +0x20 │ app:\(big\+4\)\[0x4\] +│/,
    ]) {
      expect(text).toMatch(row);
    }
    expect(text).not.toContain("heaptrack");
  });

  test("shows no more places than asked for, and tells of the rest", async () => {
    const text = new RecordingReport(await recordingOf(MTRACE), 1).toText(false);
    expect(text).toContain("and 1 more: --top 2 lists all");
    expect(text.match(/│ app:/g)).toHaveLength(5); // one in each of four sections, one not freed
  });

  test("has the same as JSON", async () => {
    const json = new RecordingReport(await recordingOf(MTRACE), 10).toJson();
    expect(JSON.parse(JSON.stringify(json))).toMatchObject({
      format: "glibc mtrace",
      events: 12,
      allocations: 7,
      frees: 5,
      temporary: 5,
      allocatedBytes: 4168,
      peakLiveBytes: 4128,
      leakedBytes: 4128,
      leakedBlocks: 2,
      siteCount: 2,
      truncated: false,
      ignored: { foreignFrees: 1 },
      sizes: [
        { minBytes: 5, maxBytes: 8, calls: 5, bytes: 40 },
        ...[16, 32].map((maxBytes) => expect.objectContaining({ maxBytes })),
        ...[64, 128, 256, 512, 1024, 2048].map((maxBytes) => ({ maxBytes, calls: 0 })),
        { maxBytes: 4096, calls: 1, bytes: 4096 },
      ],
      top: {
        calls: [{ place: { functionName: "app:(small+1)[0x1]" }, calls: 5, temporary: 5 }, { calls: 2 }],
        leakedBytes: [{ leakedBytes: 4128, leakedBlocks: 2, peakBytes: 4128 }],
      },
      unfreed: [{ address: "0x0000000000001000", sizeBytes: 4096 }, { sizeBytes: 32 }],
    });
  });

  test("of a recording without events has totals alone", async () => {
    const text = new RecordingReport(await recordingOf(lines("= Start")), 10).toText(false);
    expect(text).toContain("allocations");
    expect(text).not.toContain("sizes asked for");
  });
});

test("a size is counted in the class whose limits hold it", () => {
  fc.assert(
    fc.property(fc.oneof(fc.nat(70_000), fc.nat(0xffffffff)), (size) => {
      const sizes = new SizeHistogram();
      sizes.add(size);
      const [only, ...rest] = sizes.toClasses();
      expect(rest).toEqual([]);
      expect(only).toMatchObject({ calls: 1, bytes: size });
      expect(only!.minBytes).toBeLessThanOrEqual(size);
      expect(only!.maxBytes).toBeGreaterThanOrEqual(size);
      expect(only!.minBytes).toBeGreaterThan(only!.maxBytes / 2 - 1);
    }),
  );
});
