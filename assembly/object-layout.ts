/**
 * assembly/object-layout.ts: headers, types and kinds of objects: the ABI above the allocator's (layout.ts).
 * PORTABLE: read by asc and by tsc, so only `export const NAME = <integer expression>` stands here.
 */

// Object header, before every object's own bytes
//
//   0          4        6        OBJECT_HEADER_SIZE
//   ┌──────────┬────────┬────────┬──────────────────────┬─ ─ ─ ─ ─ ─ ─ ─ ─ ─┐
//   │ refcount │ type   │ flags  │ references           │ scalars, content  │
//   └──────────┴────────┴────────┴──────────────────────┴─ ─ ─ ─ ─ ─ ─ ─ ─ ─┘
//    u32        u16 id   u16 bits addresses, 0: none
//   In place of the refcount, which no count reaches: a free block has BLOCK_FREE, a dying object REFCOUNT_DYING and above.
export const OBJECT_REFCOUNT = 0;
export const OBJECT_TYPE = 4;
export const OBJECT_FLAGS = 6;
export const OBJECT_HEADER_SIZE = 8;
/** A reference: the address of an object, or 0. */
export const REFERENCE_SIZE_LOG2 = 2;
export const REFERENCE_SIZE = 1 << REFERENCE_SIZE_LOG2;
/** Bytes of the smallest container's block, so that no two begin in the same unit of sides (sides.ts). */
export const CONTAINER_SIZE_MIN = 16;
/** From here on a count stands still: the object is immortal, or has been referred to so often that it stays. */
export const REFCOUNT_IMMORTAL = 1 << 30;
/** Added to the count of an object that the collector suspects to be garbage, so that whoever takes or drops a reference to it notices. */
export const REFCOUNT_SUSPECT = 5 << 28;
/** From here on a count leaves no room for that. */
export const REFCOUNT_SUSPECT_END = 1 << 28;
/** The last that a living object may have. */
export const REFCOUNT_ALIVE_MAX = REFCOUNT_SUSPECT + REFCOUNT_SUSPECT_END - 1;
/** Of an object on its way out: with an eighth of the address of the one that waits for it, or 0. No object to those who walk the heap. */
export const REFCOUNT_DYING = 1 << 31;

/** The collector's: the object can be part of a cycle, as gc.isTracked tells. */
export const FLAG_TRACKED = 1 << 0;
/** Its finalizer has run, or is running. */
export const FLAG_FINALIZED = 1 << 1;
/** The weakref table has a list for it. */
export const FLAG_WEAKLY_REFERENCED = 1 << 2;
/** The death has begun to release its references, and notes in them how far it is. */
export const FLAG_RELEASING = 1 << 3;
export const FLAG_GENERATION_SHIFT = 4;
export const FLAG_GENERATION_MASK = 3 << FLAG_GENERATION_SHIFT;
/** gc.freeze(): ignored by every collection. */
export const GENERATION_FROZEN = 3;
/** Its end is to be logged: it was made while allocations were traced, by every block or as a sample. */
export const FLAG_LOGGED = 1 << 6;
/** In the set that a collection examines: while it runs, those that it has found unreachable. Never of atomic objects. */
export const FLAG_EXAMINED = 1 << 7;
/** Containers: of those examined, found reachable; FLAG_GREY: what it refers to has not been looked at. */
export const FLAG_REACHED = 1 << 8;
export const FLAG_GREY = 1 << 9;
/** Containers: on the list of suspects of an incremental collection; whether it is one still, the refcount tells. */
export const FLAG_SUSPECTED = 1 << 10;
/** A weakref whose hash is known, so that it outlives its referent. */
export const FLAG_HASHED = 1 << 11;
/** dict and set: a weak collection's, of which the host knows more. */
export const FLAG_WEAK_COLLECTION = 1 << 12;
/** str and bytes: bytes of the block behind the content. */
export const FLAG_SLACK_SHIFT = 8;
export const FLAG_SLACK_MASK = 15 << FLAG_SLACK_SHIFT;
/** str: log2 of the bytes a character takes. */
export const FLAG_WIDTH_SHIFT = 12;
export const FLAG_WIDTH_MASK = 3 << FLAG_WIDTH_SHIFT;
/** str: the one of its content in the table of interned strings. */
export const FLAG_INTERNED = 1 << 14;
/** int: more than one word. */
export const FLAG_BIG = 1 << 15;

