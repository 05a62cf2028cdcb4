// Endace's extensible record format as a file: records without anything before them. decode/link/rare/erf.ts decodes the
// records. "Endace Extensible Record Format" EDM11-01.

import { MAX_SECONDS_APART } from '../pcap/limits.js';
import {
  ERF_FIRST_SECONDS,
  ERF_HAS_EXTENSION,
  ERF_HEADER_LENGTH,
  ERF_LAST_TYPE,
  ERF_MAX_MORE,
  ERF_METADATA,
  ERF_PADDING,
} from './limits.js';
import type { RecordFormat } from './record-format.js';

/** The time is little-endian, the other fields are big-endian. */
const RECORD = { fraction: 0, seconds: 4, type: 8, recordLength: 10, wireLength: 14 } as const;
const LINKTYPE_ERF = 197;

/** The number of successive headers by which a file is recognised. */
const CHAIN_LENGTH = 3;

export const ERF_RECORDS: RecordFormat = {
  kind: 'erf',
  headerLength: ERF_HEADER_LENGTH,
  lengthAt(view, offset) {
    const type = view.getUint8(offset + RECORD.type) & ~ERF_HAS_EXTENSION;
    const length = view.getUint16(offset + RECORD.recordLength);
    if (type === ERF_PADDING) return length >= ERF_HEADER_LENGTH ? length : undefined;
    if (type === 0 || type > ERF_LAST_TYPE || length <= ERF_HEADER_LENGTH) return undefined;
    if (type === ERF_METADATA) return length;
    if (view.getUint32(offset + RECORD.seconds, true) < ERF_FIRST_SECONDS) return undefined;
    const wireLength = view.getUint16(offset + RECORD.wireLength);
    return length <= ERF_HEADER_LENGTH + ERF_MAX_MORE + wireLength ? length : undefined;
  },
  secondsAt(view, offset) {
    const seconds = view.getUint32(offset + RECORD.seconds, true);
    return seconds < ERF_FIRST_SECONDS ? undefined : seconds;
  },
  timeAt(view, offset) {
    const fraction = view.getUint32(offset + RECORD.fraction, true);
    return view.getUint32(offset + RECORD.seconds, true) * 1e6 + Math.floor((fraction * 1e6) / 2 ** 32);
  },
  linkTypeAt: () => LINKTYPE_ERF,
  packetAt: (_view, offset) => offset,
  packetEndAt: (view, offset) => offset + view.getUint16(offset + RECORD.recordLength),
};

/**
 * Whether a file of records begins at this offset, which is that of the first byte: the format has no signature, so its
 * first records must be plausible. Undefined if it takes more bytes to decide.
 */
export function isErf(view: DataView, offset: number, end: number, isLast: boolean): boolean | undefined {
  let at = offset;
  let last: number | undefined;
  for (let found = 0; found < CHAIN_LENGTH; found++) {
    if (end - at < ERF_HEADER_LENGTH) {
      if (!isLast) return undefined;
      // Two headers are hardly there by chance. One must be that of the only record, which is whole.
      return found > 1 || (found === 1 && at === end);
    }
    const length = ERF_RECORDS.lengthAt(view, at);
    if (length === undefined) return false;
    const seconds = ERF_RECORDS.secondsAt(view, at);
    if (seconds !== undefined) {
      if (last !== undefined && Math.abs(seconds - last) > MAX_SECONDS_APART) return false;
      last = seconds;
    }
    at += length;
  }
  return last !== undefined;
}
