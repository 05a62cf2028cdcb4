// From a capture with tunnels to its rows, and to those of the outermost packets only.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Reader } from '../../src/sources/input-result.js';
import { readSources } from '../../src/sources/read-sources.js';
import { Tally } from '../../src/tally/tally.js';
import { innerOf, TUNNELS } from '../decode/tunnel/tunnels.js';
import { ethernet, pcap } from '../helpers/packets.js';
import { EVERYTHING } from '../helpers/scope.js';
import { rowsOf } from '../tally/rows-of.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'synsum-outer-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const PLAIN = 'c6336402 c0000201 443 1';
const IPV4 = 'c6336402 c0000201 8443';
const IPV6 = '20010db8000000000000000000000002 20010db8000000000000000000000001 8443';

async function rows(reader: Reader, outerOnly: boolean): Promise<string[]> {
  const frames = [ethernet(), ...TUNNELS.map((tunnel) => tunnel.wrap(innerOf(tunnel)))];
  const file = path.join(folder, 'tunnels.pcap');
  writeFileSync(file, pcap({ records: frames.map((data) => ({ data })) }));
  const tally = new Tally({ scope: EVERYTHING, outerOnly });
  await readSources([file], tally, { reader });
  return rowsOf(tally);
}

function count(family: 4 | 6, isEveryone: boolean): number {
  return TUNNELS.filter((tunnel) => tunnel.family === family && (isEveryone || tunnel.isBelowIp === true))
    .length;
}

const READERS: readonly Reader[] = ['fast', 'pcap-parser'];

describe.each(READERS)('a capture of tunnels, by the reader %s', (reader) => {
  test('when it is read, then the innermost packets are counted', async () => {
    expect(await rows(reader, false)).toEqual(
      [PLAIN, `${IPV4} ${count(4, true)}`, `${IPV6} ${count(6, true)}`].sort(),
    );
  });

  test('when only outermost packets are wanted, then none in a tunnel is counted', async () => {
    expect(await rows(reader, true)).toEqual(
      [PLAIN, `${IPV4} ${count(4, false)}`, `${IPV6} ${count(6, false)}`].sort(),
    );
  });
});
