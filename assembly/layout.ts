/**
 * assembly/layout.ts: sizes, offsets, flags, states and codes of linear memory: the ABI.
 * PORTABLE: read by asc and by tsc, so only `export const NAME = <integer expression>` stands here.
 * Why the figures are what they are: docs/decisions/. How they work together: docs/design.md.
 */

/** Bumped on every change of this file or object-layout.ts that an older binary would not understand. */
export const LAYOUT_VERSION = 4;

// Linear memory
//
//   0              STATE_ADDRESS     HEAP_ADDRESS                                          end of memory
//   ┌──────────────┬─────────────────┬─────────┬─────────────┬─────────┬─ ─┬─────────────┬──────────┐
//   │ arena map    │ state           │ chunk   │ chunk =     │ chunk   │   │ top chunk   │ sentinel │
//   │ bit per arena│ bins, classes … │ (large) │ an arena    │ (free)  │   │ never used  │ header   │
//   └──────────────┴─────────────────┴─────────┴─────────────┴─────────┴─ ─┴─────────────┴──────────┘
//   Every byte from HEAP_ADDRESS on belongs to exactly one chunk.

/** WebAssembly's page, the unit of memory.grow. */
export const PAGE_SIZE_LOG2 = 16;
export const PAGE_SIZE = 1 << PAGE_SIZE_LOG2;
/** 4 GiB of 64 KiB pages. */
export const PAGE_COUNT_MAX = 1 << 16;
/** Memory grows by at least 1/2^GROWTH_SHIFT of its size. */
export const GROWTH_SHIFT = 6;

/** Every address handed out is a multiple of this; so is every size class. */
export const ALIGNMENT_LOG2 = 3;
export const ALIGNMENT = 1 << ALIGNMENT_LOG2;
/** The largest alignment that alignedAlloc serves. */
export const ALIGNMENT_MAX = 1 << 16;
/** Requests up to this come from pools, larger ones are chunks. */
export const SMALL_REQUEST_MAX_LOG2 = 9;
export const SMALL_REQUEST_MAX = 1 << SMALL_REQUEST_MAX_LOG2;
/** Classes are ALIGNMENT apart up to the second doubling of 2^this; from there, 2^this classes a doubling. */
export const CLASSES_PER_DOUBLING_LOG2 = 2;
export const CLASSES_PER_DOUBLING = 1 << CLASSES_PER_DOUBLING_LOG2;
export const RAW_CLASS_COUNT =
  (SMALL_REQUEST_MAX_LOG2 - ALIGNMENT_LOG2 - CLASSES_PER_DOUBLING_LOG2 + 1) << CLASSES_PER_DOUBLING_LOG2;

/** What malloc hands out. */
export const BLOCK_KIND_RAW = 0;
/** Objects that may hold references: what the collector walks. */
export const BLOCK_KIND_CONTAINER = 1;
/** Objects without references. */
export const BLOCK_KIND_ATOMIC = 2;
/** Out-of-line parts of objects: a list's items, a dict's table. */
export const BLOCK_KIND_BUFFER = 3;
/** Kinds but raw have classes of their own, ALIGNMENT apart all the way. */
export const KIND_CLASS_COUNT = SMALL_REQUEST_MAX >> ALIGNMENT_LOG2;
/** Raw classes first, then those of the kinds in turn; the latter are there once there are objects. */
export const SIZE_CLASS_COUNT = RAW_CLASS_COUNT + BLOCK_KIND_BUFFER * KIND_CLASS_COUNT;

/** Pools are POOL_SIZE-aligned: masking a block's address gives its pool. */
export const POOL_SIZE_LOG2 = 12;
export const POOL_SIZE = 1 << POOL_SIZE_LOG2;

/** Arenas are ARENA_SIZE-aligned: shifting an address gives its bit in the arena map. */
export const ARENA_SIZE_LOG2 = 15;
export const ARENA_SIZE = 1 << ARENA_SIZE_LOG2;
export const POOLS_PER_ARENA = ARENA_SIZE / POOL_SIZE;
/** An arena from here on is a single, wide pool: a heap so large gains speed by it, and hardly loses room. */
export const WIDE_ADDRESS = 16 << 20;

