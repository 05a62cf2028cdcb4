// The labels of machines and services in lists and changes, and the order in which they are listed.

import { type Address, compareAddresses, formatAddress } from '../ip/address.js';
import { PROTOCOLS, type Protocol } from '../ip/port.js';
import type { Names } from '../names/names.js';
import { REMOTE } from '../names/reserved-names.js';
import { compareBytes } from '../text/compare-bytes.js';
import { describeEndpoint } from './endpoints.js';
import type { Service } from './evidence.js';
import type { ScannedPort } from './scan.js';

/**
 * Returns the label of a machine: its name or address, or `_` if it is remote. A remote machine that a scan
 * found is shown by its address.
 * @param address undefined stands for every remote machine
 * @param numeric shows the address even of a machine that has a name
 */
export function labelOf(
  address: Address | undefined,
  names: Names,
  isScanned: boolean,
  numeric = false,
): string {
  return address === undefined
    ? REMOTE
    : describeEndpoint(address, names, { remote: isScanned, numeric }).label;
}

/** Returns the address as text; empty for undefined. */
export function addressTextOf(address: Address | undefined): string {
  return address === undefined ? '' : formatAddress(address);
}

/** Returns the name of a service, which a scan may know better than a list of ports does. */
export function serviceNameOf({ address, protocol, port, finding }: Service, names: Names): string {
  const { service, isProbed = false } = finding?.port ?? {};
  return names.serviceNameOf(address, port, {
    protocol,
    isProbed,
    ...(service === undefined ? {} : { name: service }),
  });
}

/** Returns the name of a service, or its port and protocol, such as `22/tcp`, if names are not to be shown. */
export function serviceLabelOf(service: Service, names: Names, numeric = false): string {
  return numeric ? `${service.port}/${service.protocol}` : serviceNameOf(service, names);
}

/** Returns product, version and more, each empty if it is unknown. */
export function productFieldsOf({ product = '', version = '', extra = '' }: Partial<ScannedPort> = {}): {
  readonly product: string;
  readonly version: string;
  readonly extra: string;
} {
  return { product, version, extra };
}

/** Returns product, version and more in one line, as in `OpenSSH 9.2p1 (protocol 2.0)`. */
export function productOf({ product, version, extra }: Partial<ScannedPort> = {}): string {
  return [product, version, extra === undefined ? undefined : `(${extra})`].filter(Boolean).join(' ');
}

/** Orders ports by protocol, then by number. */
export function comparePorts(
  a: { readonly protocol: Protocol; readonly port: number },
  b: { readonly protocol: Protocol; readonly port: number },
): number {
  return PROTOCOLS.indexOf(a.protocol) - PROTOCOLS.indexOf(b.protocol) || a.port - b.port;
}

/** Orders machines by label, then by address; without an address last. */
export function compareMachines(a: Labelled, b: Labelled): number {
  const byLabel = compareBytes(a.label, b.label);
  if (byLabel !== 0) return byLabel;
  if (a.address === undefined || b.address === undefined) {
    return Number(a.address === undefined) - Number(b.address === undefined);
  }
  return compareAddresses(a.address, b.address);
}

/** The same with labels that are addresses first, by number. */
export function compareMachinesByAddress(a: Labelled, b: Labelled): number {
  const [ofA, ofB] = [addressIn(a), addressIn(b)];
  if (ofA !== undefined && ofB !== undefined) return compareAddresses(ofA, ofB);
  if (ofA !== undefined || ofB !== undefined) return ofA === undefined ? 1 : -1;
  return compareMachines(a, b);
}

function addressIn({ label, address }: Labelled): Address | undefined {
  return address !== undefined && label === formatAddress(address) ? address : undefined;
}

/** A machine with the label that it is listed under. */
export interface Labelled {
  readonly label: string;
  readonly address: Address | undefined;
}
