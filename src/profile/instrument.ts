// src/profile/instrument.ts: a script's text with probes in the functions that are measured, as JavaScript that Node runs.
// Not here: finding the script (loader.ts), single steps (selection.ts, probes.ts, typescript.ts).

import remapping from "@jridgewell/remapping";
import MagicString from "magic-string";
import { type FileDescription, PROFILER_KEY } from "./description.js";
import { obstacleOf, type ProbeNames, ProbeWriter } from "./probes.js";
import { type Selection, select } from "./selection.js";
import { headLineOf, parseScript, type SourceKind } from "./syntax.js";
import { namespaceIn, type Strip, stripTypes } from "./typescript.js";

export interface InstrumentOptions {
  /** Where the script is: a file's URL. */
  readonly url: string;
  /** The same for people, in errors. */
  readonly file: string;
  readonly kind: SourceKind;
  readonly isTypeScript: boolean;
  /** Functions to be measured besides those marked: patterns of names. Undefined: none is, marked or not. */
  readonly functions: readonly string[] | undefined;
  /** Takes types and decorators away where this package's own way doesn't do; undefined if there is none. */
  readonly compile?: Strip;
}

export interface Instrumented {
  /** Ends with its source map. */
  readonly code: string;
  /** By its syntax, if that was asked for. */
  readonly kind: Exclude<SourceKind, "unknown">;
  /** Nothing but types was taken away, if that. */
  readonly isMeasured: boolean;
}

/**
 * The script, measured.
 *
 * @returns undefined if there is nothing to do: JavaScript with no function to be measured.
 * @throws {ScriptSyntaxError}
 */
export function instrument(source: string, options: InstrumentOptions): Instrumented | undefined {
  const { file, isTypeScript } = options;
  // TypeScript in CommonJS may import and export all the same: that is compiled
  const syntax = isTypeScript && options.kind === "commonjs" ? "unknown" : options.kind;
  const tree = parseScript(source, file, syntax, isTypeScript);
  const isModule = tree.program.sourceType === "module";
  const kind = options.kind === "unknown" ? (isModule ? "module" : "commonjs") : options.kind;
  const selection = select(tree.program, options.functions ?? []);
  const isMeasured = options.functions !== undefined && selection.functions.length > 0;
  if (!isMeasured && !isTypeScript && selection.decorators.length === 0) return undefined;

  const text = new MagicString(source, { filename: options.url });
  removeDecorators(text, source, selection);
  if (isMeasured) {
    const names = freeNames(source);
    for (const { argument } of selection.arguments) {
      text.appendRight(argument.start!, `${names.file}().marked(`);
    }
    const selected = new Map(selection.functions.map(({ node }, index) => [node, index]));
    new ProbeWriter(text, names, selected).write(tree.program);
    for (const { argument } of selection.arguments) text.appendLeft(argument.end!, ")");
    const directive = tree.program.directives.at(-1);
    const hashbang = tree.program.interpreter;
    const place = directive?.end ?? (hashbang == null ? 0 : source.indexOf("\n", hashbang.start!) + 1);
    const head = prologue(names, describe(selection, options.url));
    if (directive === undefined) text.prependRight(place, head);
    else text.appendLeft(place, `;${head}`);
  }
  const map = text.generateMap({ source: options.url, hires: "boundary", includeContent: true });
  let code = text.toString();
  const maps = [JSON.parse(map.toString())];
  if (isTypeScript || selection.otherDecorator !== undefined) {
    const obstacle = selection.otherDecorator ?? namespaceIn(tree.program);
    const stripped = stripTypes(code, {
      ...options,
      source,
      obstacle,
      isRequired: isModule && kind === "commonjs",
    });
    code = stripped.code;
    maps.unshift(stripped.map);
  }
  const whole = remapping(maps, () => null);
  const encoded = Buffer.from(JSON.stringify(whole)).toString("base64");
  return {
    code: `${code}\n//# sourceMappingURL=data:application/json;base64,${encoded}`,
    kind,
    isMeasured,
  };
}

function removeDecorators(text: MagicString, source: string, { decorators }: Selection): void {
  for (const { node, isFirstOfMember } of decorators) {
    // lines stay; what stood before, unended, must not go on with the member
    text.update(node.start!, node.end!, isFirstOfMember ? ";" : blank(source.slice(node.start!, node.end!)));
  }
}

function blank(text: string): string {
  return text.replaceAll(/[^\r\n]/g, " ");
}

/** Names that stand nowhere in the script. */
function freeNames(source: string): ProbeNames {
  let prefix = "$pm";
  while (source.includes(prefix)) prefix += "_";
  return { file: `${prefix}f`, activation: `${prefix}a`, label: `${prefix}l` };
}

function describe({ functions }: Selection, url: string): FileDescription {
  return {
    url,
    functions: functions.map(({ node, name, firstLine }) => {
      const note = obstacleOf(node);
      return {
        name,
        firstLine,
        headLine: headLineOf(node),
        lastLine: node.loc!.end.line,
        ...(note === undefined ? {} : { note }),
      };
    }),
  };
}

/**
 * Makes the file's functions known, before anything else of the script runs: a function declaration, as imports in a circle
 * may call the script's functions before its first statement. Where no profiler is, in a worker, probes do nothing.
 */
function prologue(names: ProbeNames, description: FileDescription): string {
  const cache = `${names.file}c`;
  const idle = "{line(){},stay(){},suspend:v=>v,resume:v=>v,delegate:v=>v,leave(){}}";
  const none = `(n=>({file:()=>({enter:()=>n,inner:()=>n,marked:v=>v})}))(${idle})`;
  const profiler = `globalThis[Symbol.for(${JSON.stringify(PROFILER_KEY)})]??${none}`;
  return (
    `var ${cache};function ${names.file}(){return ${cache}??=(${profiler}).file(${JSON.stringify(description)})}` +
    `${names.file}();`
  );
}
