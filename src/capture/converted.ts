// Recognises captures that were converted as if they were text. Some transfers (FTP in ASCII mode, a remote shell with a
// terminal, git with autocrlf) write CR LF for every LF; PowerShell's `>` also encodes every byte as a character.

const CR = 0x0d;
const LF = 0x0a;

/** The first bytes of pcapng's section header exist to show such conversions: 0a 0d 0d 0a. */
const PCAPNG_SIGNATURES: Readonly<Record<string, string>> = {
  '0d0a0d0d0d0a': 'a pcapng capture with CR LF for every LF',
  '0a0d0a': 'a pcapng capture with LF for every CR LF',
  '0a0a0a0a': 'a pcapng capture with LF for every CR',
  '0d0d0d0d': 'a pcapng capture with CR for every LF',
};

export const BINARY_MODE: string =
  'transfer it in binary mode, not as text (FTP: binary; ssh and docker exec: without -t; git: without autocrlf)';
const POWERSHELL = 'PowerShell\'s > writes text: use tcpdump -w FILE, or cmd /c "tcpdump -w - > FILE"';

/** Explains the first bytes of an input that is not a capture; undefined if they do not show a conversion. */
export function describeConverted(bytes: Uint8Array): { what: string; advice: string } | undefined {
  const hex = Buffer.from(bytes).toString('hex');
  const signature = Object.keys(PCAPNG_SIGNATURES).find((start) => hex.startsWith(start));
  if (signature !== undefined) return { what: PCAPNG_SIGNATURES[signature] as string, advice: BINARY_MODE };
  const encoding = hasBinaryUtf16(bytes) ? 'UTF-16' : hasPcapInUtf8(bytes) ? 'UTF-8' : undefined;
  return encoding === undefined
    ? undefined
    : { what: `binary data encoded as ${encoding} text`, advice: POWERSHELL };
}

/** Whether UTF-16 with a byte order mark has characters that text does not have: NUL to ACK. */
function hasBinaryUtf16(bytes: Uint8Array): boolean {
  if (bytes[0] !== 0xff || bytes[1] !== 0xfe) return false;
  for (let at = 2; at + 1 < bytes.length; at += 2) {
    if (bytes[at + 1] === 0 && (bytes[at] as number) < 7) return true;
  }
  return false;
}

/** Whether the bytes are the header of a pcap of version 2.4, whose magic number became three or four characters. */
function hasPcapInUtf8(bytes: Uint8Array): boolean {
  const end = bytes.findIndex((byte) => byte < 32);
  const magic = bytes.subarray(0, Math.max(0, end));
  const version = Buffer.from(bytes.subarray(magic.length, magic.length + 4)).toString('hex');
  if (version !== '02000400' && version !== '00020004') return false;
  try {
    // The magic number of a real header is not UTF-8.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(magic);
    return text.length >= 3 && text.length <= 4 && magic.length > text.length;
  } catch {
    return false;
  }
}

/** Explains damage in compressed data that begin with these bytes; undefined if they do not show a conversion. */
export function describeConvertedCompression(beginning: Uint8Array): string | undefined {
  const restored = withoutCarriageReturns(beginning);
  // One in 256 random bytes is a CR.
  return restored === undefined || beginning.length - restored.length < 2
    ? undefined
    : `it has CR LF for every LF: ${BINARY_MODE}`;
}

/** Takes out each CR before a LF; undefined if there is none, or if a LF has no CR before it. */
export function withoutCarriageReturns(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.some((byte, at) => byte === LF && bytes[at - 1] !== CR)) return undefined;
  const restored = bytes.filter((byte, at) => byte !== CR || bytes[at + 1] !== LF);
  return restored.length < bytes.length ? restored : undefined;
}
