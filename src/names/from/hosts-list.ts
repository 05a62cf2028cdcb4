// Reads files in the format of /etc/hosts: an address, then its names (hosts(5)). Also what odhcpd writes for dnsmasq.

import { parseAddress } from '../../ip/address.js';
import { quote } from '../../text/escape.js';
import { forEachLine, type NameSink, splitWords } from './given-name.js';

/** Names of addresses that are not machines, on Linux and macOS. */
const NOT_A_MACHINE = /^(?:localhost(?:\d|\.|$)|loopback$|broadcasthost$|ip6-)/i;

/** Takes the first name of a line, and the first line of an address, as resolvers do. */
export function parseHostsList(text: string, sink: NameSink): void {
  const seen = new Set<string>();
  forEachLine(text, (line, offset) => {
    const [address, name] = splitWords(line.replace(/#.*/, ''), 2);
    if (address === undefined) return;
    // A zone such as %lo0 has a meaning only on the machine that wrote it.
    const [base = ''] = address.text.split('%');
    const parsed = parseAddress(base);
    if (parsed === undefined) {
      sink.addMistake({ offset: offset + address.at, found: quote(address.text), expected: 'an address' });
    } else if (name === undefined) {
      const end = offset + address.at + address.text.length;
      sink.addMistake({ offset: end, found: 'the end of the line', expected: 'a name after the address' });
    } else if (base === address.text && !NOT_A_MACHINE.test(name.text) && !seen.has(address.text)) {
      seen.add(address.text);
      sink.addName({ address: parsed, name: name.text, owner: undefined, offset: offset + name.at });
    }
  });
}