// Types of objects. None, True and False, the small ints and the empty str, bytes and tuple are made with the heap, immortal.
export const TYPE_NONE = 1;
export const TYPE_BOOL = 2;
export const TYPE_INT = 3;
export const TYPE_FLOAT = 4;
export const TYPE_STR = 5;
export const TYPE_BYTES = 6;
export const TYPE_BYTEARRAY = 7;
/** A value of the host's, by its index there. */
export const TYPE_HOST = 8;
export const TYPE_TUPLE = 9;
export const TYPE_LIST = 10;
export const TYPE_DICT = 11;
export const TYPE_SET = 12;
export const TYPE_WEAKREF = 13;
export const TYPE_PROXY = 14;
/** Types from here on are declared by the user. */
export const TYPE_STRUCT_FIRST = 16;
export const TYPE_COUNT_MAX = 1 << 16;

// Type record, one per type, in the type table
//
//   0         4        6       8          12      14      TYPE_RECORD_SIZE
//   ┌─────────┬────────┬───────┬──────────┬───────┬───────┐
//   │ size    │ first  │ count │ further  │ scan  │ flags │
//   │         │ reference run  │ runs ►   │ count │       │
//   └─────────┴────────┴───────┴──────────┴───────┴───────┘
//    u32 bytes u16      u16     address    u16     u16
//              offset   slots              slots
//   A run of references is followed by scalars; a type that adds references to a base with scalars has a further run. These
//   stand in a buffer, RUN_SIZE each: u16 offset, u16 count, up to one of count 0.
export const RUN_SIZE = 4;
export const TYPE_SIZE = 0;
export const TYPE_RUN_OFFSET = 4;
export const TYPE_RUN_COUNT = 6;
export const TYPE_FURTHER_RUNS = 8;
/** As the first run's count, or one more where an empty slot follows that nobody uses: those who only look at all slots go by pairs. */
export const TYPE_SCAN_COUNT = 12;
export const TYPE_FLAGS = 14;
export const TYPE_RECORD_SIZE_LOG2 = 4;
export const TYPE_RECORD_SIZE = 1 << TYPE_RECORD_SIZE_LOG2;
export const TYPE_HAS_FINALIZER = 1 << 0;
export const TYPE_WEAKREFABLE = 1 << 1;
/** The core's: its objects have references in more than one run. */
export const TYPE_HAS_FURTHER_RUNS = 1 << 2;

// What follows the header, by kind. Structs: references, then scalars, as declared.
//
//   int        content: the whole block behind the header, one two's complement number of 64-bit words
//   float      f64
//   str        hash u32 (0: not known) | characters of 1, 2 or 4 bytes; the block's end less the slack tells the length
//   bytes      bytes, their number as str's
//   bytearray  buffer ► | length u32
//   host       index u32 of the host's table
//   tuple      length u32 | items ► …
//   list       items buffer ► | length u32 | capacity u32
//   dict, set  table buffer ► | count u32 | used u32 | log2 of the index slots u32
//   weakref    callback ► | referent | previous | next | hash; in the referent's list
export const INT_WORDS = 8;
export const FLOAT_VALUE = 8;
export const STR_HASH = 8;
export const STR_CHARACTERS = 12;
export const BYTES_CONTENT = 8;
export const BYTEARRAY_BUFFER = 8;
export const BYTEARRAY_LENGTH = 12;
export const BYTEARRAY_SIZE = 16;
export const HOST_INDEX = 8;
export const TUPLE_LENGTH = 8;
export const TUPLE_ITEMS = 12;
export const LIST_ITEMS = 8;
export const LIST_LENGTH = 12;
export const LIST_CAPACITY = 16;
export const LIST_SIZE = 24;
export const TABLE_BUFFER = 8;
/** Entries that are there. */
export const TABLE_COUNT = 12;
/** Entries that were ever filled since the table was last made anew, holes included. */
export const TABLE_USED = 16;
export const TABLE_LOG2 = 20;
export const TABLE_SIZE = 24;
export const WEAKREF_CALLBACK = 8;
export const WEAKREF_REFERENT = 12;
export const WEAKREF_PREVIOUS = 16;
export const WEAKREF_NEXT = 20;
export const WEAKREF_HASH = 24;
export const WEAKREF_SIZE = 32;

