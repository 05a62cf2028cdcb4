// Sentences on standard error about judgements: their basis, and the rows that were left out because of them.

import { labelOf } from '../inventory/labels.js';
import type { Listed } from '../inventory/lists/listed.js';
import type { Names } from '../names/names.js';
import { countNoun, formatCount } from '../text/count-noun.js';
import { visible } from '../text/escape.js';

/** More scans or floods than this are summed up. */
const MAX_SCANS = 3;

/** Sentences that matter for the reader of a list that is judged, each once. */
export function describeBasis(
  { basis, notServices = 0 }: Pick<Listed<unknown>, 'basis' | 'notServices'>,
  names: Names,
): string[] {
  const lines: string[] = [];
  if (basis !== undefined && basis.synAcks > 0) {
    const { synAcks, copies, hasAnswers, scans, floods } = basis;
    // Linux itself sometimes sends two at once.
    if (copies >= (synAcks - copies) / 2) {
      lines.push(
        `${formatCount(copies)} of ${formatCount(synAcks)} SYN-ACKs are copies, as when -i any captures each packet twice: handshakes count once`,
      );
    }
    if (!hasAnswers) {
      lines.push('the captures show no answers to SYN-ACKs: whether services are used is inferred');
    }
    const byServices = scans.toSorted((a, b) => b.services - a.services);
    for (const { client, services } of byServices.slice(0, MAX_SCANS)) {
      const scanner =
        client === undefined
          ? 'a remote machine (--remote shows its address)'
          : visible(labelOf(client, names, true));
      lines.push(
        `a scan by ${scanner} touched ${countNoun(services, 'service')}: a touch alone does not count as use`,
      );
    }
    if (scans.length > MAX_SCANS) lines.push(`more scans: ${formatCount(scans.length - MAX_SCANS)}`);
    for (const { service, unanswered, of } of floods.slice(0, MAX_SCANS)) {
      const server = visible(labelOf(service.address, names, true));
      lines.push(
        `${formatCount(unanswered)} of ${formatCount(of)} handshakes of ${server}, ${service.port}/${service.protocol} were never answered: the clients' addresses may be forged`,
      );
    }
    if (floods.length > MAX_SCANS)
      lines.push(`more services with such handshakes: ${formatCount(floods.length - MAX_SCANS)}`);
  }
  if (notServices > 0) {
    const data = 'FTP data, backscatter or simultaneous opens';
    lines.push(
      `left out, because they are ${data}: ${countNoun(notServices, 'row')} (--only all shows them)`,
    );
  }
  return lines;
}
