// The starter hosts.yaml as text. It is valid YAML as it stands, and each commented entry is, once it has been
// given a name and its `# ` is gone.

import type { Starter } from '../inventory/starter/starter.js';
import { countNoun } from '../text/count-noun.js';
import { visible } from '../text/escape.js';

/** Services listed for a machine; the rest are counted. */
const MAX_SERVICES = 6;
/** Wide enough for every IPv4 network; comments behind longer text just begin further right. */
const TEXT_WIDTH = 20;

export function renderStarter({ synAcks, networks, machines, moreMachines, unnamedPorts }: Starter): string {
  const lines = [
    '# hosts.yaml: names for the machines and services of this network, for synsum.',
    `# Guessed from ${countNoun(synAcks, 'SYN-ACK')}: check the networks, then give names to machines.`,
    '',
    '# Ours. Every other machine without a name is remote, and written _.',
  ];
  if (networks.length === 0) {
    lines.push(
      '# No network stood out. Without this list all private networks are local.',
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
  lines.push(
    '',
    '# Names for machines. Machines that do the same may share one: www: [192.0.2.1, 192.0.2.2]',
  );
  if (machines.length > 0) {
    lines.push(
      '# These are the busiest without a name. Put a name in place of NAME and take the "# " before it away.',
    );
  }
  lines.push('hosts:');
  for (const { address, services } of machines) {
    lines.push(`  # NAME: ${address.padEnd(TEXT_WIDTH)} # ${describeServices(services)}`);
  }
  if (moreMachines > 0) lines.push(`  # … and ${countNoun(moreMachines, 'more machine')}.`);
  lines.push('', '# Names for ports that have none, or another than you use.', 'services:');
  for (const { port, server, synAcks: seen } of unnamedPorts) {
    lines.push(`  # ${port}: NAME   # ${countNoun(seen, 'SYN-ACK')}, served by ${server}`);
  }
  return `${lines.join('\n')}\n`;
}

function describeServices(services: Starter['machines'][number]['services']): string {
  if (services.length === 0) return 'only a client';
  const shown = services
    .slice(0, MAX_SERVICES)
    .map(({ service, synAcks }) => `${visible(service)} (${synAcks})`);
  const more = services.length - shown.length;
  return `serves ${shown.join(', ')}${more > 0 ? `, and ${more} more` : ''}`;
}
