// The benchmarks and their targets: the only table to change when either changes.

import type { CaptureName } from './captures.js';
import type { ToolName } from './tools.js';

/** One command on one capture. */
export interface Trial {
  readonly tool: ToolName;
  readonly capture?: CaptureName;
}

/** `memory` in bytes, the others in seconds. */
export type Quantity = 'wall' | 'wallPerPacket' | 'cpu' | 'memory';

export interface Target {
  readonly quantity: Quantity;
  /** The index of a trial in its benchmark. */
  readonly of: number;
  /** The index of the trial to divide by, or for `cpu`, to subtract. */
  readonly against?: number;
  readonly atMost: number;
  /** Above this, --check fails. Set only if noise cannot explain such a result. */
  readonly gross?: number;
}

export interface Benchmark {
  readonly name: string;
  readonly title: string;
  /** Run in turns, so that other load on the machine affects all of them alike. */
  readonly trials: readonly Trial[];
  readonly targets: readonly Target[];
  /** More runs, for commands that take only a moment. */
  readonly leastRuns?: number;
}

/** The first trial against the one with this index. */
function wall(against: number, atMost: number, gross?: number): Target {
  return { quantity: 'wall', of: 0, against, atMost, ...(gross === undefined ? {} : { gross }) };
}

/** CPU seconds of the trial with this index above those of another. */
function cpuAbove(of: number, against: number, atMost: number): Target {
  return { quantity: 'cpu', of, against, atMost };
}

const MB = 1e6;

