// Inputs of all kinds as one inventory, or as several to compare. How the command line uses them is tested there.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { writeDocument } from '../../src/inventory/document/writer.js';
import type { Inventory } from '../../src/inventory/inventory.js';
import { parseRange } from '../../src/ip/address.js';
import { Names } from '../../src/names/names.js';
import { Progress } from '../../src/sources/progress.js';
import { readInventories, readInventory } from '../../src/sources/read-inventory.js';
import { ethernet, ipv4, pcap, tcp } from '../helpers/packets.js';
import { rowsOf } from '../tally/rows-of.js';

const folder = mkdtempSync(path.join(tmpdir(), 'synsum-inventory-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, bytes: Uint8Array | string): string {
  const file = path.join(folder, name);
  writeFileSync(file, bytes);
  return file;
}

const OURS = parseRange('10.0.0.0/8');
const NAMES = new Names({ local: OURS && [OURS], hosts: [], services: [], expected: [] });
/** An address that is not ours, but that a scan has found. */
const FOUND = '203.0.113.5';

function synAck(server: string, sourcePort: number): { data: Uint8Array } {
  const payload = ipv4({ source: server, destination: '10.0.0.2', payload: tcp({ sourcePort }) });
  return { data: ethernet({ payload }) };
}

function capture(server: string, sourcePort: number): Uint8Array {
  return pcap({ records: [synAck(server, sourcePort)] });
}

/** A capture that differs from others of its kind only in its last packet. */
function longCapture(sourcePort: number): Uint8Array {
  const same = Array.from({ length: 10 }, () => synAck('10.0.0.1', 22));
  return pcap({ records: [...same, synAck('10.0.0.1', sourcePort)] });
}

const OWN = write('own.pcap', capture('10.0.0.1', 22));
const OTHER = write('other.pcap', capture(FOUND, 443));
const SCAN = `<nmaprun scanner="nmap" args="nmap ${FOUND}" start="1700000000" version="7.93">
<scaninfo type="syn" protocol="tcp" numservices="1" services="443"/>
<host><status state="up"/><address addr="${FOUND}" addrtype="ipv4"/></host>
<runstats><finished time="1700000001" exit="success"/><hosts up="1" down="0" total="1"/></runstats></nmaprun>`;
const XML = write('scan.xml', SCAN);
const COMPRESSED = write('scan.gz', gzipSync(SCAN));

const namesOf = ({ inputs }: Inventory): string[] => inputs.map(({ name }) => name);
const documentOf = (inventory: Inventory): string => [...writeDocument(inventory)].join('');

describe('readInventory', () => {
  test('when inputs have several kinds, then their reports are in the order of their names', async () => {
    const names = [OTHER, XML, 'missing', OWN, COMPRESSED];
    const inventory = await readInventory(names, { names: NAMES });
    expect(namesOf(inventory)).toEqual(names);
    expect(inventory.inputs.map(({ format }) => format)).toEqual([
      'pcap 2.4',
      expect.stringMatching(/^nmap XML/),
      undefined,
      'pcap 2.4',
      expect.stringMatching(/^nmap XML/),
    ]);
    // The same scan counts once.
    expect(inventory.scans).toHaveLength(1);
    expect(inventory.totals).toMatchObject({ packetsRead: 2, synAcks: 2 });
  });

  test('when there is a scan among them, then captures keep the machines that it found', async () => {
    const alone = await readInventory([OTHER], { names: NAMES });
    expect(rowsOf(alone.tally)).toEqual(['0a000002 _ 443 1']);
    for (const names of [
      [OTHER, XML],
      [XML, OTHER],
      [OTHER, COMPRESSED],
    ]) {
      const { tally } = await readInventory(names, { names: NAMES });
      expect(rowsOf(tally)).toEqual(['0a000002 cb007105 443 1']);
    }
  });

  test('when a document has the name of a capture, then it is still read before the captures', async () => {
    for (const [name, bytes] of [
      ['scan.pcap', SCAN],
      ['scan.pcap.gz', gzipSync(SCAN)],
    ] as const) {
      const names = [OTHER, write(name, bytes), OWN];
      const progress = new Progress();
      const inventory = await readInventory(names, { names: NAMES, progress });
      expect(namesOf(inventory)).toEqual(names);
      expect(rowsOf(inventory.tally)).toEqual(['0a000002 0a000001 22 1', '0a000002 cb007105 443 1']);
      expect(progress.packets).toBe(2);
    }
  });

  test('when a capture may come twice, then there are digests, and otherwise not', async () => {
    const saved = write(
      'saved.json',
      documentOf(await readInventory([OWN], { names: NAMES, digests: true })),
    );
    const digestsOf = async (...names: string[]): Promise<number> =>
      (await readInventory(names, { names: NAMES })).captures.filter(({ digest }) => digest !== undefined)
        .length;
    expect(await digestsOf(OWN)).toBe(0);
    const longer = write('longer.pcap', Buffer.concat([readFileSync(OTHER), Buffer.alloc(1)]));
    // Their packets have the same times, but their lengths differ, and neither is compressed.
    expect(await digestsOf(OWN, longer)).toBe(0);
    const compressed = write('other.pcap.gz', gzipSync(readFileSync(OTHER)));
    // They may be the same capture, because the length of what is compressed is not known.
    expect(await digestsOf(OWN, compressed)).toBe(2);
    const shorter = write('shorter.pcap', readFileSync(OTHER).subarray(0, -1));
    expect(await digestsOf(OWN, shorter)).toBe(0);
    // Their lengths are the same, but not their first packets.
    expect(await digestsOf(OWN, OTHER)).toBe(0);
    // They have the same length and the same first packets, so they may be the same capture.
    const [long, another] = [
      write('long.pcap', longCapture(80)),
      write('another.pcap', longCapture(443)),
    ] as const;
    expect(await digestsOf(long, another)).toBe(2);
    expect(await digestsOf(long, another, OWN)).toBe(2);
    expect(await digestsOf(OWN, XML)).toBe(0);
    expect(await digestsOf(OTHER, saved)).toBe(2);
    expect(
      await digestsOf(
        OTHER,
        write('saved.gz', gzipSync(documentOf(await readInventory([OWN], { names: NAMES, digests: true })))),
      ),
    ).toBe(2);
  });

  test('when there are no inputs, then the inventory is empty', async () => {
    const { inputs, captures, scans, tally } = await readInventory([], { names: NAMES, remote: true });
    expect({ inputs, captures, scans, rows: rowsOf(tally) }).toEqual({
      inputs: [],
      captures: [],
      scans: [],
      rows: [],
    });
  });

  test('when the reading was aborted before, then nothing is read, and there is no problem', async () => {
    const signal = AbortSignal.abort();
    const { inputs, totals } = await readInventory([OWN, XML, OTHER], { names: NAMES, signal });
    expect(inputs.flatMap(({ problems }) => problems)).toEqual([]);
    expect(totals.packetsRead).toBe(0);
  });
});

describe('readInventories', () => {
  test('when sides are read, then each has its own inputs', async () => {
    const [one, other, none] = await readInventories([[OWN], [OTHER, OWN], []], { names: NAMES });
    expect([one, other, none].map((side) => side && namesOf(side))).toEqual([[OWN], [OTHER, OWN], []]);
    expect([one, other, none].map((side) => side?.totals.packetsRead)).toEqual([1, 2, 0]);
  });

  test.each([[[[XML], [OTHER]]], [[[OTHER], [XML]]], [[[OTHER, OWN], [COMPRESSED]]]])(
    'when there is a scan on one side, then the captures of the other keep the machines that it found',
    async (sides) => {
      const inventories = await readInventories(sides, { names: NAMES });
      const rows = inventories.flatMap(({ tally }) => rowsOf(tally));
      expect(rows).toContain('0a000002 cb007105 443 1');
      expect(inventories.map(({ scans }) => scans.length).sort()).toEqual([0, 1]);
    },
  );
});
