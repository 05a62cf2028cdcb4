// Turns YAML nodes into plain items: nothing, text, lists and mappings, each with its place. Knows nothing of
// hosts files. Numbers and booleans stay the text that was written. An alias becomes the text it stands for,
// never a list or mapping, so that a few lines of aliases cannot expand to millions of entries.

import { isAlias, isMap, isScalar, isSeq, type ParsedNode } from 'yaml';

export type Item = Text | List | Mapping | { readonly kind: 'nothing'; readonly offset: number } | DeadAlias;

export interface Text {
  readonly kind: 'text';
  readonly offset: number;
  readonly text: string;
}

interface List {
  readonly kind: 'list';
  readonly offset: number;
  readonly items: readonly Item[];
}

export interface Mapping {
  readonly kind: 'mapping';
  readonly offset: number;
  readonly pairs: readonly { readonly key: Item; readonly value: Item }[];
}

/** An alias of something that is not text, or that does not come before it. */
interface DeadAlias {
  readonly kind: 'alias';
  readonly offset: number;
  readonly alias: string;
}

/** Converts the contents of a document, whose nesting must already have been checked. */
export function toItem(contents: ParsedNode | null): Item {
  return convert(contents, 0, new Map());
}

function convert(node: ParsedNode | null, offsetIfNone: number, anchors: Map<string, Item>): Item {
  if (node === null) return { kind: 'nothing', offset: offsetIfNone };
  const offset = node.range[0];
  if (isAlias(node)) {
    const target = anchors.get(node.source);
    return target?.kind === 'text' ? { ...target, offset } : { kind: 'alias', offset, alias: node.source };
  }
  const item = convertContent(node, offset, anchors);
  if (node.anchor !== undefined) anchors.set(node.anchor, item);
  return item;
}

function convertContent(node: ParsedNode, offset: number, anchors: Map<string, Item>): Item {
  if (isMap<ParsedNode, ParsedNode | null>(node)) {
    const pairs = node.items.map(({ key, value }) => {
      const convertedKey = convertKey(key, offset, anchors);
      return { key: convertedKey, value: convert(value, convertedKey.offset, anchors) };
    });
    return { kind: 'mapping', offset, pairs };
  }
  if (isSeq<ParsedNode>(node)) {
    return { kind: 'list', offset, items: node.items.map((item) => convert(item, offset, anchors)) };
  }
  if (!isScalar(node) || (node.value === null && node.type === 'PLAIN')) return { kind: 'nothing', offset };
  return { kind: 'text', offset, text: node.source ?? String(node.value) };
}

// `null` is a valid name for a machine, though not a valid address.
function convertKey(key: ParsedNode | null, offset: number, anchors: Map<string, Item>): Item {
  const item = convert(key, offset, anchors);
  return item.kind === 'nothing' && isScalar(key) && key.source
    ? { kind: 'text', offset: item.offset, text: key.source }
    : item;
}
