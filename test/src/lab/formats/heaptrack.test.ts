import { describe, expect, test } from "vitest";
import { hotSpotsOf } from "../../../../src/lab/formats/hot-spots.js";
import { totalsOf } from "../../../../src/lab/formats/totals.js";
import { eventsOf, faultOf, lines, recordingOf } from "../../../support/recordings.js";

/** Strings 1 to 5, addresses 1 to 3, nodes 1 to 3 of which the last is an operator's. */
const TABLES = [
  "v 10400 3",
  "X ./app with arguments",
  "I 1000 5e2990",
  "s 5 /app1",
  "s 4 main",
  "s b grow(int) 2",
  "s 5 a.cpp",
  "s 1b operator new(unsigned long)",
  "i 7fff5555aaaa 1 2 4 a",
  "i 5555aaab 1 3 4 14 2 4 b",
  "i 5555aaac 1 5",
  "t 1 0",
  "t 2 1",
  "t 3 2",
];

describe("an interpreted file of heaptrack", () => {
  test("gives events, stacks and what is known of the run", async () => {
    const recording = await recordingOf(
      lines(...TABLES, "a 10 3", "+ 0", "a 18 1", "+ 1", "- 0", "c a", "R 3", "c 14", "R 2", "# strings: 5"),
    );
    expect(eventsOf(recording)).toEqual(["malloc 0: 16 at 1", "malloc 1: 24 at 2", "free 0"]);
    expect(recording).toMatchObject({
      format: "heaptrack",
      formatVersion: 3,
      command: "./app with arguments",
      pointerBytes: 8,
      namesBlocks: false,
      elapsedMs: 20,
      peakRssBytes: 3 * 4096,
    });
    // without the operator, with what was inlined, up to main
    expect(recording.sites.stackOf(1)).toEqual([
      {
        functionName: "grow(int) 2",
        file: "a.cpp",
        line: 20,
        address: "0x5555aaab",
        module: "/app1",
        inlinedInto: [{ functionName: "main", file: "a.cpp", line: 11 }],
      },
      expect.objectContaining({ functionName: "main", line: 10, address: "0x7fff5555aaaa" }),
    ]);
    expect(recording.trace.meta).toMatchObject({ commandLine: "./app with arguments", pointerBytes: 8 });
  });

  test("frees the youngest of the blocks that are alike", async () => {
    const recording = await recordingOf(
      lines(...TABLES, "a 10 1", "a 20 1", "+ 0", "+ 1", "+ 0", "- 0", "+ 1", "- 0", "- 0"),
    );
    expect(eventsOf(recording).slice(3)).toEqual(["free 2", "malloc 2: 32 at 1", "free 0"]);
    expect(recording.ignored.foreignFrees).toBe(1);
  });

  test("counts temporary allocations as heaptrack does, the first kind's too often", async () => {
    const recording = await recordingOf(
      lines(...TABLES, "a 10 1", "a 20 1", "+ 0", "+ 0", "+ 1", "- 1", "- 0", "- 0"),
    );
    const totals = totalsOf(recording);
    expect(totals.heaptrackTemporary).toBe(3);
    expect(totals.temporary).toBeUndefined();
  });

  test("leaves out leaks that the program or the system is known to keep, by site, but not in the sum", async () => {
    const leak = (...patterns: string[]): Promise<unknown> =>
      recordingOf(
        lines(...TABLES, ...patterns.map((it) => `S ${it}`), "a 10 3", "+ 0", "a 20 1", "+ 1"),
      ).then((recording) => {
        const totals = totalsOf(recording);
        return [totals.leakedBytes, totals.suppressedBytes, hotSpotsOf(recording, totals).leakedBytes.length];
      });
    expect(await leak()).toEqual([48, 0, 2]);
    expect(await leak("leak:grow")).toEqual([48, 16, 1]);
    expect(await leak("# leak:grow")).toEqual([48, 0, 2]);
    expect(await leak("leak:^main$")).toEqual([48, 48, 0]);
  });

  test("of formats 1 and 2 has strings without lengths", async () => {
    const recording = await recordingOf(
      lines("v 10100 2", "s /app", "s main in here", "i 1 1 2", "t 1 0", "a 8 1", "+ 0"),
    );
    expect(recording.sites.stackOf(1)[0]?.functionName).toBe("main in here");
    expect(recording.pointerBytes).toBeUndefined();
  });

  test("may hold nothing", async () => {
    expect((await recordingOf(lines("v 10400 3"))).trace.events).toBe(0);
  });
});