// The cycle collector's record, at COLLECTOR_ADDRESS
//
//   0        12           24           60      64           68           72      76      80        84        88          92       108      124
//   ┌────────┬────────────┬────────────┬───────┬────────────┬────────────┬───────┬───────┬─────────┬─────────┬───────────┬────────┬────────┬────────┐
//   │ counts │ thresholds │ statistics │ limit │ long lived │ long lived │ state │ debug │ garbage │ enabled │ increment │ young  │ middle │ large  │
//   │        │            │            │       │ total      │ pending    │       │ flags │ list ►  │         │ state     │ list   │ list   │ table  │
//   └────────┴────────────┴────────────┴───────┴────────────┴────────────┴───────┴───────┴─────────┴─────────┴───────────┴────────┴────────┴────────┘
//    3 u32    3 u32        3 of 3 u32   u32     u32          u32          u32     u32     address   u32       u32         4 u32    4 u32    ObjectTable
export const GENERATION_COUNT = 3;
/** Containers made less containers freed since the youngest generation was collected; collections of 0 since 1 was, of 1 since 2 was. */
export const COLLECTOR_COUNTS = 0;
export const COLLECTOR_THRESHOLDS = 12;
/** By generation: collections, objects collected, objects found that could not be. */
export const COLLECTOR_STATISTICS = 24;
export const STATISTICS_SIZE = 12;
/** The first count past which a collection is due: its threshold, or a number that it never passes. */
export const COLLECTOR_LIMIT = 60;
/** Objects that survived the last full collection, and those that came to the oldest generation since. */
export const COLLECTOR_LONG_LIVED_TOTAL = 64;
export const COLLECTOR_LONG_LIVED_PENDING = 68;
/** COLLECTOR_IDLE or a phase. */
export const COLLECTOR_STATE = 72;
export const COLLECTOR_DEBUG = 76;
/** gc.garbage, an untracked list; 0 until it is needed. */
export const COLLECTOR_GARBAGE = 80;
export const COLLECTOR_ENABLED = 84;
/** COLLECTOR_IDLE, or the phase of the incremental collection that is on. */
export const COLLECTOR_INCREMENT = 88;
/** Objects of the youngest and of the middle generation: generation lists. */
export const COLLECTOR_YOUNG = 92;
export const COLLECTOR_MIDDLE = 108;
/** Containers too large for a pool: an object table. */
export const COLLECTOR_LARGE = 124;

// Generation list: addresses of objects, some of which may have died since. A word of 0 stands before the first.
//
//   0         4       8       12           16
//   ┌─────────┬───────┬───────┬────────────┐
//   │ start ► │ top ► │ end ► │ incomplete │
//   └─────────┴───────┴───────┴────────────┘
//    addresses                 1: some objects of the generation are not in it
export const GENERATION_START = 0;
export const GENERATION_TOP = 4;
export const GENERATION_END = 8;
export const GENERATION_INCOMPLETE = 12;

/** As CPython 3.13 starts. */
export const THRESHOLD_YOUNG = 2000;
export const THRESHOLD_MIDDLE = 10;
export const THRESHOLD_OLD = 10;
/** A full collection waits until those that came to the oldest generation are 1 / 2^this of those that were there. */
export const LONG_LIVED_SHIFT = 2;

/** No collection is on. */
export const COLLECTOR_IDLE = 0;
/** Of an examination of the whole heap: sides are laid out, references counted, the reachable marked, the rest told apart. */
export const COLLECTOR_PREPARING = 1;
export const COLLECTOR_COUNTING = 2;
export const COLLECTOR_MARKING = 3;
export const COLLECTOR_TELLING = 4;
/** Callbacks and finalizers run; what they have rescued is found. */
export const COLLECTOR_FINALIZING = 5;
/** What is left is freed. */
export const COLLECTOR_SWEEPING = 6;
/** Of an incremental collection, after marking: those that nothing has reached become suspects; their references are counted once more. */
export const COLLECTOR_SUSPECTING = 7;
export const COLLECTOR_RECOUNTING = 8;
/** Suspects that somebody holds are cleared, with all that they lead to. */
export const COLLECTOR_CLEARING = 9;

