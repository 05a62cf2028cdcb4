// The programs that are measured: the command of each, how to check its output, and how to install it. Commands run in sh
// with LC_ALL=C; $F is the capture, $SCRATCH an empty folder, $BENCH this folder.

import type { Facts } from './generate.js';

export interface Tool {
  /** The command that is measured. */
  readonly command: string;
  /** Run first, without measuring: makes other files of the capture, unless they exist. */
  readonly prepare?: string;
  /** Run once, without measuring, if the output of `command` proves nothing. */
  readonly check?: string;
  /** Extracts the number from the output that must equal `expected`. */
  readonly found?: (output: string) => number;
  readonly expected?: (facts: Facts | undefined) => number | undefined;
  /** The programs that it needs. */
  readonly needs?: readonly string[];
  readonly install?: string;
  /** A command that prints its version in the first line. */
  readonly version?: string;
}

export type ToolName = keyof typeof TOOLS;

const FILTER = "'tcp[13] & 0x12 = 0x12'";
const SYNSUM = '"$NODE" "$SYNSUM"';
/** The SYN-ACKs in samples/office.pcap. */
const OFFICE_SYN_ACKS = 12_092;

const synAcks = (facts: Facts | undefined): number | undefined => facts?.synAcks;

function sumOfFirstColumn(output: string): number {
  return output.split('\n').reduce((sum, line) => sum + (Number.parseInt(line, 10) || 0), 0);
}

/** Reads the output of `synsum -f json`. */
function jsonSynAcks(output: string): number {
  return (JSON.parse(output) as { totals: { syn_acks: number } }).totals.syn_acks;
}

function synsum(args: string, input?: string): Tool {
  const before = input === undefined ? '' : `${input} | `;
  return {
    command: `${before}${SYNSUM} ${args}`,
    check: `${before}${SYNSUM} -f json --top 1 ${args}`,
    found: jsonSynAcks,
    expected: synAcks,
  };
}

/** A tool whose output begins with the count of each client, server and port. */
function counting(command: string, tool: Pick<Tool, 'needs' | 'install' | 'version'>): Tool {
  return { command, found: sumOfFirstColumn, expected: synAcks, ...tool };
}

/** Makes a file from the capture, unless it exists. It has another name until it is complete. */
function made(file: string, command: string): string {
  return `[ -e "$F.${file}" ] || { ${command} && mv "$F.part" "$F.${file}"; }`;
}

const EDITCAP = { needs: ['editcap'], install: 'apt install wireshark-common' };
const PCAPNG = { prepare: made('pcapng', 'editcap -F pcapng "$F" "$F.part"'), ...EDITCAP };

/** Makes a folder of files that have this number of packets each. */
function split(packets: number): string {
  return `rm -rf "$F.part" && mkdir "$F.part" && editcap -F pcap -c ${packets} "$F" "$F.part/part.pcap"`;
}

const ROTATED = { prepare: made('rotated', `${split(6000)} && gzip -1 "$F.part"/*`), ...EDITCAP };
const FEW_PACKETS = { prepare: made('split', split(40)), ...EDITCAP };

function synsumWith(program: string, suffix: string): Tool {
  return { ...synsum(`"$F.${suffix}"`), ...compressed(program, suffix) };
}

function decompressor(program: string, suffix: string): Tool {
  return {
    command: `${program} -dc "$F.${suffix}" | wc -c`,
    found: Number,
    expected: (facts: Facts | undefined) => facts?.bytes,
    ...compressed(program, suffix),
  };
}

function compressed(program: string, suffix: string): Pick<Tool, 'prepare' | 'needs' | 'install'> {
  const level = program === 'lz4' || program === 'zstd' ? '-qc' : '-1c';
  return {
    prepare: made(suffix, `${program} ${level} "$F" > "$F.part"`),
    needs: [program],
    install: `apt install ${program === 'xz' ? 'xz-utils' : program}`,
  };
}

/** Writes rows in some form. */
function writing(options: string): Tool {
  return { ...synsum('"$F"'), command: `${SYNSUM} ${options} "$F"` };
}

const TCPDUMP = { needs: ['tcpdump'], install: 'apt install tcpdump', version: 'tcpdump --version 2>&1' };

/** A gigabyte of damage after the header of a capture. */
const ZEROS = '{ head -c 24 "$F"; head -c 1000000000 /dev/zero; }';

