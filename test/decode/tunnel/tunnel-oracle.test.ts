// Asks another program about the tunnels that the decoders are tested with, because a frame of our own making proves
// little. It answered in version 4.0.17 of tshark; without it these tests are skipped.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { pcap } from '../../helpers/packets.js';
import { innerOf, TUNNELS, type Tunnel } from './tunnels.js';

const hasTshark = spawnSync('tshark', ['--version']).status === 0;
const NOTE = hasTshark ? '' : ' (skipped: no tshark here)';

const L2TP_ETHERNET = ['-d', 'l2tp.pw_type==0,eth'];
const L2TP_COOKIE = (size: string): string[] => ['-o', `l2tp.cookie_size:${size}`];
const L2TP_SUBLAYER = (kind: string): string[] => ['-o', `l2tp.l2_specific:${kind}`];

/** Options for tunnels that tshark cannot recognise, or does not expect at this port. */
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  'MPLS pseudowire with a control word': ['-d', 'mpls.label==100,pwethcw'],
  'MPLS pseudowire without a control word': ['-d', 'mpls.label==100,pwethnocw'],
  'L2TPv3 in IP': [...L2TP_ETHERNET, ...L2TP_COOKIE('None'), ...L2TP_SUBLAYER('None')],
  'L2TPv3 in UDP': [...L2TP_ETHERNET, ...L2TP_COOKIE('None'), ...L2TP_SUBLAYER('None')],
  'L2TPv3 in UDP with reserved bits': [...L2TP_ETHERNET, ...L2TP_COOKIE('None'), ...L2TP_SUBLAYER('None')],
  'L2TPv3 in IP with a sublayer': [
    ...L2TP_ETHERNET,
    ...L2TP_COOKIE('None'),
    ...L2TP_SUBLAYER('Default L2-Specific'),
  ],
  'L2TPv3 in IP with a cookie and a sublayer': [
    ...L2TP_ETHERNET,
    ...L2TP_COOKIE('8 Byte Cookie'),
    ...L2TP_SUBLAYER('Default L2-Specific'),
  ],
  'VXLAN at the port of Linux': ['-d', 'udp.port==8472,vxlan'],
  'VXLAN-GPE without a next protocol': ['-d', 'udp.port==4790,vxlan'],
  'LWAPP with frame control swapped': ['-o', 'lwapp.swap_fc:TRUE'],
  'CAPWAP with a frame of IEEE 802.11': ['-o', 'capwap.swap_fc:FALSE'],
};

/** Tunnels that tshark does not decode. */
const UNKNOWN: readonly string[] = [
  'PPPoE with a bridged frame of a LAN',
  'ERSPAN type III with IP',
  'LISP with a next protocol',
  'tag of a Broadcom switch',
  'short tag of a Realtek switch',
  'long tag of a Realtek switch',
  'GUE',
  'GUE with optional fields and GRE',
  'GUE without a header',
  'GRE in Mobile IP in UDP',
  'PPPoE of 3Com',
];

/** Number, server and port of each frame in which tshark finds a SYN-ACK, from its innermost headers. */
function askTshark(tunnels: readonly Tunnel[], options: readonly string[]): string[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'synsum-'));
  try {
    const file = path.join(folder, 'tunnels.pcap');
    writeFileSync(file, pcap({ records: tunnels.map((tunnel) => ({ data: tunnel.wrap(innerOf(tunnel)) })) }));
    const fields = ['frame.number', 'ip.src', 'ipv6.src', 'tcp.srcport'].flatMap((field) => ['-e', field]);
    const filter = ['-Y', 'tcp.flags.syn == 1 && tcp.flags.ack == 1'];
    const args = ['-r', file, ...options, ...filter, '-T', 'fields', '-E', 'occurrence=l', ...fields];
    const lines = spawnSync('tshark', args).stdout.toString().split('\n').slice(0, -1);
    return lines.map((line) => {
      const [number, ipv4, ipv6, port] = line.split('\t');
      return [number, tunnels[Number(number) - 1]?.family === 4 ? ipv4 : ipv6, port].join(' ');
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function expected(tunnels: readonly Tunnel[]): string[] {
  return tunnels.map(({ family }, at) => `${at + 1} ${family === 4 ? '192.0.2.1' : '2001:db8::1'} 8443`);
}

describe.skipIf(!hasTshark)(`tunnels, by another program${NOTE}`, () => {
  test('when tshark reads them then it finds the same SYN-ACKs', () => {
    const tunnels = TUNNELS.filter(({ name }) => OPTIONS[name] === undefined && !UNKNOWN.includes(name));
    expect(tunnels.length).toBeGreaterThan(70);
    expect(askTshark(tunnels, [])).toEqual(expected(tunnels));
  });

  test.each(Object.entries(OPTIONS))(
    'when its options describe %s then it finds the same',
    (name, options) => {
      const tunnels = TUNNELS.filter((tunnel) => tunnel.name === name);
      expect(tunnels).toHaveLength(1);
      expect(askTshark(tunnels, options)).toEqual(expected(tunnels));
    },
  );

  test.each(UNKNOWN)('when it reads %s then it finds nothing', (name) => {
    const tunnels = TUNNELS.filter((tunnel) => tunnel.name === name);
    expect(tunnels).toHaveLength(1);
    expect(askTshark(tunnels, [])).toEqual([]);
  });
});
