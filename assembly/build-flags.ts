// assembly/build-flags.ts: compile-time booleans of the builds in asconfig.json.

/** The checked build runs every structure's rules after each operation on it; release contains no check. */
export const CHECKS: bool = !ASC_NO_ASSERT;
