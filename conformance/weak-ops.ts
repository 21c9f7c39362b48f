// conformance/weak-ops.ts: the ops on weak references and proxies, on the public facade.

import {
  DeadReferenceError,
  DeadReferentError,
  type Handle,
  type ProxyHandle,
  type WeakrefHandle,
} from "../src/index.js";
import { kindOf, type Machine, ofKind, Refused } from "./machine.js";
import type { Ops } from "./ops.js";
import type { Name, OpOf } from "./program.js";

export const weakOps: Ops<
  "wref" | "proxy" | "deref" | "wbind" | "palive" | "wcb" | "wcount" | "wrefs" | "weq" | "whash"
> = {
  wref: makeWeak,
  proxy: makeWeak,
  deref(machine, [, name]) {
    const referent = weakref(machine, name).deref();
    return referent === null ? null : machine.idOf(referent);
  },
  wbind(machine, [, name, from]) {
    const referent = weakref(machine, from).deref();
    if (referent === null) return null;
    machine.bind(name, referent);
    return machine.idOf(referent);
  },
  palive(machine, [, name]) {
    const { proxy } = ofKind<ProxyHandle>(machine.value(name), "proxy");
    try {
      void (proxy as { typeName: string }).typeName;
      return true;
    } catch (error) {
      if (error instanceof DeadReferenceError) return false;
      throw error;
    }
  },
  wcb(machine, [, name]) {
    const { callback } = weakref(machine, name);
    return callback === null ? null : machine.idOf(callback as Handle);
  },
  wcount: (machine, [, name]) => machine.heap.weakref.getweakrefcount(machine.value(name)),
  wrefs: (machine, [, name]) =>
    machine.heap.weakref.getweakrefs(machine.value(name)).map((ref) => machine.idOf(ref)),
  weq(machine, [, left, right]) {
    const [one, other] = [machine.value(left), machine.value(right)];
    return ofKind<WeakrefHandle>(one, "wref").equals(ofKind<WeakrefHandle>(other, "wref"));
  },
  whash(machine, [, name]) {
    try {
      weakref(machine, name).hash();
      return true;
    } catch (error) {
      if (error instanceof DeadReferentError) return false;
      throw error;
    }
  },
};

function makeWeak(machine: Machine, [kind, name, to, by]: OpOf<"wref" | "proxy">): number {
  const { weakref } = machine.heap;
  const referent = machine.value(to);
  const callback = by === undefined ? undefined : machine.value(by);
  if (kindOf(referent) !== "node") throw new Refused("noweak");
  if (callback !== undefined) ofKind(callback, "node");
  const made =
    kind === "wref" ? weakref.ref(referent, callback) : weakref.handleOf(weakref.proxy(referent, callback));
  machine.bind(name, machine.registerIfNew(made));
  return machine.idOf(made);
}

function weakref(machine: Machine, name: Name): WeakrefHandle {
  return ofKind(machine.value(name), "wref");
}