/** Bytes of the arena map, at address 0: bit i is set where an arena starts at i << ARENA_SIZE_LOG2. */
export const ARENA_COUNT_MAX = 1 << (32 - ARENA_SIZE_LOG2);
export const ARENA_MAP_SIZE = ARENA_COUNT_MAX >> 3;

// Arena: a chunk whose payload is ARENA_SIZE-aligned.
//
//   0        POOL_SIZE                        ARENA_FOOTER     +4        +8           +12        ARENA_SIZE
//   ┌────────┬────────┬─ ─┬──────────────────┬────────────────┬─────────┬────────────┬──────────┬────────┐
//   │ pool   │ pool   │   │ last pool        │ next           │ previous│ free pools │ reserved │ next   │
//   │        │        │   │ (footer shorter) │ arena ►        │ ◄ arena │ bit a pool │          │ chunk's│
//   └────────┴────────┴─ ─┴──────────────────┴────────────────┴─────────┴────────────┴──────────┴────────┘
//                                             address          address   u32 bits     u32        header
export const ARENA_NEXT = 0;
export const ARENA_PREVIOUS = 4;
export const ARENA_FREE_POOLS = 8;
export const ARENA_FOOTER_SIZE = 16;
/** Offset of the footer in the arena; the last CHUNK_HEADER_SIZE bytes belong to the next chunk. */
export const ARENA_FOOTER = ARENA_SIZE - 8 - ARENA_FOOTER_SIZE;

// Pool header
//
//   0          4           8       9       10         12        16        20        24        28      30      POOL_HEADER_SIZE
//   ┌──────────┬───────────┬───────┬───────┬──────────┬─────────┬─────────┬─────────┬─────────┬───────┬───────┬───────┬─ ─┬──────┐
//   │ returned │ countdown │ class │ state │ capacity │ inverse │ bound   │ next    │ previous│ first │ block │ block │   │ tail │
//   │ block ►  │           │       │       │          │         │         │ pool ►  │ ◄ pool  │       │ size  │       │   │      │
//   └──────────┴───────────┴───────┴───────┴──────────┴─────────┴─────────┴─────────┴─────────┴───────┴───────┴───────┴─ ─┴──────┘
//    address    i32 frees   u8      u8      u16 blocks u32       u32       address   address   offset  bytes   ▲ first
export const POOL_RETURNED = 0;
export const POOL_COUNTDOWN = 4;
export const POOL_CLASS = 8;
export const POOL_STATE = 9;
export const POOL_CAPACITY = 10;
export const POOL_INVERSE = 12;
export const POOL_BOUND = 16;
export const POOL_NEXT = 20;
export const POOL_PREVIOUS = 24;
export const POOL_FIRST = 28;
export const POOL_BLOCK_SIZE = 30;
export const POOL_HEADER_SIZE = 32;
// A pool of another kind than raw has its bound elsewhere, so that free() refuses its blocks, and a buffer does not pass for an object:
//
//   POOL_HEADER_SIZE  36               KIND_POOL_HEADER_SIZE
//   ┌────────────────┬────────────────┬───────┬─ ─
//   │ bound of       │ bound of       │ block │
//   │ objects        │ buffers        │       │
//   └────────────────┴────────────────┴───────┴─ ─
//    u32              u32
export const POOL_OBJECT_BOUND = 32;
export const POOL_BUFFER_BOUND = 36;
export const KIND_POOL_HEADER_SIZE = 40;

/** In its arena's free pools; of the other fields only the bound counts: 0, as it has no blocks. */
export const POOL_STATE_FREE = 0;
/** Its class serves from it: the class holds its list of free blocks. */
export const POOL_STATE_ACTIVE = 1;
/** Some blocks used, some free; on its class's list of partial pools. */
export const POOL_STATE_PARTIAL = 2;
/** Every block used; on no list. */
export const POOL_STATE_FULL = 3;

