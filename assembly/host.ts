// assembly/host.ts: what the core asks of the program that embeds it: import module "host".

/**
 * Reports a FAULT_ or RULE_ code (layout.ts) about an address. Throws in JavaScript; where a host merely
 * returns, the core carries on as if the call had not been made.
 */
export declare function fail(code: i32, address: usize): void;
