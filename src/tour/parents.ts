// src/tour/parents.ts: chapter: a weak reference back, in the place of a cycle.

import type { Heap } from "../heap.js";
import type { Chapter } from "./chapter.js";
import { ring } from "./drawings.js";
import { hex, plural } from "./format.js";

export const parents: Chapter = {
  name: "parents",
  title: "Weak references instead of a cycle",
  play(stage, heap) {
    const { print, colors } = stage;
    stage.say(
      "A child that knows its parent makes a cycle with it, unless it refers to it weakly: then counting is enough, and everything is freed at once.",
    );
    stage.step("gc.disable()", () => heap.gc.disable());
    const ns = stage.bind("# variables", "ns", () => heap.namespace());
    const Folder = stage.bind("class Folder: … def __del__(self): …", "Folder", () =>
      heap.struct(
        "Folder",
        { name: "ref", child: "ref", parent: "ref" },
        { finalizer: (self) => print(`${self.name} is gone`) },
      ),
    );
    stage.end();
    stage.step("usr = Folder('usr')", () => {
      ns.usr = new Folder({ name: "usr" });
    });
    stage.step("lib = Folder('lib')", () => {
      ns.lib = new Folder({ name: "lib" });
    });
    stage.step("usr.child = lib", () => {
      ns.usr.child = ns.lib;
    });
    stage.step("lib.parent = weakref.ref(usr)", () => {
      heap.frame(() => {
        ns.lib.parent = heap.weakref.ref(ns.usr);
      });
    });
    stage.step("lib.parent().name", () => heap.frame(() => ns.lib.parent.deref().name));
    const upper = { name: "usr", lines: describe(heap, ns.usr) };
    const lower = { name: "lib", lines: describe(heap, ns.lib) };
    stage.draw(ring({ upper, lower, down: "child", up: "parent", isUpWeak: true }, colors));
    const places = [ns.usr, ns.lib].map(({ address }) => hex(address));
    stage.step("del lib", () => {
      delete ns.lib;
    });
    stage.step("del usr", () => {
      delete ns.usr;
    });
    stage.step("gc.collect()", () => heap.gc.collect());
    const [gone, goneToo] = places.map((place) => ({ lines: [`freed ${place}`] }));
    stage.draw(ring({ upper: gone!, lower: goneToo!, down: "child", up: "parent", isDead: true }, colors));
  },
};

function describe(heap: Heap, folder: Parameters<Heap["refcount"]>[0]): string[] {
  return [`${folder.typeName} at ${hex(folder.address)}`, plural(heap.refcount(folder), "reference")];
}
