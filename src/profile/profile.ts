// src/profile/profile.ts: `profile(fn)` and `@profile`: marks what is to be measured.
// Where the loader has seen the script, its lines are measured already and this changes nothing; else calls are, as a whole.

import { InvalidArgumentError } from "../errors.js";
import type { Profiler } from "./description.js";
import { wholeCallProfiler } from "./whole-session.js";

type Callable = (...values: never[]) => unknown;
type Method = (this: unknown, ...values: never[]) => unknown;

/** What profile takes and gives: a function or a class; as a decorator, what TypeScript calls it with. */
export interface Profile {
  /** The function, measured from now on: call what is returned. */
  <T extends Callable>(call: T, context?: ClassMethodDecoratorContext): T;
  /** The class, its methods measured. */
  // biome-ignore lint/suspicious/noExplicitAny: any constructor
  <T extends abstract new (...values: any) => unknown>(type: T, context?: ClassDecoratorContext): T;
  /** A field, whose value is measured if it is a function. */
  (value: undefined, context: ClassFieldDecoratorContext): <V>(initial: V) => V;
  /** A getter, or a setter. */
  <T extends Callable>(call: T, context: ClassGetterDecoratorContext | ClassSetterDecoratorContext): T;
  /** Both. */
  <This, V>(
    accessor: ClassAccessorDecoratorTarget<This, V>,
    context: ClassAccessorDecoratorContext<This, V>,
  ): ClassAccessorDecoratorResult<This, V>;
  /** As a decorator of the kind before the standard's (experimentalDecorators). */
  (target: object, key: string | symbol, descriptor: PropertyDescriptor): void;
}

export const profile = ((value: unknown, context?: unknown, descriptor?: PropertyDescriptor): unknown => {
  const profiler = wholeCallProfiler();
  if (descriptor !== undefined) return profileDescriptor(descriptor, String(context), profiler);
  const { kind, name } = (context ?? {}) as Partial<DecoratorContext>;
  if (kind === "field") return (initial: unknown) => profiled(initial, String(name), profiler);
  if (kind === "accessor") {
    const { get, set } = value as { get: Callable; set: Callable };
    return { get: profiled(get, String(name), profiler), set: profiled(set, String(name), profiler) };
  }
  if (isClass(value)) {
    for (const key of Reflect.ownKeys(value.prototype)) profileMember(value, key, profiler);
    return value;
  }
  if (typeof value !== "function") throw new InvalidArgumentError("fn", value, "a function or a class");
  return profiled(value, name === undefined ? value.name : String(name), profiler);
}) as Profile;

function profiled(value: unknown, name: string, profiler: Profiler): unknown {
  return typeof value === "function" ? profiler.profile(value as Callable, name || "(anonymous)") : value;
}

function profileDescriptor(descriptor: PropertyDescriptor, name: string, profiler: Profiler): void {
  for (const part of ["value", "get", "set"] as const) {
    if (typeof descriptor[part] === "function") descriptor[part] = profiled(descriptor[part], name, profiler);
  }
}

function profileMember(
  type: { name: string; prototype: object },
  key: PropertyKey,
  profiler: Profiler,
): void {
  if (key === "constructor") return;
  const descriptor = Reflect.getOwnPropertyDescriptor(type.prototype, key)!;
  if (descriptor.configurable !== true) return;
  profileDescriptor(descriptor, `${type.name}.${String(key)}`, profiler);
  Reflect.defineProperty(type.prototype, key, descriptor);
}

function isClass(value: unknown): value is { name: string; prototype: object } & Method {
  return typeof value === "function" && /^class\b/.test(Function.prototype.toString.call(value));
}
