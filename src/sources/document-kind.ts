// Tells from its first bytes whether an input is a document, and no capture: names lie.

/** A saved inventory, or what nmap and masscan write with -oX. */
export type DocumentKind = 'inventory' | 'nmap';

/** Bytes enough to pass over a byte order mark and some white space. */
export const DOCUMENT_HEAD_LENGTH = 64;

/** No capture begins with these characters. A pcapng begins with a line feed, but has no white space only before them. */
const KINDS: Readonly<Record<string, DocumentKind>> = { '{': 'inventory', '<': 'nmap' };

export function documentKind(head: Uint8Array): DocumentKind | undefined {
  const isUtf16 = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
  const text = Buffer.from(isUtf16 ? head.subarray(2).filter((byte) => byte !== 0) : head)
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart();
  return KINDS[text.charAt(0)];
}
