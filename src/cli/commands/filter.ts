// `synsum filter`: prints the capture filter for SYN-ACKs, and commands that capture with it. Filter language:
// pcap-filter(7).

import type { AnyCommand } from '../commander.js';
import type { Context } from '../context.js';
import { EXIT_DONE } from '../exit-codes.js';
import type { Done } from '../options/command.js';

/** A filter, and the link layers that libpcap compiles it for. */
export interface CaptureFilter {
  readonly text: string;
  readonly linkTypes: readonly string[];
}

// `tcp[13]` works for IPv4 only, so IPv6 is matched by offset: the flags are byte 13 after a header of 40.
const SYN_ACKS = 'tcp[13] & 0x12 = 0x12 or (ip6[6] = 6 and ip6[53] & 0x12 = 0x12)';
/** SYN, FIN or RST: the numbers of a FIN also say whether there was data before it. */
const BEGINNINGS_AND_ENDS = 'tcp[13] & 7 != 0 or (ip6[6] = 6 and ip6[53] & 7 != 0)';

/** For cooked captures, loopback and tunnels, where libpcap cannot match VLAN tags. */
const PLAIN_LINK_TYPES = ['EN10MB', 'LINUX_SLL', 'LINUX_SLL2', 'RAW', 'NULL', 'PPP'];
export const PLAIN_FILTER: CaptureFilter = { text: SYN_ACKS, linkTypes: PLAIN_LINK_TYPES };
export const PLAIN_EVIDENCE_FILTER: CaptureFilter = {
  text: BEGINNINGS_AND_ENDS,
  linkTypes: PLAIN_LINK_TYPES,
};

export const ETHERNET_FILTER: CaptureFilter = onEthernet(SYN_ACKS);
/** Also keeps what says whether services are used. */
export const ETHERNET_EVIDENCE_FILTER: CaptureFilter = onEthernet(BEGINNINGS_AND_ENDS);

/** Each `vlan` shifts everything after it by one tag, so the last part matches two tags. */
function onEthernet(untagged: string): CaptureFilter {
  return {
    text: `${untagged} or (vlan and (${untagged})) or (vlan and (${untagged}))`,
    linkTypes: ['EN10MB'],
  };
}

/** Enough for the longest headers that the filter matches, inside those of a tunnel. */
const SNAPLEN = 128;

export interface CaptureCommand {
  readonly purpose: string;
  readonly command: string;
}

export const CAPTURE_COMMANDS: readonly CaptureCommand[] = [
  {
    purpose:
      'on a router, into a file (replace eth0 with your interface; tcpdump -D lists them). On a mirror port, where\n' +
      '# packets are addressed to others, leave out the p of -np',
    command: `tcpdump -i eth0 -np -s ${SNAPLEN} -w synacks.pcap '${ETHERNET_FILTER.text}'`,
  },
  {
    purpose:
      'on all interfaces of a Linux machine at once. A router has each packet that it forwards in this capture twice:\n' +
      '# the summary counts both, while synsum services counts the handshake once',
    command: `tcpdump -i any -np -s ${SNAPLEN} -w synacks.pcap '${PLAIN_FILTER.text}'`,
  },
  {
    purpose:
      'with what shows whether services are used: the beginnings and ends of connections, which are about five times\n' +
      '# as many packets',
    command: `tcpdump -i eth0 -np -s ${SNAPLEN} -w handshakes.pcap '${ETHERNET_EVIDENCE_FILTER.text}'`,
  },
  {
    purpose: 'from a router straight into synsum; Ctrl-C ends it and prints the summary',
    command: `ssh root@router "tcpdump -i eth0 -np -U -s ${SNAPLEN} -w - '${ETHERNET_FILTER.text}'" | synsum -`,
  },
  {
    purpose: 'on Windows (replace 1 with the number of your interface; windump -D lists them)',
    command: `windump -i 1 -np -s ${SNAPLEN} -w synacks.pcap "${ETHERNET_FILTER.text}"`,
  },
  {
    purpose: 'with tshark',
    command: `tshark -i eth0 -np -s ${SNAPLEN} -F pcap -w synacks.pcap -f '${ETHERNET_FILTER.text}'`,
  },
];

const EXAMPLES = `
Examples:
  synsum filter
  tcpdump -i eth0 -np -w synacks.pcap "$(synsum filter | head -1)"`;

export function addFilterCommand(program: AnyCommand, context: Context, done: Done): void {
  program
    .command('filter')
    .description('print the capture filter for SYN-ACKs, and commands that capture with it')
    .addHelpText('after', EXAMPLES)
    .action(() => done(printFilter(context)));
}

function printFilter({ stdout }: Context): number {
  // The filter stands alone on the first line: tcpdump "$(synsum filter | head -1)".
  stdout.write(`${ETHERNET_FILTER.text}\n`);
  for (const { purpose, command } of CAPTURE_COMMANDS) stdout.write(`\n# ${purpose}:\n${command}\n`);
  return EXIT_DONE;
}
