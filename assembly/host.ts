// assembly/host.ts: what the core asks of the program that embeds it: import module "host".
// None but `fail` may throw: a death in progress would be left half done. Where the host's stack ended, end_deaths (death.ts) gives it up.

/**
 * Reports a FAULT_ or RULE_ code (layout.ts) about an address. Throws in JavaScript; where a host merely
 * returns, the core carries on as if the call had not been made.
 */
export declare function fail(code: i32, address: usize): void;

/** Runs the finalizer of a struct; for the time of the call it has one reference more. */
export declare function finalize(o: usize): void;

/** Calls a weakref's callback, an object, with the weakref, whose referent has died. */
export declare function call_back(weakref: usize, callback: usize): void;

/** Shows an object that is about to be collected, for gc.DEBUG_COLLECTABLE. None of the program's code may run. */
export declare function show_collectable(o: usize): void;

/** The log of traced allocation is full, or, where a sample is traced, has one in it: to be read and emptied. */
export declare function trace_logged(): void;

/**
 * A block is about to be taken that is a sample, as blocks of `measure` bytes are counted; if only `size` of these are asked for, it may be
 * passed over. Returns the bytes to the next sample, negative if this one is passed over.
 */
export declare function trace_sample(size: usize, measure: usize): f64;

/** Forgets a host value: the object that stood for it has died. */
export declare function release(index: u32): void;
