// The tables in docs/formats.md say what is read and which file proves it. They are made from a run over these
// files; `npm run docs` writes them again.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { LINK_TYPES } from '../../src/decode/link/link-types.js';
import { readSources } from '../../src/sources/read-sources.js';
import { Tally } from '../../src/tally/tally.js';
import { ROOT } from '../helpers/program.js';
import { EVERYTHING } from '../helpers/scope.js';
import { hasShared, parseTsv, SHARED_NOTE, sharedPath } from '../helpers/shared.js';

const DOC = path.join(ROOT, 'docs/formats.md');

interface Proof {
  readonly format: string;
  readonly linkTypes: string;
  /** The protocols beneath TCP, outermost first. */
  readonly stack: string;
  readonly file: string;
  readonly origin: string;
  readonly synAcks: number;
}

async function proofsIn(folder: string): Promise<Proof[]> {
  const manifest = parseTsv(readFileSync(path.join(folder, 'manifest.tsv'), 'utf8'));
  const proofs: Proof[] = [];
  for (const { file = '', origin = '' } of manifest) {
    const tally = new Tally({ scope: EVERYTHING });
    const { inputs } = await readSources([path.join(folder, file)], tally);
    const [report] = inputs;
    const oracle = parseTsv(readFileSync(path.join(folder, `${file}.oracle.tsv`), 'utf8'));
    const stacks = new Map<string, number>();
    for (const { via = '' } of oracle) {
      // One row may have come in several ways: `ip:2,vlan>ip:1`.
      for (const [, stack = '', count] of via.matchAll(/([^,:]+):(\d+)/g)) {
        stacks.set(stack, (stacks.get(stack) ?? 0) + Number(count));
      }
    }
    // A capture without SYN-ACKs proves that none is invented.
    if (stacks.size === 0 && report?.format !== undefined) stacks.set('none', 0);
    for (const [stack, synAcks] of stacks) {
      const linkTypes = report?.linkTypes.join(', ') ?? '';
      proofs.push({ format: report?.format ?? '', linkTypes, stack, file, origin, synAcks });
    }
  }
  return proofs;
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

async function proofTable(): Promise<string> {
  const folders = [path.join(ROOT, 'test/captures'), sharedPath('captures')];
  const proofs = new Map<string, Proof>();
  for (const proof of (await Promise.all(folders.map(proofsIn))).flat()) {
    const key = `${proof.file} ${proof.stack}`;
    if (!proofs.has(key)) proofs.set(key, proof);
  }
  const rows = [...proofs.values()]
    .map(({ format, linkTypes, stack, file, origin, synAcks }) => [
      format,
      linkTypes,
      stack.replaceAll('>', ' > '),
      `${file} (${origin.split(' ')[0]?.replace(/^github:/, '')})`,
      synAcks,
    ])
    .sort((a, b) => (a.join() < b.join() ? -1 : 1));
  return table(['format', 'link layer', 'headers around TCP', 'proved by', 'SYN-ACKs'], rows);
}

function linkTypeTable(): string {
  const rows = Object.entries(LINK_TYPES).map(([number, { name }]) => [number, name]);
  return table(['number', 'link layer'], rows);
}

/** Each decoder says in the first lines of its file what it reads and by which specification. */
function decoderTable(): string {
  const folder = path.join(ROOT, 'src/decode');
  const rows = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .sort()
    .map((file) => {
      const text = readFileSync(path.join(folder, file), 'utf8');
      const head = text.slice(0, text.search(/^(?!\/\/)/m));
      return [
        `\`${file}\``,
        head
          .replace(/^\/\/ ?/gm, '')
          .trim()
          .replace(/\s+/g, ' ')
          .replaceAll('|', '\\|'),
      ];
    });
  return table(['file in `src/decode`', 'what it reads'], rows);
}

function put(text: string, name: string, content: string): string {
  const [begin, end] = [`<!-- ${name}: made by npm run docs -->`, `<!-- end of ${name} -->`];
  const from = text.indexOf(begin) + begin.length;
  const to = text.indexOf(end);
  expect(to).toBeGreaterThan(from);
  return `${text.slice(0, from)}\n\n${content}\n\n${text.slice(to)}`;
}

test.skipIf(!hasShared)(
  `when captures are read, then docs/formats.md says what they prove${SHARED_NOTE}`,
  async () => {
    const text = readFileSync(DOC, 'utf8');
    let expected = put(text, 'proofs', await proofTable());
    expected = put(expected, 'link layers', linkTypeTable());
    expected = put(expected, 'decoders', decoderTable());
    if (process.env['SYNSUM_WRITE_DOCS'] !== undefined) writeFileSync(DOC, expected);
    else expect(text).toBe(expected);
  },
);