// Free block (a used block belongs wholly to its owner)
//
//   0         4         8             block size
//   ┌─────────┬─────────┬─ ─ ─ ─ ─ ─ ─┐
//   │ mark    │ next ►  │ old content │
//   └─────────┴─────────┴─ ─ ─ ─ ─ ─ ─┘
//    BLOCK_FREE address
export const BLOCK_MARK = 0;
export const BLOCK_NEXT = 4;
/** Marks a free block; a used block that holds it by chance only costs the check a second look. */
export const BLOCK_FREE = 0x7ee1b10c;

// Size class record, one per class: raw ones from SIZE_CLASSES_ADDRESS, the kinds' in a block of their own
//
//   0        4          8              12             16         20       SIZE_CLASS_SIZE
//   ┌────────┬──────────┬──────────────┬──────────────┬──────────┬────────┐
//   │ free   │ active   │ first        │ last         │ block    │ unused │
//   │ block ►│ pool ►   │ partial pool►│ partial pool►│ size     │        │
//   └────────┴──────────┴──────────────┴──────────────┴──────────┴────────┘
//    address  address    address        address        u32 bytes
export const SIZE_CLASS_FREE = 0;
export const SIZE_CLASS_ACTIVE = 4;
export const SIZE_CLASS_FIRST = 8;
export const SIZE_CLASS_LAST = 12;
export const SIZE_CLASS_BLOCK_SIZE = 16;
export const SIZE_CLASS_SIZE_LOG2 = 5;
export const SIZE_CLASS_SIZE = 1 << SIZE_CLASS_SIZE_LOG2;
export const KIND_CLASSES_SIZE = (SIZE_CLASS_COUNT - RAW_CLASS_COUNT) * SIZE_CLASS_SIZE;

// Chunk: header before every large block, arena and free range; at 8 bytes past a multiple of 16,
// so that the payload is 16-byte aligned.
//
//   0               4              8                                  size & CHUNK_SIZE_MASK
//   ┌───────────────┬──────────────┬──────────────────────────────────┐
//   │ previous size │ size | flags │ payload                          │
//   │               │              │ free: next ►, previous ◄ in bin  │
//   └───────────────┴──────────────┴──────────────────────────────────┘
//    u32             u32
export const CHUNK_PREVIOUS_SIZE = 0;
export const CHUNK_SIZE_AND_FLAGS = 4;
export const CHUNK_NEXT = 8;
export const CHUNK_PREVIOUS = 12;
export const CHUNK_HEADER_SIZE = 8;
/** A free chunk's header and links. */
export const CHUNK_SIZE_MIN = 16;
export const CHUNK_ALIGNMENT_LOG2 = 4;
export const CHUNK_ALIGNMENT = 1 << CHUNK_ALIGNMENT_LOG2;
export const CHUNK_IN_USE = 1;
export const CHUNK_PREVIOUS_IN_USE = 2;
/** What a chunk in use holds; without any of these, a large block of malloc's. */
export const CHUNK_USE_MASK = 12;
/** An arena of pools. */
export const CHUNK_ARENA = 4;
/** One container object. */
export const CHUNK_CONTAINER = 8;
/** One atomic object. */
export const CHUNK_ATOMIC = 12;
export const CHUNK_FLAGS_MASK = CHUNK_ALIGNMENT - 1;
/** As u32, 4 GiB less 1 MiB: no such request can succeed, and refusing it first keeps all sums below 2^32. */
export const REQUEST_LIMIT = -(1 << 20);

