// test/support/devtools-schema.ts: types of the Chrome DevTools Protocol, as published, in the form of JSON Schemas.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Ajv, type ValidateFunction } from "ajv";

interface ProtocolType {
  readonly id?: string;
  readonly name?: string;
  readonly type?: string;
  readonly $ref?: string;
  readonly optional?: boolean;
  readonly items?: ProtocolType;
  readonly properties?: readonly ProtocolType[];
}

const file = createRequire(import.meta.url).resolve("devtools-protocol/json/js_protocol.json");
const { domains } = JSON.parse(readFileSync(file, "utf8")) as {
  domains: { domain: string; types?: ProtocolType[] }[];
};

/** All types of the protocol for JavaScript; what they don't name is refused. */
const definitions = Object.fromEntries(
  domains.flatMap(({ domain, types = [] }) =>
    types.map((type) => [`${domain}.${type.id}`, schemaOf(type, domain)]),
  ),
);

function schemaOf(type: ProtocolType, domain: string): object {
  if (type.$ref !== undefined) {
    return { $ref: `#/definitions/${type.$ref.includes(".") ? type.$ref : `${domain}.${type.$ref}`}` };
  }
  if (type.type === "any") return {};
  if (type.type === "array") return { type: "array", items: schemaOf(type.items!, domain) };
  if (type.type !== "object") return { type: type.type };
  const properties = type.properties ?? [];
  return {
    type: "object",
    properties: Object.fromEntries(properties.map((property) => [property.name, schemaOf(property, domain)])),
    required: properties.filter(({ optional }) => !optional).map(({ name }) => name),
    additionalProperties: false,
  };
}

/** Tells whether a value is of a type of the protocol, such as "Runtime.CallFrame"; `errors` then says why not. */
export function validatorOf(type: string): ValidateFunction {
  return new Ajv({ strict: false }).compile({ $ref: `#/definitions/${type}`, definitions });
}
