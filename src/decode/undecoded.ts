// Why a packet was not decoded to its end, as one number for each reason: decoders leave it in the packet, and no packet
// costs memory. undecoded-names.ts says what the numbers mean.

/** To each of these a number below 65,536 is added: an EtherType, a protocol, a service access point, or one of the below. */
export const UNDECODED = {
  etherType: 0x1_0000,
  ipProtocol: 0x2_0000,
  pppProtocol: 0x3_0000,
  llcSap: 0x4_0000,
  encrypted: 0x5_0000,
  tooShort: 0x6_0000,
} as const;

/** Link layers that encrypt. */
export const ENCRYPTED = { macsec: 0, ieee80211: 1, ieee802154: 2, docsis: 3 } as const;

/** Packets that were captured too short: TCP without its flags, UDP without its header, and anything before those. */
export const TOO_SHORT = { tcp: 0, udp: 1, other: 2 } as const;