export const TOOLS = {
  synsum: synsum('"$F"'),
  'synsum --remote': synsum('--remote "$F"'),
  'synsum --evidence': synsum('--evidence "$F"'),
  'synsum --top 1': writing('--top 1'),
  'synsum -f csv': writing('-f csv'),
  'synsum -f json': writing('-f json'),
  'synsum -f table --top 1000': writing('-f table --top 1000'),
  'synsum - < file': synsum('- < "$F"'),
  'synsum, pcapng': { ...synsum('"$F.pcapng"'), ...PCAPNG },
  'synsum, zstd': synsumWith('zstd', 'zst'),
  'synsum, lz4': synsumWith('lz4', 'lz4'),
  'synsum, gzip': synsumWith('gzip', 'gz'),
  'synsum, xz': synsumWith('xz', 'xz'),
  'synsum, bzip2': synsumWith('bzip2', 'bz2'),
  'zstd -dc | wc -c': decompressor('zstd', 'zst'),
  'lz4 -dc | wc -c': decompressor('lz4', 'lz4'),
  'gzip -dc | wc -c': decompressor('gzip', 'gz'),
  'xz -dc | wc -c': decompressor('xz', 'xz'),
  'bzip2 -dc | wc -c': decompressor('bzip2', 'bz2'),
  'synsum, rotated gzip files': { ...synsum('"$F.rotated"/*'), ...ROTATED },
  'zcat | wc -c': { command: 'zcat "$F.rotated"/* | wc -c', ...ROTATED },
  'synsum, small captures': { ...synsum('"$F.split"/*'), ...FEW_PACKETS },
  'cat, small captures': { command: 'cat "$F.split"/* | wc -c', ...FEW_PACKETS },
  'cat | synsum -': synsum('-', 'cat "$F"'),
  // Status 3 says that the capture is damaged.
  'zeros | synsum -': { command: `${ZEROS} | { ${SYNSUM} - || [ $? = 3 ]; }` },
  'zeros | wc -c': { command: `${ZEROS} | wc -c`, found: Number, expected: () => 1_000_000_024 },
  'synsum, sample': {
    ...synsum('"$OFFICE"'),
    expected: () => OFFICE_SYN_ACKS,
  },
  'node -e 0': { command: '"$NODE" -e 0' },
  'cat | wc -c': {
    command: 'cat "$F" | wc -c',
    found: Number,
    expected: (facts: Facts | undefined) => facts?.bytes,
  },
  'tcpdump, filter only': {
    command: `tcpdump -nr "$F" -w /dev/null ${FILTER}`,
    check: `tcpdump -nr "$F" --count ${FILTER}`,
    found: (output: string) => Number.parseInt(output, 10),
    expected: synAcks,
    ...TCPDUMP,
  },
  'tcpdump | sed | sort | uniq -c': counting(
    `tcpdump -tnr "$F" ${FILTER} | sed -f "$BENCH/synack-summary.sed" | sort | uniq -c`,
    TCPDUMP,
  ),
  'tshark | sort | uniq -c': counting(
    'tshark -n -r "$F" -Y \'tcp.flags.syn == 1 && tcp.flags.ack == 1\'' +
      ' -T fields -e ip.dst -e ip.src -e tcp.srcport | sort | uniq -c',
    { needs: ['tshark'], install: 'apt install tshark', version: 'tshark --version 2>/dev/null' },
  ),
  // The server sends the first packet of each flow, so it is the source. argus writes to a file, because it loses flows
  // in a pipe (`max queue exceeded`).
  'argus, racluster': counting(
    'argus -r "$F" -w "$SCRATCH/flows" &&' +
      ' racluster -r "$SCRATCH/flows" -m saddr daddr sport -n -c, -s trans daddr saddr sport -- tcp',
    { needs: ['argus', 'racluster'], install: 'apt install argus-server argus-client', version: 'argus -V' },
  ),
  'nfpcapd, nfdump': counting(
    'nfpcapd -r "$F" -l "$SCRATCH" >&2 &&' +
      ' nfdump -q -N -R "$SCRATCH" -A dstip,srcip,srcport -o "fmt:%pkt %da %sa %sp"' +
      " 'proto tcp and flags SA'",
    { needs: ['nfpcapd', 'nfdump'], install: 'apt install nfdump', version: 'nfdump -V' },
  ),
  'pcap-parser in Node': counting('"$NODE" "$BENCH/count-with-pcap-parser.mjs" "$F"', {
    version: 'cd "$BENCH" && "$NODE" -p \'"pcap-parser " + require("pcap-parser/package.json").version\'',
  }),
} as const satisfies Record<string, Tool>;
