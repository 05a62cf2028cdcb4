// `synsum filter`: the capture filter for SYN-ACKs, and the commands to capture with it. Filter language:
// pcap-filter(7).

import { EXIT_DONE } from '../exit-codes.js';
import type { Context } from '../run.js';

/** A filter, and the link layers that libpcap compiles it for. */
export interface CaptureFilter {
  readonly text: string;
  readonly linkTypes: readonly string[];
}

// `tcp[13]` looks into IPv4 only, so IPv6 is asked for by offset: the flags are byte 13 behind a header of 40.
const IPV4 = 'tcp[13] & 0x12 = 0x12';
const IPV6 = '(ip6[6] = 6 and ip6[53] & 0x12 = 0x12)';
const UNTAGGED = `${IPV4} or ${IPV6}`;

/** For cooked captures, loopback and tunnels, for which libpcap has no word for VLAN tags. */
export const PLAIN_FILTER: CaptureFilter = {
  text: UNTAGGED,
  linkTypes: ['EN10MB', 'LINUX_SLL', 'LINUX_SLL2', 'RAW', 'NULL', 'PPP'],
};

/** For Ethernet. Each `vlan` moves all that is behind it one tag inwards, so the last part is for two tags. */
export const ETHERNET_FILTER: CaptureFilter = {
  text: `${UNTAGGED} or (vlan and (${UNTAGGED})) or (vlan and (${UNTAGGED}))`,
  linkTypes: ['EN10MB'],
};

/** The longest headers that the filter looks through, and those of a tunnel around them. */
const SNAPLEN = 128;

export interface CaptureCommand {
  readonly purpose: string;
  readonly command: string;
}

export const CAPTURE_COMMANDS: readonly CaptureCommand[] = [
  {
    purpose:
      'on a router, into a file (put your interface for eth0; tcpdump -D lists them). On a mirror port, where\n' +
      '# packets are for others, leave out the p of -np',
    command: `tcpdump -i eth0 -np -s ${SNAPLEN} -w synacks.pcap '${ETHERNET_FILTER.text}'`,
  },
  {
    purpose: 'on all interfaces of a Linux machine at once',
    command: `tcpdump -i any -np -s ${SNAPLEN} -w synacks.pcap '${PLAIN_FILTER.text}'`,
  },
  {
    purpose: 'from a router straight into synsum; Ctrl-C ends it and prints the summary',
    command: `ssh root@router "tcpdump -i eth0 -np -U -s ${SNAPLEN} -w - '${ETHERNET_FILTER.text}'" | synsum -`,
  },
  {
    purpose: 'on Windows (put the number of your interface for 1; windump -D lists them)',
    command: `windump -i 1 -np -s ${SNAPLEN} -w synacks.pcap "${ETHERNET_FILTER.text}"`,
  },
  {
    purpose: 'with tshark',
    command: `tshark -i eth0 -np -s ${SNAPLEN} -F pcap -w synacks.pcap -f '${ETHERNET_FILTER.text}'`,
  },
];

export function filterCommand({ stdout }: Context): number {
  // The filter stands alone in the first line: tcpdump "$(synsum filter | head -1)".
  stdout.write(`${ETHERNET_FILTER.text}\n`);
  for (const { purpose, command } of CAPTURE_COMMANDS) stdout.write(`\n# ${purpose}:\n${command}\n`);
  return EXIT_DONE;
}
