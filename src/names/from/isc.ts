// Reads the leases of ISC dhcpd (dhcpd.leases(5)), for IPv4 and for IPv6. The file is a journal: a later lease of an
// address replaces an earlier one.

import { parseAddress } from '../../ip/address.js';
import { quote } from '../../text/escape.js';
import type { OffsetMistake } from '../mistakes.js';
import { type GivenName, machineOfDuid, type ParsedNames } from './given-name.js';

// A quoted text, a mark, a comment, or a word. A quoted text may lack its end, if the file is being written.
const TOKEN = /"(?:[^"\\]|\\.)*"?|[{};]|#[^\n]*|[^\s{};"]+/gsu;

/** The statements that hold a name, the best first: what the machine calls itself, then what DNS calls it. */
const NAME_STATEMENTS = ['client-hostname', 'set client-hostname =', 'set ddns-fwd-name ='];

interface Block {
  /** The words before the brace, such as `lease 10.0.0.5`. */
  readonly words: readonly string[];
  readonly offset: number;
  /** The statements in it, by the words before their last one. */
  readonly values: Map<string, { readonly text: string; readonly offset: number }>;
}

export function parseIscLeases(text: string): ParsedNames {
  const names: GivenName[] = [];
  const mistakes: OffsetMistake[] = [];
  const open: Block[] = [];
  let words: string[] = [];
  let offset = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [token] = match;
    if (token.startsWith('#')) continue;
    if (words.length === 0) offset = match.index;
    if (token === '{') open.push({ words, offset, values: new Map() });
    else if (token === ';')
      open.at(-1)?.values.set(words.slice(0, -1).join(' '), lastWord(words, match.index));
    else if (token === '}') {
      const block = open.pop();
      if (block === undefined) mistakes.push({ offset: match.index, found: '"}"', expected: 'a lease' });
      else readBlock(block, open.at(-1), names, mistakes);
    } else {
      words.push(token);
      continue;
    }
    words = [];
  }
  const unfinished = open.at(-1);
  if (unfinished !== undefined) {
    mistakes.push({
      offset: unfinished.offset,
      found: `${quote(unfinished.words.join(' '))} without its end`,
      expected: 'a closing brace',
    });
  }
  return { names, mistakes };
}

function lastWord(words: readonly string[], end: number): { text: string; offset: number } {
  const last = words.at(-1) ?? '';
  return { text: last, offset: end - last.length };
}

function readBlock(
  block: Block,
  parent: Block | undefined,
  names: GivenName[],
  mistakes: OffsetMistake[],
): void {
  const [kind, place = ''] = block.words;
  if (kind !== 'lease' && kind !== 'iaaddr') return;
  const address = parseAddress(place);
  if (address === undefined) {
    mistakes.push({ offset: block.offset, found: quote(block.words.join(' ')), expected: `${kind} ADDRESS` });
    return;
  }
  const name = NAME_STATEMENTS.map((statement) => block.values.get(statement)).find(
    (value) => value !== undefined,
  );
  names.push({
    address,
    name: name === undefined ? undefined : unquote(name.text),
    owner: ownerOf(block, parent),
    offset: name?.offset ?? block.offset,
  });
}

function ownerOf({ values }: Block, parent: Block | undefined): string | undefined {
  // Nobody knows which machine has such an address.
  if (values.get('binding state')?.text === 'abandoned') return 'abandoned';
  // The text after ia-na is the IAID, of 4 bytes, and the DUID.
  const association = parent?.words[1];
  if (association !== undefined) return machineOfDuid(withColons(unquoteBytes(association).subarray(4)));
  for (const [statement, { text }] of values) if (statement.startsWith('hardware')) return text;
  return values.get('uid')?.text;
}

function withColons(bytes: Buffer): string {
  return bytes.toString('hex').replace(/(..)(?=.)/g, '$1:');
}

function unquote(text: string): string {
  return unquoteBytes(text).toString('utf8');
}

// Bytes that are not printable stand as `\303`; see print_lease in ISC's server/db.c.
function unquoteBytes(text: string): Buffer {
  if (!text.startsWith('"')) return Buffer.from(text);
  const inner = text.slice(1, text.length > 1 && text.endsWith('"') ? -1 : undefined);
  const parts: Buffer[] = [];
  for (const [part] of inner.matchAll(/\\[0-7]{1,3}|\\.|[^\\]+|\\/gs)) {
    const escaped = part.startsWith('\\') ? part.slice(1) : undefined;
    if (escaped === undefined) parts.push(Buffer.from(part));
    else if (/^[0-7]/.test(escaped)) parts.push(Buffer.of(Number.parseInt(escaped, 8) & 0xff));
    else parts.push(Buffer.from(escaped));
  }
  return Buffer.concat(parts);
}
