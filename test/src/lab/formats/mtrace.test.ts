import { describe, expect, test } from "vitest";
import { totalsOf } from "../../../../src/lab/formats/totals.js";
import { eventsOf, faultOf, lines, recordingOf } from "../../../support/recordings.js";

const A = "./app:(_Znwm+1c)[0x1c]";
const B = "/usr/bin/my - app:[0x2355]";

describe("a log of mtrace", () => {
  test("gives an event a call, in slots that are used again, the one freed last first", async () => {
    const recording = await recordingOf(
      lines(
        "= Start",
        `@ ${A} + 0x1000 0x10`,
        `@ ${B} + 0x2000 0`,
        `@ ${A} - 0x1000`,
        `@ ${A} - 0x2000`,
        `@ ${B} + 0x3000 0xffffffff`,
        `@ ${A} < 0x3000`,
        `@ ${A} > 0x4000 0x20`,
        "= End",
      ),
    );
    expect(eventsOf(recording)).toEqual([
      "malloc 0: 16 at 1",
      "malloc 1: 0 at 2",
      "free 0",
      "free 1",
      "malloc 1: 4294967295 at 2",
      "realloc 1: 32 at 1",
    ]);
    expect(recording.sites.stackOf(2)[0]?.functionName).toBe(B);
    expect(recording).toMatchObject({ format: "mtrace", pointerBytes: undefined, command: undefined });
  });

  test("may leave its callers out", async () => {
    const recording = await recordingOf(lines("+ 0x7fff00001000 0x8", "- 0x7fff00001000"));
    expect(eventsOf(recording)).toEqual(["malloc 0: 8 at 0", "free 0"]);
    expect(recording.pointerBytes).toBe(8);
    expect(recording.sites.count).toBe(0);
  });

  test("tells addresses apart in all their 64 bits", async () => {
    const recording = await recordingOf(
      lines("+ 0xb400000000001000 0x1", "+ 0xb400000000001001 0x2", "- 0xb400000000001000"),
    );
    expect(recording.findUnfreed()).toEqual([{ address: 0xb400000000001001n, sizeBytes: 2, site: 0 }]);
  });

  test("counts what is no event", async () => {
    const recording = await recordingOf(
      lines(
        `@ ${A} - 0x10`,
        `@ ${A} < 0x20`,
        `@ ${A} > 0x30 0x5`,
        `@ ${A} ! 0x30 0xfffffffffffffff`,
        `@ ${A} ! (nil) 0xfffffffffffffff`,
        `@ ${A} + (nil) 0xfffffffffffffff`,
        `@ ${A} + 0x30 0x6`,
      ),
    );
    expect(recording.ignored).toEqual({
      foreignFrees: 1,
      foreignReallocs: 1,
      failedAllocations: 1,
      failedReallocs: 2,
      lostFrees: 1,
    });
    expect(eventsOf(recording)).toEqual(["malloc 0: 5 at 1", "free 0", "malloc 0: 6 at 1"]);
    expect(totalsOf(recording)).toMatchObject({ allocations: 2, reallocs: 0, frees: 0, leakedBytes: 6 });
    expect(recording.foreignFrees).toEqual([{ event: 0, line: 1, address: 0x10n }]);
  });

  test("takes an address that a realloc gives, and that was not freed, for freed unseen", async () => {
    const recording = await recordingOf(lines("+ 0x1 0x5", "+ 0x2 0x6", "< 0x2", "> 0x1 0x7"));
    expect(eventsOf(recording)).toEqual([
      "malloc 0: 5 at 0",
      "malloc 1: 6 at 0",
      "free 0",
      "realloc 1: 7 at 0",
    ]);
    expect(recording.ignored.lostFrees).toBe(1);
  });

  test("has temporary allocations where nothing is allocated or freed before the free", async () => {
    const recording = await recordingOf(
      lines(
        ...["+ 0x1 0x1", "- 0x1"], // temporary
        ...["+ 0x1 0x1", "+ 0x2 0x1", "- 0x1", "- 0x2"],
        ...["+ 0x1 0x1", "- 0x9", "- 0x1"], // a foreign free between
        ...["+ 0x1 0x1", "< 0x1", "> 0x1 0x2", "- 0x1"], // two: the realloc's old block, and its new one
      ),
    );
    expect(totalsOf(recording).temporary).toBe(3);
  });

  test("that was cut off in a line is read up to there, and marked", async () => {
    const recording = await recordingOf(`${lines("= Start", "+ 0x1 0x10")}+ 0x2 0x1`);
    expect(recording.trace).toMatchObject({ events: 1, truncated: true });
    const whole = await recordingOf(lines("= Start", "+ 0x1 0x10"));
    expect(whole.trace.truncated).toBe(false);
    const between = await recordingOf(lines("+ 0x1 0x10", "< 0x1"));
    expect(between.trace.liveBlocksAtEnd).toBe(0);
  });
});

describe("a damaged log of mtrace is refused at its line", () => {
  test.each([
    ["output of the program", "hello, world", "no line of mtrace"],
    ["an unknown mark", "= Stop", "no line of mtrace"],
    ["an unknown sign", `@ ${A} * 0x1`, "no line of mtrace"],
    ["an address that is no number", `@ ${A} - 0x1g`, "no hexadecimal number"],
    ["an address without digits", `@ ${A} - 0x`, "no hexadecimal number"],
    ["an address of more than 64 bits", `@ ${A} - 0x10000000000000000`, "no hexadecimal number"],
    ["an allocation without a size", `@ ${A} + 0x1`, "no line of mtrace"],
    ["a size after a free", `@ ${A} - 0x1 0x2`, "no line of mtrace"],
    ["a size above 4 GiB", `@ ${A} + 0x1 0x100000000`, "4294967296 bytes are asked for"],
    ["a realloc's second line alone", `@ ${A} > 0x1 0x2`, "has no first"],
    ["a null that was reallocated", `@ ${A} < (nil)`, "no line of mtrace"],
  ])("with %s", async (_, line, reason) => {
    const fault = await faultOf(lines("= Start", "+ 0x1 0x10", line, "= End"));
    expect(fault.reason).toContain(reason);
    expect(fault.message).toContain(": line 3, byte ");
    expect(fault.offset).toBeGreaterThanOrEqual(19);
  });

  test("with a realloc's first line alone", async () => {
    const fault = await faultOf(lines("+ 0x1 0x10", "< 0x1", "- 0x2"));
    expect(fault).toMatchObject({ line: 3, reason: expect.stringContaining("has no second") });
  });
});
