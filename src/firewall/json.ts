// Takes values out of JSON that may have been made by anyone.

/** The fields that are read from the objects of nft. */
type FieldName =
  | 'addr'
  | 'base'
  | 'chain'
  | 'comment'
  | 'data'
  | 'dir'
  | 'elem'
  | 'expr'
  | 'family'
  | 'field'
  | 'flags'
  | 'handle'
  | 'hook'
  | 'key'
  | 'left'
  | 'len'
  | 'name'
  | 'nftables'
  | 'offset'
  | 'op'
  | 'policy'
  | 'port'
  | 'prio'
  | 'protocol'
  | 'right'
  | 'stmt'
  | 'table'
  | 'target'
  | 'type'
  | 'val'
  | 'value';

export type JsonObject = { readonly [Name in FieldName]?: unknown };

/** A rule set that cannot be used, with the place in it. */
export class RulesetError extends Error {}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The name and the value of an object that has one field, as nft writes statements and expressions. */
export function onlyField(value: unknown): readonly [string, unknown] | undefined {
  if (!isObject(value)) return undefined;
  const fields = Object.entries(value);
  return fields.length === 1 ? fields[0] : undefined;
}

/** The object in the field of this name, if it is the only one. */
export function objectIn(value: unknown, name: string): JsonObject | undefined {
  const field = onlyField(value);
  return field?.[0] === name && isObject(field[1]) ? field[1] : undefined;
}

/** The list in the field of this name, if it is the only one. */
export function listIn(value: unknown, name: string): readonly unknown[] | undefined {
  const field = onlyField(value);
  return field?.[0] === name && Array.isArray(field[1]) ? field[1] : undefined;
}