describe("a raw file of heaptrack", () => {
  const RAW = [
    "v 10400 3",
    "x 8 /bin/app",
    "X app",
    "I 1000 1",
    "m 1 -",
    "m 1 x 1000 0 100 200 100",
    "m a libmine.so 9000 0 50",
  ];

  test("gives events by address, and callers by module", async () => {
    const recording = await recordingOf(
      lines(...RAW, "t 1210 0", "t 9010 1", "t 8000 1", "+ 10 2 aa", "+ 20 3 bb", "- aa", "- cc", "+ 8 2 bb"),
    );
    expect(eventsOf(recording)).toEqual([
      "malloc 0: 16 at 1",
      "malloc 1: 32 at 2",
      "free 0",
      "free 1",
      "malloc 1: 8 at 1",
    ]);
    expect(recording.ignored).toMatchObject({ foreignFrees: 1, lostFrees: 1 });
    expect(totalsOf(recording).frees).toBe(1);
    const stacks = [1, 2].map((site) =>
      recording.sites.stackOf(site).map((it) => [it.functionName, it.module]),
    );
    expect(stacks).toEqual([
      [
        ["libmine.so+0x10", "libmine.so"],
        ["app+0x210", "/bin/app"],
      ],
      [
        ["0x8000", ""],
        ["app+0x210", "/bin/app"],
      ],
    ]);
    expect(recording.findUnfreed()).toEqual([{ address: 0xbbn, sizeBytes: 8, site: 1 }]);
  });

  test("resolves an address in the modules that were there when it was met first", async () => {
    const recording = await recordingOf(
      lines(...RAW, "t 9010 0", "m 1 -", "m 5 other 9000 0 100", "t 9020 0", "+ 1 1 a", "+ 1 2 b"),
    );
    expect([1, 2].map((site) => recording.sites.stackOf(site)[0]?.functionName)).toEqual([
      "libmine.so+0x10",
      "other+0x20",
    ]);
  });
});

describe("a damaged file of heaptrack is refused at its line", () => {
  test.each([
    ["a line of no kind", "Z 1", "no line of heaptrack"],
    ["a kind of several letters", "ab 1", "no line of heaptrack"],
    ["a raw file's line", "m 1 -", "no line of heaptrack"],
    ["a kind of block that is not there", "+ 1", "kind of block 1 does not exist: there are 1, from 0"],
    ["a free of a kind that is not there", "- 5", "kind of block 5"],
    ["a tree node that is not there", "a 10 4", "tree node 4 does not exist: there are 3"],
    ["a tree node below itself", "t 1 4", "tree node 4"],
    ["an address that is not there", "t 4 0", "address 4 does not exist"],
    ["a string that is not there", "i 1 1 6", "string 6 does not exist"],
    ["a file without a line", "i 1 1 2 4", "no hexadecimal number"],
    ["a string that is too short", "s 6 short", "should have 6 bytes, but 5 are here"],
    ["a string that is too long", "s 4 longer", "should have 4 bytes"],
    ["a number that is none", "+ x", "no hexadecimal number"],
    ["a number with capitals", "+ A", "no hexadecimal number"],
    ["something behind the last field", "+ 0 0", "something follows"],
    ["no field", "+", "no hexadecimal number"],
    ["a block above 4 GiB", "a 100000000 1\n+ 1", "4294967296 bytes are asked for"],
  ])("with %s", async (_, line, reason) => {
    const fault = await faultOf(lines(...TABLES, "a 10 1", line));
    expect(fault.reason).toContain(reason);
    expect(fault.line).toBe(TABLES.length + (line.includes("\n") ? 3 : 2));
  });

  test.each([
    ["format 4", "v 10600 4"],
    ["format 0", "v 10000 0"],
  ])("that is of %s", async (_, version) => {
    const fault = await faultOf(lines(version));
    expect(fault.message).toMatch(
      /line 1, byte 2: heaptrack's file format . is not known; use a heaptrack that/,
    );
  });

  test("that has blocks before any table", async () => {
    expect((await faultOf(lines("v 10400 3", "+ 0"))).line).toBe(2);
  });
});
