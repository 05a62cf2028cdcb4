import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DocumentRows } from '../../../src/inventory/document/rows.js';
import type { TallyRow } from '../../../src/tally/rows.js';
import { anyRows, listOf } from './document-arbitraries.js';

/** Makes a text that sorts like the row. */
function rankOf({ family, server, port, client }: TallyRow): string {
  const end = (words: Uint32Array | undefined): string =>
    words === undefined ? '~' : Array.from(words, (word) => word.toString(16).padStart(8, '0')).join('');
  return `${family} ${end(server)} ${String(port).padStart(5, '0')} ${end(client)}`;
}

describe('rows of a document', () => {
  test('when they are added in any order then they are returned in that of the document', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const sorted = rows.toSorted((a, b) => (rankOf(a) < rankOf(b) ? -1 : 1));
        expect([...listOf(rows)]).toEqual(sorted);
        expect(listOf(rows).findRepeated()).toBeUndefined();
      }),
    );
  });

  test('when two have the same client, server and port then the later one is found', () => {
    const twice = anyRows
      .filter(({ length }) => length > 0)
      .chain((rows) => fc.tuple(fc.constant(rows), fc.nat(rows.length - 1), fc.nat(rows.length)));
    fc.assert(
      fc.property(twice, ([rows, from, to]) => {
        const again = { ...(rows[from] as TallyRow), count: 7 };
        const at = listOf(rows.toSpliced(to, 0, again)).findRepeated();
        expect(at).toBe(to > from ? to : from + 1);
      }),
    );
  });

  test('when there are many then none is lost', () => {
    const list = new DocumentRows();
    const row = { family: 4, client: undefined, port: 80, count: 1, first: 0, last: 0 } as const;
    for (let server = 5000; server > 0; server--) {
      list.add({
        ...row,
        server: Uint32Array.of(server),
        remoteClients: Uint8Array.of(server % 256, 0, 0, 0),
      });
    }
    const found = Array.from(list, ({ server, remoteClients }) => [server?.[0], remoteClients?.[0]]);
    expect(found).toEqual(Array.from({ length: 5000 }, (_, at) => [at + 1, (at + 1) % 256]));
  });
});