// Bins of free chunks: two-level segregated fit. A row is a power of two, cut into BINS_PER_ROW; the last row
// stays empty, so that a search past the largest chunk ends in it.
export const BINS_PER_ROW_LOG2 = 5;
export const BINS_PER_ROW = 1 << BINS_PER_ROW_LOG2;
export const BIN_ROW_COUNT = 32 - CHUNK_ALIGNMENT_LOG2 - BINS_PER_ROW_LOG2 + 2;
export const BIN_COUNT = BIN_ROW_COUNT * BINS_PER_ROW;
/** Chunks looked at in a bin whose chunks may be too small, before a larger bin is taken. */
export const BIN_PROBES_MAX = 2;

// Counters, u32 each, from COUNTERS_ADDRESS: the events no walk over the heap could find again.
export const COUNTER_ARENAS_IN_USE = 0;
export const COUNTER_ARENAS_HIGHWATER = 4;
export const COUNTER_ARENAS_TOTAL = 8;
export const COUNTER_POOLS_IN_USE = 12;
export const COUNTER_WIDE_POOLS_IN_USE = 16;
export const COUNTER_LARGE_BLOCKS = 20;
export const COUNTER_LARGE_BYTES = 24;
export const COUNTER_GROW_CALLS = 28;
export const COUNTERS_SIZE = 32;

// State: everything of a heap that is not in a chunk.
export const STATE_ADDRESS = ARENA_MAP_SIZE;
/** Address of the chunk that reaches the sentinel, or of the sentinel itself. */
export const TOP_ADDRESS = STATE_ADDRESS;
/** Address of the header that ends the heap, in the last bytes of memory. */
export const SENTINEL_ADDRESS = STATE_ADDRESS + 4;
/** Memory from here to the sentinel was never written: it is zero. */
export const UNTOUCHED_ADDRESS = STATE_ADDRESS + 8;
/** u32: memory never grows past so many pages. */
export const PAGE_LIMIT_ADDRESS = STATE_ADDRESS + 12;
/** Address that the rule found broken last is about. */
export const BROKEN_ADDRESS = STATE_ADDRESS + 16;
/** Address of the records of the kinds' classes, the immortal objects, the type table; 0 until prepareObjects. */
export const KIND_CLASSES_ADDRESS = STATE_ADDRESS + 20;
export const STATICS_ADDRESS = STATE_ADDRESS + 24;
export const TYPE_TABLE_ADDRESS = STATE_ADDRESS + 28;
/** u32: types in the table, records that fit. */
export const TYPE_COUNT_ADDRESS = STATE_ADDRESS + 32;
export const TYPE_CAPACITY_ADDRESS = STATE_ADDRESS + 36;
// Tables of objects found by what they hold: weakref lists by referent, interned strings by content.
export const WEAKREF_TABLE_ADDRESS = STATE_ADDRESS + 40;
export const INTERNED_TABLE_ADDRESS = STATE_ADDRESS + 52;
/** Address of the slots | u32 objects in them | u32 log2 of the slots. */
export const OBJECT_TABLE_SLOTS = 0;
export const OBJECT_TABLE_COUNT = 4;
export const OBJECT_TABLE_LOG2 = 8;
/** Entry, an object and the next entry, of the last object whose death waits until those in progress are over. */
export const PENDING_ADDRESS = STATE_ADDRESS + 64;
/** u32: deaths within deaths, as finalizers cause them. */
export const DEATH_DEPTH_ADDRESS = STATE_ADDRESS + 68;
/** Deaths within deaths from which on they wait: each takes a part of the host's stack. */
export const DEATH_DEPTH_MAX = 200;
export const COUNTERS_ADDRESS = STATE_ADDRESS + 72;
/** u32 bits: rows that have a filled bin. */
export const BIN_ROW_BITS_ADDRESS = COUNTERS_ADDRESS + COUNTERS_SIZE;
/** u32 bits per row: bins that are filled. */
export const BIN_BITS_ADDRESS = BIN_ROW_BITS_ADDRESS + 4;
/** Address of the first chunk, per bin. */
export const BINS_ADDRESS = BIN_BITS_ADDRESS + BIN_ROW_COUNT * 4;
/** First arena with so many free pools, per count from 0 (never used) to POOLS_PER_ARENA. */
export const ARENA_LISTS_ADDRESS = BINS_ADDRESS + BIN_COUNT * 4;
export const SIZE_CLASSES_ADDRESS = ARENA_LISTS_ADDRESS + (POOLS_PER_ARENA + 1) * 4;
/** u16 per ALIGNMENT of request size, rounded up: offset of its class's record from SIZE_CLASSES_ADDRESS. */
export const CLASS_TABLE_ADDRESS = SIZE_CLASSES_ADDRESS + RAW_CLASS_COUNT * SIZE_CLASS_SIZE;
export const CLASS_TABLE_SIZE = ((SMALL_REQUEST_MAX >> ALIGNMENT_LOG2) + 1) * 2;
/** The cycle collector's record, drawn in object-layout.ts. */
export const COLLECTOR_ADDRESS = (CLASS_TABLE_ADDRESS + CLASS_TABLE_SIZE + 3) & -4;
export const COLLECTOR_SIZE = 136;
export const STATE_END = COLLECTOR_ADDRESS + COLLECTOR_SIZE;
/** The first chunk: its payload is CHUNK_ALIGNMENT-aligned. */
export const HEAP_ADDRESS =
  ((STATE_END + CHUNK_HEADER_SIZE + CHUNK_ALIGNMENT - 1) & -CHUNK_ALIGNMENT) - CHUNK_HEADER_SIZE;

