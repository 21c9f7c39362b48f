import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { decodeTrace, readTrace, traceName } from "../../../src/lab/atr1.js";
import type { Trace } from "../../../src/lab/trace.js";
import { TraceFormatError } from "../../../src/lab/trace-format-error.js";
import { getField, HEADER_FIELDS, setField, type TraceEvent, writeAtr1 } from "../../support/atr1-writer.js";

const EXAMPLE = "examples/sqlite.atr.gz";

/** One of every call. */
const EVENTS: TraceEvent[] = [
  { op: "malloc", slot: 0, size: 10, site: 1 },
  { op: "calloc", slot: 1, size: 100, site: 2 },
  { op: "realloc", slot: 0, size: 50, site: 1 },
  { op: "memalign", slot: 2, size: 7, alignmentLog2: 6, site: 3 },
  { op: "free", slot: 1 },
  { op: "reallocNull", slot: 1, size: 0 },
  { op: "reallocZero", slot: 2 },
];
const EVENT_BYTES = 12;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "atr1-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** The error that decoding gives; fails the test if there is none. */
function faultOf(bytes: Uint8Array): TraceFormatError {
  try {
    decodeTrace(bytes, "small.atr");
  } catch (error) {
    expect(error).toBeInstanceOf(TraceFormatError);
    return error as TraceFormatError;
  }
  throw new Error("the damaged trace was accepted");
}

async function fileFaultOf(bytes: Uint8Array): Promise<TraceFormatError> {
  const file = join(folder, "damaged.atr.gz");
  await writeFile(file, bytes);
  const fault: unknown = await readTrace(file).catch((error: unknown) => error);
  expect(fault).toBeInstanceOf(TraceFormatError);
  return fault as TraceFormatError;
}

describe("a right trace", () => {
  test("gives its totals, its metadata and its events", () => {
    const trace = decodeTrace(writeAtr1(EVENTS), "dir/small.atr.gz");
    expect(trace).toMatchObject({
      name: "small",
      events: 7,
      maxSlots: 3,
      peakLiveBytes: 157,
      peakEvent: 3,
      siteCount: 3,
      liveBlocksAtEnd: 2,
      liveBytesAtEnd: 50,
      maxSize: 100,
      bytesRequested: 167,
      truncated: false,
    });
    expect(trace.meta.name).toBe("small");
    expect([...trace.words.subarray(0, 3)]).toEqual([0, 10, 1]);
  });

  test("is read from plain and gzipped files alike, whatever their names", async () => {
    const names = ["plain.atr", "packed.atr.gz", "plain-too.atr.gz"];
    const bytes = writeAtr1(EVENTS);
    await writeFile(join(folder, names[0]!), bytes);
    await writeFile(join(folder, names[1]!), gzipSync(bytes));
    await writeFile(join(folder, names[2]!), bytes);
    for (const name of names) {
      const trace = await readTrace(join(folder, name));
      expect(trace.events).toBe(EVENTS.length);
      expect(trace.name).toBe(name.replace(/\.atr(\.gz)?$/, ""));
    }
  });

  test("may have no events, or no stats in its metadata, or bytes at an odd offset", () => {
    expect(decodeTrace(writeAtr1([]), "empty.atr").events).toBe(0);
    expect(decodeTrace(writeAtr1(EVENTS, { stats: undefined }), "bare.atr").events).toBe(7);
    const bytes = writeAtr1(EVENTS);
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    expect(decodeTrace(shifted.subarray(1), "odd.atr").maxSlots).toBe(3);
  });

  test("of a real program is read whole", async () => {
    const trace: Trace = await readTrace(EXAMPLE);
    expect(trace).toMatchObject({ name: "sqlite", events: 945597, maxSlots: 31012, peakLiveBytes: 14340923 });
  });

  test("keeps dots in its name", () => {
    expect(traceName("/a/b/gcc-12.2.atr.gz")).toBe("gcc-12.2");
  });
});

describe("a damaged header", () => {
  for (const [name, [offset, width]] of Object.entries(HEADER_FIELDS)) {
    test(`with a wrong ${name} is refused there`, () => {
      const bytes = writeAtr1(EVENTS);
      const field = name as keyof typeof HEADER_FIELDS;
      setField(bytes, field, getField(bytes, field) + 2);
      const fault = faultOf(bytes);
      expect(fault.message).toContain("small.atr: byte ");
      // A wrong length shows where its counterpart is checked: at the end of the file, or at the other length.
      const expected =
        name === "events" ? bytes.length : name === "metaLen" ? HEADER_FIELDS.eventsOffset[0] : offset;
      expect(fault.offset).toBe(expected);
      expect(width).toBeGreaterThan(0);
    });
  }

  test("whose u64 has only its high word wrong is refused", () => {
    const bytes = writeAtr1(EVENTS);
    setField(bytes, "peakLiveBytes", getField(bytes, "peakLiveBytes") + 2 ** 32);
    expect(faultOf(bytes).reason).toContain("peakLiveBytes");
  });

  test("with too few events is refused for what follows them", () => {
    const bytes = writeAtr1(EVENTS);
    setField(bytes, "events", EVENTS.length - 1);
    expect(faultOf(bytes)).toMatchObject({
      offset: bytes.length - EVENT_BYTES,
      reason: expect.stringContaining("12 bytes follow"),
    });
  });

  test("with huge counts is refused without making room for them", () => {
    const bytes = writeAtr1(EVENTS);
    setField(bytes, "maxSlots", 0xffffffff);
    expect(faultOf(bytes).reason).toContain("maxSlots 4294967295 exceeds");
  });
});

