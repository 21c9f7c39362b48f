// assembly/rule.ts: how a structure's rules are told: verify methods return 0 or broken(rule, address).
// Not here: the rules; they stand with their structures.

import { fail } from "./host";
import { BROKEN_ADDRESS } from "./layout";

/** Names a broken RULE_ and where. Returns the rule. */
export function broken(rule: i32, address: usize): i32 {
  store<usize>(BROKEN_ADDRESS, address);
  return rule;
}

/** Reports a broken rule, if `rule` is one. For the checked build, after every operation. */
export function mustHold(rule: i32): void {
  if (rule) fail(rule, load<usize>(BROKEN_ADDRESS));
}
