// Reads the leases of ISC dhcpd (dhcpd.leases(5)), for IPv4 and for IPv6. The file is a journal: a later lease of an
// address replaces an earlier one.

import { parseAddress } from '../../ip/address.js';
import { quote } from '../../text/escape.js';
import { machineOfDuid, type NameSink } from './given-name.js';

// A quoted text, a mark, a comment, or a word. A quoted text may lack its end, if the file is being written. Without its
// limit, a hostile file could exhaust the stack.
const TOKEN = /"(?:[^"\\]|\\.){0,4096}"?|[{};]|#[^\n]*|[^\s{};"]+/gs;
const MAX_DEPTH = 8;
const MAX_WORDS = 16;

/** The statements that hold a name, the best first: what the machine calls itself, then what DNS calls it. */
const NAME_STATEMENTS = ['client-hostname', 'set client-hostname =', 'set ddns-fwd-name ='];

interface Block {
  /** The words before the brace, such as `lease 10.0.0.5`. */
  readonly words: readonly string[];
  readonly offset: number;
  /** The statements in it, by the words before their last one. */
  readonly values: Map<string, { readonly text: string; readonly offset: number }>;
}

export function parseIscLeases(text: string, sink: NameSink): void {
  const open: Block[] = [];
  let words: string[] = [];
  let offset = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [token] = match;
    if (token.startsWith('#')) continue;
    if (words.length === 0) offset = match.index;
    if (token === '{') open.push({ words, offset, values: new Map() });
    else if (token === ';') {
      const statement = words.slice(0, -1).join(' ');
      open.at(-1)?.values.set(statement, { text: words.at(-1) ?? '', offset: match.index });
    } else if (token === '}') {
      const block = open.pop();
      if (block === undefined) sink.addMistake({ offset: match.index, found: '"}"', expected: 'a lease' });
      else readBlock(block, open.at(-1), sink);
    } else {
      // Only the first words of a statement and the last one matter.
      words[Math.min(words.length, MAX_WORDS)] = token;
      continue;
    }
    words = [];
    if (open.length > MAX_DEPTH) {
      sink.addMistake({ offset, found: 'blocks nested too deeply', expected: 'leases' });
      return;
    }
  }
  const unfinished = open.at(-1);
  if (unfinished !== undefined) {
    const found = `${quote(unfinished.words.join(' '))} without its end`;
    sink.addMistake({ offset: unfinished.offset, found, expected: 'a closing brace' });
  }
}

function readBlock(block: Block, parent: Block | undefined, sink: NameSink): void {
  const [kind, place = ''] = block.words;
  if (kind !== 'lease' && kind !== 'iaaddr') return;
  const address = parseAddress(place);
  if (address === undefined) {
    sink.addMistake({
      offset: block.offset,
      found: quote(block.words.join(' ')),
      expected: `${kind} ADDRESS`,
    });
    return;
  }
  const name = NAME_STATEMENTS.map((statement) => block.values.get(statement)).find(
    (value) => value !== undefined,
  );
  sink.addName({
    address,
    name: name === undefined ? undefined : unquote(name.text),
    owner: ownerOf(block, parent),
    offset: name === undefined ? block.offset : name.offset - name.text.length,
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
