// The schemas in docs/schemas/, and a check of everything that the program prints in JSON: a test that runs the program
// also proves that its output is valid.

import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Ajv2020, ErrorObject } from 'ajv/dist/2020.js';

const FOLDER = new URL('../../docs/schemas/', import.meta.url);
const SUFFIX = '.schema.json';
/** Parts that other schemas refer to. */
const COMMON = 'common';

/** The names of the schemas of documents, such as `summary` for `synsum.summary`. */
export const SCHEMA_NAMES: readonly string[] = readdirSync(FOLDER)
  .map((file) => file.slice(0, -SUFFIX.length))
  .filter((name) => name !== COMMON);

function schemaOf(name: string): object {
  return JSON.parse(readFileSync(new URL(`${name}${SUFFIX}`, FOLDER), 'utf8'));
}

let ajv: Ajv2020 | undefined;

/** Loads and compiles the schemas on first use: few tests print JSON. */
function schemas(): Ajv2020 {
  if (ajv !== undefined) return ajv;
  const loaded: { Ajv2020: typeof Ajv2020 } = createRequire(import.meta.url)('ajv/dist/2020.js');
  ajv = new loaded.Ajv2020({ allowUnionTypes: true, allErrors: true });
  for (const name of [COMMON, ...SCHEMA_NAMES]) ajv.addSchema(schemaOf(name));
  return ajv;
}

/** Returns what is wrong with a document or, as `part`, with a line of NDJSON; empty if nothing is. */
export function mistakesIn(value: unknown, name: string, part: 'document' | 'line' = 'document'): string[] {
  if (!SCHEMA_NAMES.includes(name)) return [`synsum.${name} has no schema in docs/schemas/`];
  const validate = schemas().getSchema(`${name}${SUFFIX}${part === 'line' ? '#/$defs/line' : ''}`);
  if (validate === undefined) return [`the schema of synsum.${name} does not describe a ${part}`];
  return validate(value) === true ? [] : (validate.errors ?? []).map(describe);
}

function describe({ instancePath, message, params }: ErrorObject): string {
  return `${instancePath || 'it'} ${message} ${JSON.stringify(params)}`;
}

/** Returns what is wrong with output of the program; nothing if it is not JSON of synsum, or was cut short. */
export function mistakesInOutput(stdout: string): string[] {
  if (stdout.startsWith('{\n  "schema": "synsum.')) return mistakesInDocument(stdout);
  return stdout.startsWith('{"type":"') ? mistakesInLines(stdout) : [];
}

function mistakesInDocument(text: string): string[] {
  if (!text.endsWith('}\n')) return [];
  const document: { readonly schema: string } = JSON.parse(text);
  return mistakesIn(document, nameOf(document.schema));
}

/** The last line names the schema of all lines. */
function mistakesInLines(text: string): string[] {
  if (!text.endsWith('\n')) return [];
  const lines = text.trimEnd().split('\n');
  const last: { readonly type: string; readonly schema?: string } = JSON.parse(lines.at(-1) ?? '');
  if (last.type !== 'totals') return [];
  const { schema = '' } = last;
  return lines.flatMap((line) => mistakesIn(JSON.parse(line), nameOf(schema), 'line')).slice(0, 10);
}

function nameOf(schema: string): string {
  return schema.replace(/^synsum\./, '');
}