describe("damaged metadata", () => {
  test("that is not JSON, not UTF-8 or not an object is refused", () => {
    for (const text of ["{]", "[]", "null"]) {
      const bytes = writeAtr1(EVENTS);
      bytes.fill(0x20, 64, getField(bytes, "eventsOffset"));
      bytes.set(new TextEncoder().encode(text), 64);
      expect(faultOf(bytes)).toMatchObject({ offset: 64, reason: expect.stringContaining("JSON") });
    }
    const bytes = writeAtr1(EVENTS);
    bytes[66] = 0xff;
    expect(faultOf(bytes).offset).toBe(64);
  });

  test("whose stats contradict the events is refused", () => {
    expect(faultOf(writeAtr1(EVENTS, { stats: { events: 7 } })).reason).toContain("stats.peakLiveBytes");
    expect(faultOf(writeAtr1(EVENTS, { stats: 3 })).reason).toContain("stats");
  });
});

describe("a file cut short", () => {
  test("is refused at its end, wherever that is", () => {
    const whole = writeAtr1(EVENTS);
    for (let length = 0; length < whole.length; length += 1) {
      const fault = faultOf(whole.subarray(0, length));
      expect(fault.offset).toBe(length < 4 ? 0 : length);
    }
  });

  test("tells in which event it ends", () => {
    const whole = writeAtr1(EVENTS);
    expect(faultOf(whole.subarray(0, whole.length - EVENT_BYTES - 5)).message).toMatch(
      /ends in event 5 of 7, 17 bytes early/,
    );
  });
});

describe("damaged gzip data", () => {
  const packed = gzipSync(writeAtr1(EVENTS));

  test("cut off anywhere is refused", async () => {
    for (const length of [3, 10, packed.length >> 1, packed.length - 1]) {
      expect((await fileFaultOf(packed.subarray(0, length))).reason).toContain("gzip");
    }
  });

  test("with a flipped bit in its contents or checksum is refused", async () => {
    for (const at of [packed.length >> 1, packed.length - 6]) {
      const flipped = Uint8Array.from(packed);
      flipped[at]! ^= 0x10;
      expect((await fileFaultOf(flipped)).message).toMatch(/damaged\.atr\.gz: byte \d+: /);
    }
  });

  test("followed by something else is refused", async () => {
    expect((await fileFaultOf(Buffer.concat([packed, Buffer.from("junk")]))).message).toContain("gzip");
    expect((await fileFaultOf(Buffer.concat([packed, Buffer.alloc(5)]))).message).toContain("gzip");
  });
});

describe("an illegal event", () => {
  const cases: [string, TraceEvent[], number, number][] = [
    [
      "free of slot 1, which is dead",
      [
        { op: "malloc", slot: 0, size: 1 },
        { op: "malloc", slot: 1, size: 1 },
        { op: "free", slot: 1 },
        { op: "free", slot: 1 },
      ],
      3,
      0,
    ],
    [
      "realloc of slot 0, which is dead",
      [
        { op: "malloc", slot: 0, size: 1 },
        { op: "free", slot: 0 },
        { op: "realloc", slot: 0, size: 1 },
      ],
      2,
      0,
    ],
    [
      "reallocZero of slot 0, which is dead",
      [
        { op: "malloc", slot: 0, size: 1 },
        { op: "free", slot: 0 },
        { op: "reallocZero", slot: 0 },
      ],
      2,
      0,
    ],
    [
      "calloc into slot 0, which is live",
      [
        { op: "malloc", slot: 0, size: 1 },
        { op: "calloc", slot: 0, size: 1 },
      ],
      1,
      0,
    ],
    [
      "slot 1 is new, but the next unused one is 0",
      [
        { op: "malloc", slot: 1, size: 1 },
        { op: "malloc", slot: 0, size: 1 },
      ],
      0,
      0,
    ],
    [
      "free has size 4, not 0",
      [
        { op: "malloc", slot: 0, size: 9 },
        { op: "free", slot: 0, size: 4 },
      ],
      1,
      1,
    ],
    ["memalign cannot have alignment 2^0", [{ op: "memalign", slot: 0, size: 9 }], 0, 2],
    ["memalign cannot have alignment 2^32", [{ op: "memalign", slot: 0, size: 9, alignmentLog2: 32 }], 0, 2],
    ["malloc cannot have alignment 2^4", [{ op: "malloc", slot: 0, size: 9, alignmentLog2: 4 }], 0, 2],
  ];
  for (const [reason, events, event, word] of cases) {
    test(`is refused: ${reason}`, () => {
      const bytes = writeAtr1(events);
      const fault = faultOf(bytes);
      expect(fault.reason).toBe(`event ${event}: ${reason}`);
      expect(fault.offset).toBe(getField(bytes, "eventsOffset") + EVENT_BYTES * event + 4 * word);
    });
  }

  test("is refused: an op that does not exist, a slot beyond the last", () => {
    for (const [head, reason] of [
      [0x70000000, "op 7 does not exist"],
      [0x00000099, "slot 153 is not below maxSlots 3"],
    ] as const) {
      const bytes = writeAtr1(EVENTS);
      new DataView(bytes.buffer).setUint32(getField(bytes, "eventsOffset") + EVENT_BYTES, head, true);
      expect(faultOf(bytes).reason).toBe(`event 1: ${reason}`);
    }
  });
});
