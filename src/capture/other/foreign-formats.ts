// Formats that synsum does not read itself, but Wireshark's programs can convert. Only those are here that have a signature
// and can carry TCP; the signatures are those of Wireshark's library wiretap.

/** A format and its first bytes, as hexadecimal digits. */
export interface ForeignFormat {
  readonly name: string;
  readonly signature: string;
}

export const NETTL = 'HP-UX nettl';

function textFormat(name: string, text: string): ForeignFormat {
  return { name, signature: Buffer.from(text, 'latin1').toString('hex') };
}

export const FOREIGN_FORMATS: readonly ForeignFormat[] = [
  textFormat('Microsoft Network Monitor 1', 'RTSS'),
  textFormat('Microsoft Network Monitor 2', 'GMBU'),
  textFormat('Sniffer (DOS)', 'TRSNIFF data    \x1a'),
  textFormat('Sniffer (Windows) or NetXRay', 'XCP\0'),
  textFormat('NetXRay 1', 'VL\0\0'),
  textFormat('AIX iptrace 1', 'iptrace 1.0'),
  textFormat('AIX iptrace 2', 'iptrace 2.0'),
  { name: NETTL, signature: '00000001000000000007d000' },
  { name: NETTL, signature: '545200640000000000000080' },
  { name: 'RADCOM analyzer', signature: '42d2003412662288' },
  textFormat('Visual Networks', '\x05VNF'),
  { name: 'InfoVista 5View', signature: 'aaaaaaaa' },
  textFormat('Network Instruments Observer', 'ObserverPktBuffe'),
  textFormat('Savvius (WildPackets) Peek', '\x7fver'),
  textFormat('Colasoft Capsa', 'cpse'),
  { name: 'Tektronix K12', signature: '0000020012050010' },
  { name: 'Novell LANalyzer', signature: '01104c000105' },
  textFormat('EyeSDN', 'EyeSDN'),
  textFormat('Vector BLF', 'LOGG'),
];

/** Finds the format that begins with these bytes; undefined if none does. */
export function foreignFormatOf(head: Uint8Array): ForeignFormat | undefined {
  const hex = Buffer.from(head.subarray(0, 32)).toString('hex');
  return FOREIGN_FORMATS.find(({ signature }) => hex.startsWith(signature));
}