// Faults: what a caller did wrong; the core stores nothing before it reports one.
export const FAULT_DOUBLE_FREE = 1;
export const FAULT_INTERIOR_POINTER = 2;
export const FAULT_FOREIGN_POINTER = 3;
/** The block belongs to an object: free() is not for it. */
export const FAULT_OBJECT_POINTER = 4;
/** No object is at the address any more. */
export const FAULT_DEAD_OBJECT = 5;
/** The block at the address is no object. */
export const FAULT_NOT_AN_OBJECT = 6;
/** A list, dict, set or bytearray is no key: its content may change. */
export const FAULT_UNHASHABLE = 7;
/** A weakref that was not hashed while its referent lived can't be hashed. */
export const FAULT_DEAD_REFERENT = 8;
export const FAULT_NOT_WEAKREFABLE = 9;
/** Tuples within tuples are nested too deep to be compared or hashed. */
export const FAULT_NESTING = 10;

// Rules: what verify() finds broken. One code a rule; texts in src/errors.ts. Codes below RULE_FIRST are faults.
export const RULE_FIRST = 16;
export const RULE_CHUNK_SIZE = 16;
export const RULE_CHUNK_PREVIOUS_SIZE = 17;
export const RULE_CHUNK_PREVIOUS_IN_USE = 18;
export const RULE_CHUNK_COALESCED = 19;
export const RULE_CHUNK_BINNED = 20;
export const RULE_BIN_LINKS = 21;
export const RULE_BIN_BITS = 22;
export const RULE_TOP = 23;
export const RULE_UNTOUCHED = 24;
export const RULE_ARENA_MAP = 25;
export const RULE_ARENA_LIST = 26;
export const RULE_POOL_HEADER = 27;
export const RULE_POOL_BLOCKS = 28;
export const RULE_POOL_COUNTDOWN = 29;
export const RULE_POOL_LIST = 30;
export const RULE_BLOCK_LINK = 31;
export const RULE_COUNTERS = 32;
export const RULE_CHUNK_FLAGS = 33;
export const RULE_SIZE_CLASSES = 34;
export const RULE_OBJECT_HEADER = 35;
export const RULE_OBJECT_REFERENCE = 36;
export const RULE_LIST = 37;
export const RULE_TABLE = 38;
export const RULE_WEAKREF_LIST = 39;
export const RULE_OBJECT_TABLE = 40;
export const RULE_REFCOUNT = 41;
export const RULE_GENERATION = 42;
export const RULE_COLLECTOR_FLAGS = 43;
export const RULE_LAST = 43;
