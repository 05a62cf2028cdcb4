// The starter hosts.yaml as text. It is valid YAML, and stays so when an entry gets a name and its `# ` is removed.

import type { Starter } from '../inventory/starter/starter.js';
import { countNoun } from '../text/count-noun.js';
import { stringifyJson, visible } from '../text/escape.js';

/** Services listed for a machine; the rest are counted. */
const MAX_SERVICES = 6;
/** Wide enough for every IPv4 network; comments after longer text begin further to the right. */
const TEXT_WIDTH = 20;

export function renderStarter(starter: Starter): string {
  const { synAcks, networks, namesFrom, machines, moreMachines, unnamedPorts } = starter;
  const lines = [
    '# hosts.yaml: names for the machines and services of this network, for synsum.',
    `# Guessed from ${countNoun(synAcks, 'SYN-ACK')}: check the networks, then give names to machines.`,
    '',
    '# Our networks. Every other machine without a name is remote, and shown as _.',
  ];
  if (networks.length === 0) {
    lines.push(
      '# No network stood out. Without this list, all private networks are local.',
      '#local:',
      '#  - 192.0.2.0/24',
    );
  } else {
    lines.push('local:');
    for (const { text, machines: count, synAcks: seen } of networks) {
      lines.push(
        `  - ${text.padEnd(TEXT_WIDTH)} # ${countNoun(count, 'machine')}, ${countNoun(seen, 'SYN-ACK')}`,
      );
    }
  }
  lines.push(...renderNamesFrom(namesFrom));
  lines.push(
    '',
    '# Names for machines. Machines with the same task may share a name: www: [192.0.2.1, 192.0.2.2]',
  );
  if (machines.length > 0) {
    lines.push(
      '# These are the busiest machines without a name. Replace NAME with a name, and remove the "# " before it.',
    );
  }
  lines.push('hosts:');
  for (const { address, services } of machines) {
    lines.push(`  # NAME: ${address.padEnd(TEXT_WIDTH)} # ${describeServices(services)}`);
  }
  if (moreMachines > 0) lines.push(`  # … and ${countNoun(moreMachines, 'more machine')}.`);
  lines.push('', '# Names for ports that have none, or that you call something else.', 'services:');
  for (const { port, server, synAcks: seen } of unnamedPorts) {
    lines.push(`  # ${port}: NAME   # ${countNoun(seen, 'SYN-ACK')}, served by ${server}`);
  }
  return `${lines.join('\n')}\n`;
}

/** The section with files of names, as lines; also what `init` without a capture adds to the file that ships. */
export function renderNamesFrom(
  files: readonly { readonly file: string; readonly machines?: number }[],
): string[] {
  const lines = [
    '',
    '# Files that name machines too: /etc/hosts, and the leases of dnsmasq, ISC dhcpd and Kea.',
  ];
  if (files.length === 0) return [...lines, '#names_from:', '#  - /etc/hosts'];
  lines.push('names_from:');
  for (const { file, machines } of files) {
    const text = /^[\w./-]+$/.test(file) ? file : stringifyJson(file);
    const note = machines === undefined ? '' : ` # names ${countNoun(machines, 'machine')} of these captures`;
    lines.push(`  - ${machines === undefined ? text : text.padEnd(TEXT_WIDTH)}${note}`);
  }
  return lines;
}

function describeServices(services: Starter['machines'][number]['services']): string {
  if (services.length === 0) return 'only a client';
  const shown = services
    .slice(0, MAX_SERVICES)
    .map(({ service, synAcks }) => `${visible(service)} (${synAcks})`);
  const more = services.length - shown.length;
  return `serves ${shown.join(', ')}${more > 0 ? `, and ${more} more` : ''}`;
}
