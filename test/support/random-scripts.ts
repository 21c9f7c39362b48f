// test/support/random-scripts.ts: random functions as text, with every statement that probes are written around, for running twice.
//
// They call: g(line, n), which allocates n bytes and notes it; t(n), which is true for a while; log(value). `@` is the line.

import fc from "fast-check";

/** What a function may do besides running to its end. */
export type Kind = "plain" | "generator" | "async" | "async generator";
export const KINDS: readonly Kind[] = ["plain", "generator", "async", "async generator"];

export interface RandomScript {
  readonly kind: Kind;
  /** Declares `main(a, b)`. */
  readonly text: string;
}

/** Numbers choose; where they end, the first and simplest is taken, so fewer numbers are a simpler script. */
export function randomScripts(): fc.Arbitrary<RandomScript> {
  const numbers = fc.array(fc.nat({ max: 999 }), { maxLength: 250, size: "max" });
  return fc.tuple(fc.constantFrom(...KINDS), numbers).map(([kind, choices]) => ({
    kind,
    text: numbered(new Writer(choices).main(kind)),
  }));
}

/** With each `@` as the number of its line. */
function numbered(text: string): string {
  return text
    .split("\n")
    .map((line, index) => line.replaceAll("@", String(index + 1)))
    .join("\n");
}

interface Scope {
  readonly kind: Kind;
  readonly labels: readonly string[];
  readonly isInLoop: boolean;
  readonly depth: number;
  /** In a finally block, where a jump out would hide what was going on. */
  readonly isJumpFree: boolean;
}

class Writer {
  #at = 0;
  #names = 0;

  constructor(private readonly choices: readonly number[]) {}

  main(kind: Kind): string {
    const scope: Scope = { kind, labels: [], isInLoop: false, depth: 4, isJumpFree: false };
    const directive = this.#one("", '"use strict"\n', "'use strict';");
    const parameters = directive === "" ? 'a, b = log("b")' : "a, b";
    const star = kind.includes("generator") ? "*" : "";
    const head = `${kind.startsWith("async") ? "async " : ""}function${star} main(${parameters})`;
    return `${head} {${directive}\n${this.#statements(scope)}\n}`;
  }

  #number(count: number): number {
    const number = (this.choices[this.#at] ?? 0) % count;
    this.#at += 1;
    return number;
  }

  #one<T>(...values: readonly T[]): T {
    return values[this.#number(values.length)]!;
  }

  #name(prefix: string): string {
    this.#names += 1;
    return `${prefix}${this.#names}`;
  }

