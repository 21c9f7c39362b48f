// assembly/objects.ts: exports of the core with objects: the allocator's, and Python's object model above it; no logic.

import { malloc } from "./alloc";
import { collector } from "./cycles/collector";
import { middle, young } from "./cycles/generation";
import { prepareStatics } from "./kinds/atomic";
import { KIND_CLASSES_ADDRESS, KIND_CLASSES_SIZE } from "./layout";
import { SizeClass } from "./size-class";
import { Type } from "./type";

export { CHECKS } from "./build-flags";
export {
  gc_advance,
  gc_begin,
  gc_due,
  gc_enable,
  gc_result,
  gc_set_debug,
  gc_set_thresholds,
  gc_state,
} from "./cycles/collect";
export { gc_garbage } from "./cycles/ending";
export { gc_increment, gc_increment_begin, gc_increment_result, gc_settle } from "./cycles/increment";
export { end_deaths } from "./death";
export { gc_freeze, gc_freeze_count, gc_referents, gc_referrers, gc_unfreeze } from "./gc-module";
export * from "./index";
export {
  bytearray_new,
  bytearray_resize,
  bytes_alloc,
  bytes_length,
  float_new,
  host_new,
  int_alloc,
  int_from_i32,
  int_new,
  int_words,
  str_alloc,
  str_intern,
  str_length,
} from "./kinds/atomic";
export { equals as object_equals, hashOf as object_hash } from "./kinds/hash";
export {
  list_append,
  list_append_f64,
  list_append_i32,
  list_clear,
  list_delete,
  list_from,
  list_insert,
  list_new,
  list_pop,
  list_set,
} from "./kinds/list";
export { struct_new, struct_new_many, struct_set } from "./kinds/struct";
export {
  dict_clear,
  dict_delete,
  dict_get,
  dict_new,
  dict_reserve,
  dict_set,
  set_add,
  set_clear,
  set_discard,
  set_has,
  set_new,
  set_reserve,
} from "./kinds/table";
export { tuple_from } from "./kinds/tuple";
export { weakref_count, weakref_equals, weakref_first, weakref_hash, weakref_new } from "./kinds/weakref";
export { object_fault } from "./object";
export { get_size } from "./object-size";
export {
  decref,
  immortalize,
  incref,
  move_reference,
  refcount,
  release_many,
  type_of,
} from "./refcount";
export {
  host_malloc,
  trace_begin,
  trace_end,
  traced_aligned_alloc,
  traced_calloc,
  traced_free,
  traced_malloc,
  traced_realloc,
} from "./traced-alloc";
export { type_new } from "./type";

/** Makes what objects need, once, before any other call about them. 0 when memory can't grow, 1 otherwise. */
export function prepareObjects(): i32 {
  collector.prepare();
  return i32(prepareKinds() && Type.prepare() && prepareStatics() && young.prepare() && middle.prepare());
}

function prepareKinds(): bool {
  if (load<usize>(KIND_CLASSES_ADDRESS)) return true;
  const records = malloc(KIND_CLASSES_SIZE);
  if (records) SizeClass.prepareKinds(records);
  return records != 0;
}
