// src/lab/formats/suppressions.ts: patterns of leaks that a report leaves out.
// Source: heaptrack 1.4.0, src/analyze/suppressions.cpp; the form is that of LeakSanitizer's suppressions.

const PREFIX = "leak:";

/** Blocks that system libraries keep to the end: what heaptrack_print leaves out unless told not to. */
export const BUILT_IN_PATTERNS: readonly string[] = [
  "__nss_module_allocate",
  "__gconv_read_conf",
  "__new_exitfn",
  "tzset_internal",
  "dl_open_worker",
  "g_main_context_new",
  "g_thread_self",
];

/** The pattern of a line "leak:PATTERN"; undefined for comments and what is none. */
export function parseSuppression(line: string): string | undefined {
  const text = line.trim();
  return text.startsWith(PREFIX) && text.length > PREFIX.length ? text.slice(PREFIX.length) : undefined;
}

/**
 * Whether a pattern occurs in a text: anywhere, unless ^ and $ tie it to an end; * is anything between.
 * Each part is looked for once, from the left, where LeakSanitizer stops as well.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  if (pattern === text) return true;
  if (text === "") return false;
  let rest = pattern.startsWith("^") ? pattern.slice(1) : pattern;
  let isTied = rest.length < pattern.length;
  let isAfterStar = false;
  let from = 0;
  while (rest !== "") {
    if (rest[0] === "*") {
      rest = rest.slice(1);
      isTied = false;
      isAfterStar = true;
      continue;
    }
    if (rest[0] === "$") return from === text.length || isAfterStar;
    if (from === text.length) return false;
    const part = /^[^*$]+/.exec(rest)![0];
    const found = text.indexOf(part, from);
    if (found < 0 || (isTied && found !== from)) return false;
    from = found + part.length;
    rest = rest.slice(part.length);
    isTied = false;
    isAfterStar = false;
  }
  return true;
}