  #gap(): string {
    return this.#one("\n", "\n", " ", "\n// comment {\n");
  }

  #statements(scope: Scope): string {
    let text = "";
    for (let count = 1 + this.#number(4); count > 0; count -= 1) text += this.#statement(scope) + this.#gap();
    return text;
  }

  #block(scope: Scope): string {
    return `{${this.#gap()}${this.#statements(scope)}}`;
  }

  /** A block, or a statement without braces. */
  #branch(scope: Scope): string {
    return this.#one(true, false) ? this.#block(scope) : this.#gap() + this.#simple(scope);
  }

  #statement(scope: Scope): string {
    const inner = { ...scope, depth: scope.depth - 1 };
    switch (scope.depth === 0 ? 0 : this.#number(12)) {
      case 1:
      case 2:
        return this.#conditional(inner);
      case 3:
      case 4:
      case 5:
        return this.#loop(inner);
      case 6:
        return this.#try(inner);
      case 7:
        return this.#switch(inner);
      case 8:
        return this.#nested(inner);
      default:
        return this.#simple(scope);
    }
  }

  #value({ kind }: Scope): string {
    const plain = this.#one(
      "g(@, 2)",
      "a",
      "b",
      "(g(@, 2), a)",
      "(() => g(@, 3))()",
      "[g(@, 1)].join()",
      "({ x: g(@, 4) }).x",
      "(this === undefined)",
    );
    const values = [plain, plain];
    if (kind.startsWith("async")) {
      values.push(`(await ${plain})`, `(await later(${plain}))`, "(await failing(g(@, 1)))");
    }
    if (kind.includes("generator")) {
      values.push(`(yield ${plain})`, "(yield)", "(yield* [1, g(@, 2)])", "(yield* steps(@))");
    }
    if (kind === "async generator") values.push("(yield* ticks(@))");
    return this.#one(...values);
  }

  /** A statement of one line, without blocks. */
  #simple(scope: Scope): string {
    const value = this.#value(scope);
    const statements = [
      `g(@, ${1 + this.#number(9)});`,
      `log(${value});`,
      `a = ${value};`,
      `var c = ${value}, { d = g(@, 2) } = { e: 1 };`,
      ";",
    ];
    if (!scope.isJumpFree) {
      statements.push(`if (t(3)) return ${value};`, `if (t(2)) throw new Error(String(${value}));`);
      if (scope.isInLoop)
        statements.push("if (t(2)) continue;", "if (t(1)) {} else continue\n", "if (t(2)) break;");
      for (const label of scope.labels) {
        statements.push(`if (t(2)) continue ${label};`, `if (t(2)) break ${label}\n`);
      }
    }
    return this.#one(...statements);
  }

  #conditional(scope: Scope): string {
    const yes = this.#branch(scope);
    const elseIf = this.#one(true, false) ? "" : `\nelse if (g(@, 1) && t(2)) ${this.#branch(scope)}`;
    const no = this.#one(true, false) ? "" : ` else ${this.#branch(scope)}`;
    return `if (t(4)) ${yes}${elseIf}${no}`;
  }

  #loop(scope: Scope): string {
    const label = this.#one(undefined, this.#name("L"));
    const [head, foot] = this.#loopHead(scope);
    // a loop in a finally block may be gone on with, but not left
    const labels = label === undefined ? scope.labels : [...scope.labels, label];
    const body = this.#branch({ ...scope, labels, isInLoop: true });
    return `${label === undefined ? "" : `${label}: `}${head}${body}${foot}`;
  }

  #loopHead({ kind }: Scope): [string, string] {
    const heads: [string, string][] = [
      ["for (const x of [1, g(@, 2)]) ", ""],
      ["for (let i = g(@, 1); i < 9 && t(5); i++, g(@, 1)) ", ""],
      ["for (let i = 0; t(4);) ", ""],
      ["for (const { x = g(@, 3) } of [{}, { x: 1 }]) ", ""],
      ["for (const x of steps(@)) ", ""],
      ["for (var k in { p: g(@, 1), q: 2 }) ", ""],
      ["while (g(@, 1) && t(4)) ", ""],
      ["do ", "\nwhile (g(@, 1) && t(4))\n"],
    ];
    if (kind.startsWith("async")) {
      heads.push(
        ["for await (const x of [later(1), g(@, 2)]) ", ""],
        ["for await (const x of ticks(@)) ", ""],
      );
    }
    return this.#one(...heads);
  }

  #try(scope: Scope): string {
    const body = this.#block(scope);
    const last = this.#one("", ` finally ${this.#block({ ...scope, isJumpFree: true })}`);
    const handlers = [" catch (error) { log(error.message) }", ` catch {${this.#statements(scope)}}`];
    return `try ${body}${this.#one(...handlers, ...(last === "" ? [] : [""]))}${last}`;
  }

  #switch(scope: Scope): string {
    const ending = this.#one("", "break;");
    const first = this.#statements(scope);
    return `switch (g(@, 4) % 3) { case t(1): ${first} case 1:\n${this.#statements(scope)}${ending}\ndefault: g(@, 1); }`;
  }

  /** A function in the function; it is called on a line of its own, as that line's bytes are the callee's too. */
  #nested(scope: Scope): string {
    const body = this.#statements({
      ...scope,
      kind: "plain",
      labels: [],
      isInLoop: false,
      isJumpFree: false,
    });
    const name = this.#name("inner");
    return this.#one(
      `\n[1, 2].forEach((x) => {\n${body}\n});\n`,
      `\ncall(${name}); function ${name}(x) {\n${body}\n}\n`,
      `\ncall((x) => new (class {\nfield = 1;\n#p() {\n${body}\n}\nrun() { return this.#p(x); } })().run());\n`,
    );
  }
}