export const BENCHMARKS: readonly Benchmark[] = [
  {
    name: 'synacks',
    title: 'SYN-ACKs in a file',
    trials: [
      { tool: 'synsum', capture: 'synacks' },
      { tool: 'tcpdump, filter only', capture: 'synacks' },
    ],
    targets: [wall(1, 1 / 5, 1 / 1.3)],
  },
  {
    name: 'synacks-pipe',
    title: 'SYN-ACKs through a pipe',
    trials: [
      { tool: 'cat | synsum -', capture: 'synacks' },
      { tool: 'cat | wc -c', capture: 'synacks' },
    ],
    targets: [wall(1, 2, 4)],
  },
  {
    name: 'mixed',
    title: 'mixed traffic in a file',
    trials: [
      { tool: 'synsum', capture: 'mixed' },
      { tool: 'tcpdump, filter only', capture: 'mixed' },
    ],
    targets: [wall(1, 1 / 2.5)],
  },
  {
    name: 'mixed-pipe',
    title: 'mixed traffic through a pipe',
    trials: [
      { tool: 'cat | synsum -', capture: 'mixed' },
      { tool: 'cat | wc -c', capture: 'mixed' },
    ],
    targets: [wall(1, 2, 4)],
  },
  {
    name: 'stdin',
    title: 'SYN-ACKs from a file as standard input',
    trials: [
      { tool: 'synsum - < file', capture: 'synacks' },
      { tool: 'synsum', capture: 'synacks' },
    ],
    targets: [wall(1, 1.1, 3)],
  },
  {
    name: 'pcapng',
    title: 'SYN-ACKs in a pcapng file',
    trials: [
      { tool: 'synsum, pcapng', capture: 'synacks' },
      { tool: 'synsum', capture: 'synacks' },
    ],
    targets: [wall(1, 1.15, 3)],
  },
  {
    name: 'compressed',
    title: 'compressed captures',
    trials: [
      { tool: 'synsum, zstd', capture: 'compressed' },
      { tool: 'zstd -dc | wc -c', capture: 'compressed' },
      { tool: 'synsum, lz4', capture: 'compressed' },
      { tool: 'lz4 -dc | wc -c', capture: 'compressed' },
      { tool: 'synsum, gzip', capture: 'compressed' },
      { tool: 'gzip -dc | wc -c', capture: 'compressed' },
      { tool: 'synsum, xz', capture: 'compressed' },
      { tool: 'xz -dc | wc -c', capture: 'compressed' },
      { tool: 'synsum, bzip2', capture: 'compressed' },
      { tool: 'bzip2 -dc | wc -c', capture: 'compressed' },
    ],
    targets: [0, 2, 4, 6, 8].flatMap((of): Target[] => [
      { quantity: 'wall', of, against: of + 1, atMost: 1.25 },
      cpuAbove(of, of + 1, 0.5),
    ]),
  },
  {
    name: 'rotated',
    title: 'rotated gzip files',
    trials: [
      { tool: 'synsum, rotated gzip files', capture: 'rotated' },
      { tool: 'zcat | wc -c', capture: 'rotated' },
    ],
    targets: [wall(1, 0.6)],
  },
  {
    name: 'split',
    title: 'captures of 40 packets each',
    trials: [
      { tool: 'synsum, small captures', capture: 'split' },
      { tool: 'cat, small captures', capture: 'split' },
    ],
    targets: [wall(1, 3)],
  },
  {
    name: 'distinct',
    title: 'SYN-ACKs of distinct connections',
    trials: [
      { tool: 'synsum', capture: 'distinct' },
      { tool: 'tcpdump | sed | sort | uniq -c', capture: 'distinct' },
      { tool: 'tshark | sort | uniq -c', capture: 'distinct' },
      { tool: 'argus, racluster', capture: 'distinct' },
      { tool: 'nfpcapd, nfdump', capture: 'distinct' },
      { tool: 'pcap-parser in Node', capture: 'distinct' },
    ],
    targets: [wall(1, 1 / 100), wall(2, 1 / 50), wall(3, 1 / 10), wall(4, 1 / 10), wall(5, 1 / 20)],
  },
  {
    name: 'growth',
    title: 'growth',
    trials: [
      { tool: 'synsum', capture: 'small' },
      { tool: 'synsum', capture: 'medium' },
      { tool: 'synsum', capture: 'large' },
    ],
    targets: [
      { quantity: 'wallPerPacket', of: 1, against: 0, atMost: 1 },
      { quantity: 'memory', of: 1, against: 0, atMost: 1.2 },
      { quantity: 'wallPerPacket', of: 2, against: 1, atMost: 1 },
      { quantity: 'memory', of: 2, against: 0, atMost: 1.2 },
    ],
  },
  {
    name: 'spoofed',
    title: 'worst case: forged addresses, and the common case',
    trials: [
      { tool: 'synsum', capture: 'synacks' },
      { tool: 'synsum', capture: 'spoofed' },
      { tool: 'synsum --remote', capture: 'spoofed' },
    ],
    targets: [
      { quantity: 'memory', of: 1, atMost: 150 * MB, gross: 300 * MB },
      { quantity: 'wallPerPacket', of: 1, against: 0, atMost: 4 },
      { quantity: 'memory', of: 2, atMost: 400 * MB, gross: 600 * MB },
      { quantity: 'wallPerPacket', of: 2, against: 0, atMost: 4 },
    ],
  },
  {
    name: 'formats',
    title: '105,000 rows',
    trials: [
      { tool: 'synsum --top 1', capture: 'rows' },
      { tool: 'synsum -f csv', capture: 'rows' },
      { tool: 'synsum -f json', capture: 'rows' },
      { tool: 'synsum -f table --top 1000', capture: 'rows' },
    ],
    targets: [1, 2, 3].map((of) => cpuAbove(of, 0, 0.3)),
  },
  {
    name: 'evidence',
    title: 'handshakes and their outcomes',
    trials: [
      { tool: 'synsum --evidence', capture: 'synacks' },
      { tool: 'synsum', capture: 'synacks' },
      { tool: 'synsum --evidence', capture: 'mixed' },
      { tool: 'synsum', capture: 'mixed' },
    ],
    targets: [wall(1, 2), { quantity: 'wall', of: 2, against: 3, atMost: 1.5 }],
  },
  {
    name: 'damage',
    title: 'a gigabyte of damage',
    trials: [
      { tool: 'zeros | synsum -', capture: 'small' },
      { tool: 'zeros | wc -c', capture: 'small' },
    ],
    targets: [wall(1, 4, 20)],
  },
  {
    name: 'start',
    title: 'start-up: `samples/office.pcap`',
    trials: [{ tool: 'synsum, sample' }, { tool: 'node -e 0' }],
    targets: [wall(1, 1.6, 3.2)],
    leastRuns: 20,
  },
];