// Flags of gc.setDebug: the host writes of each collection; of each object collected; what is unreachable goes to gc.garbage, not away.
export const DEBUG_STATS = 1;
export const DEBUG_COLLECTABLE = 2;
export const DEBUG_UNCOLLECTABLE = 4;
export const DEBUG_SAVEALL = 32;
/** Flags for which the unreachable objects must be listed. */
export const DEBUG_LISTING = DEBUG_COLLECTABLE | DEBUG_SAVEALL;

// A dict's or set's table: the entries in the order of insertion, then the index, open addressing over them.
//
//   0                                 capacity * entry size
//   ┌───────────┬───────────┬─ ─ ─ ─ ┬─────────────────────────┐
//   │ key value │ key value │        │ index: 1, 2 or 4 bytes  │      a set's entries have no value
//   └───────────┴───────────┴─ ─ ─ ─ ┴─────────────────────────┘
//    addresses; 0 0: deleted          INDEX_FREE, INDEX_DELETED, or entry number + INDEX_ENTRY_FIRST; of 4 bytes
//                                     those above the index's log2 bits are of the key's hash
export const DICT_ENTRY_SIZE = 2 * REFERENCE_SIZE;
export const SET_ENTRY_SIZE = REFERENCE_SIZE;
export const INDEX_FREE = 0;
export const INDEX_DELETED = 1;
export const INDEX_ENTRY_FIRST = 2;
export const TABLE_LOG2_MIN = 3;

/** Small ints that are there once: from -SMALL_INT_NEGATIVE_COUNT up. */
export const SMALL_INT_NEGATIVE_COUNT = 5;
export const SMALL_INT_COUNT = 262;
// The immortal objects, one after the other in one buffer: offsets from it.
export const STATIC_NONE = 0;
export const STATIC_FALSE = 8;
export const STATIC_TRUE = 16;
/** Those before this are mere headers; from here on, each takes STATIC_STRIDE bytes. */
export const STATIC_EMPTY_BYTES = 32;
export const STATIC_EMPTY_STR = 48;
export const STATIC_EMPTY_TUPLE = 64;
export const STATIC_SMALL_INTS = 80;
export const STATIC_STRIDE = 16;
export const STATICS_SIZE = STATIC_SMALL_INTS + SMALL_INT_COUNT * STATIC_STRIDE;

// The record of traced allocation, while there is any
//
//   0         4        8                TRACE_LEFT       TRACE_LOG                        TRACE_RECORD_SIZE
//   ┌─────────┬────────┬────────────────┬────────────────┬───────────────┬──────┬─ ─ ─ ─ ─┐
//   │ logged  │ unused │ samples by pool│ left by class  │ block | kind  │ size │         │
//   └─────────┴────────┴────────────────┴────────────────┴───────────────┴──────┴─ ─ ─ ─ ─┘
//    u32 count          u8 each          u32 blocks each  address, TRACED_ u32 bytes
export const TRACE_LOGGED = 0;
/**
 * Samples that live, counted by their pool's number modulo TRACE_FILTER_SIZE; a count of 255 stays: others are not asked after. Of blocks
 * that have no flags: parts of objects, and malloc's.
 */
export const TRACE_FILTER = 8;
export const TRACE_FILTER_SIZE = 1 << 14;
/** Blocks of a size class that can be taken before its next sample, those on its list not counted. */
export const TRACE_LEFT = TRACE_FILTER + TRACE_FILTER_SIZE;
/** Size classes that there is room for. */
export const TRACE_CLASS_COUNT = 256;
/** What was taken and given back since the host last looked, in order. */
export const TRACE_LOG = TRACE_LEFT + TRACE_CLASS_COUNT * 4;
export const TRACE_LOG_COUNT = 1 << 12;
export const TRACE_ENTRY_SIZE = 8;
export const TRACE_RECORD_SIZE = TRACE_LOG + TRACE_LOG_COUNT * TRACE_ENTRY_SIZE;
export const TRACE_OFF = 0;
/** Every block that is taken is logged. */
export const TRACE_EVERY = 1;
/** One in so many bytes. */
export const TRACE_SAMPLE = 2;
/** Kinds, in the lowest bits of an entry's address: a block of malloc's and its like. */
export const TRACED_RAW = 0;
export const TRACED_OBJECT = 1;
/** A part that an object keeps elsewhere: a list's items, a dict's table. */
export const TRACED_PART = 2;
/** A block was given back. */
export const TRACED_GIVEN = 3;
export const TRACED_MASK = 3;
