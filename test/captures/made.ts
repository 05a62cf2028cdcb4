// The captures of this folder that no project with a permissive licence has: made from parts, so that anyone can see
// what is in them. Their answers were computed by tshark 4.0.17, as those of all others.

import {
  bsdLoopback,
  concat,
  EXTENSION,
  ethernet,
  FLAG,
  fragment,
  IP_PROTOCOL,
  ipv4,
  ipv6,
  LINK_TYPE,
  pcap,
  ppp,
  type RecordParts,
  SYN_ACK_FLAGS,
  tcp,
  u16,
  u32,
} from '../helpers/packets.js';

const AF_INET6_MACOS = 30;
const AF_INET6_OPENBSD = 24;
const PPP_IPV6 = 0x0057;
const PPP_LINK_CONTROL = 0xc021;

const SYN = tcp({ flags: FLAG.syn, sourcePort: 50_000, destinationPort: 443 });
const UDP = ipv4({ protocol: IP_PROTOCOL.udp, payload: new Uint8Array(8) });
const SSH = tcp({ sourcePort: 22 });
const WITH_PUSH = tcp({ sourcePort: 22, flags: SYN_ACK_FLAGS | FLAG.psh | FLAG.ece });

function records(...packets: Uint8Array[]): RecordParts[] {
  return packets.map((data, at) => ({ seconds: 1_700_000_000 + at, fraction: at * 1000, data }));
}

/** An ERF record with an Ethernet frame, padded to 8 bytes. */
function erf({ frame, seconds = 1_700_000_000 }: { frame: Uint8Array; seconds?: number }): Uint8Array {
  const length = Math.ceil((18 + frame.length) / 8) * 8;
  const [fraction, type, flags, lost, padding] = [u32(0), 2, 4, u16(0), u16(0)];
  const header = [...fraction, ...u32(seconds).reverse(), type, flags, ...u16(length), ...lost];
  const record = concat(header, u16(frame.length), padding, frame);
  return concat(record, new Uint8Array(length - record.length));
}

export const MADE: Readonly<Record<string, Uint8Array>> = {
  'synsum__null.pcap': pcap({
    linkType: LINK_TYPE.null,
    records: records(
      bsdLoopback({}),
      bsdLoopback({ payload: ipv4({ payload: SYN }) }),
      bsdLoopback({ payload: UDP }),
      bsdLoopback({ payload: ipv4({ payload: WITH_PUSH }) }),
      bsdLoopback({ family: AF_INET6_MACOS, payload: ipv6({ payload: SSH }) }),
      bsdLoopback({ family: AF_INET6_MACOS, payload: ipv6({ payload: SSH }) }),
      bsdLoopback({ payload: ipv4({ options: [1, 1, 1, 0] }) }),
    ),
  }),
  'synsum__loop.pcap': pcap({
    linkType: LINK_TYPE.loop,
    littleEndian: false,
    records: records(
      bsdLoopback({ littleEndian: false }),
      bsdLoopback({ littleEndian: false, payload: ipv4({ payload: SYN }) }),
      bsdLoopback({
        littleEndian: false,
        family: AF_INET6_OPENBSD,
        payload: ipv6({ nextHeader: EXTENSION.fragment, payload: fragment({ payload: SSH }) }),
      }),
    ),
  }),
  'synsum__ethernet.erf': concat(
    erf({ frame: ethernet() }),
    erf({ frame: ethernet({ payload: ipv4({ payload: SYN }) }), seconds: 1_700_000_001 }),
    erf({ frame: ethernet({ payload: ipv4({ payload: SSH }) }), seconds: 1_700_000_002 }),
  ),
  'synsum__ppp.pcap': pcap({
    linkType: LINK_TYPE.ppp,
    records: records(
      ppp({}),
      ppp({ protocol: PPP_LINK_CONTROL, payload: new Uint8Array(8) }),
      ppp({ payload: ipv4({ payload: SYN }) }),
      ppp({ protocol: PPP_IPV6, payload: ipv6({ payload: SSH }) }),
      ppp({ compressed: true, payload: ipv4({ payload: WITH_PUSH }) }),
      ppp({ framed: false }),
      ppp({ framed: false, compressed: true, protocol: PPP_IPV6, payload: ipv6() }),
    ),
  }),
};
