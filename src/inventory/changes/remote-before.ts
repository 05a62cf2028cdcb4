// Which machines may have been counted as remote in the baseline: those that were neither local nor named when its captures
// were counted. The baseline cannot say whether they are new, or which of their services are.

import type { Address, AddressRange } from '../../ip/address.js';
import { includesAddress, mergeRanges } from '../../ip/merge-ranges.js';
import { DEFAULT_SCOPE, type Names } from '../../names/names.js';
import type { Evidence, Machine, Service, Use } from '../evidence.js';
import { isOwnMachine } from '../own-machines.js';
import type { ScanIndex } from '../scan-index.js';

export class RemoteBefore {
  /** Undefined if the baseline has no machine of ours: then its names are those of another network, and say nothing. */
  readonly #kept: readonly AddressRange[] | undefined;
  readonly #scans: ScanIndex;
  /** Services of remote machines, and those that remote machines used: by their port, and their address if they have one. */
  readonly #offered = new Set<string>();
  readonly #used = new Set<string>();

  constructor({ services, machines, scans, kept = DEFAULT_SCOPE }: Evidence, names: Names) {
    this.#scans = scans;
    const hasOwn = [...machines.values()].some(({ address }) => isOwnMachine(address, false, names));
    if (!hasOwn) return;
    this.#kept = mergeRanges(kept);
    for (const service of services) {
      if (service.address === undefined) this.#offered.add(keyOf(undefined, service));
      if (service.uses.some(({ client }) => client === undefined)) {
        this.#used.add(keyOf(service.address, service));
      }
    }
  }

  /** Whether a machine was counted as remote if it was there. */
  wasRemote(address: Address): boolean {
    if (this.#kept === undefined || includesAddress(this.#kept, address)) return false;
    return !this.#scans.hasFoundUp(address);
  }

  /** Whether a service, which the baseline does not have, may be one of its remote machines. */
  mayHaveOffered(service: Service): boolean {
    const { address, uses } = service;
    return (
      address !== undefined &&
      uses.length > 0 &&
      this.wasRemote(address) &&
      this.#offered.has(keyOf(undefined, service))
    );
  }

  /** Whether a machine, which the baseline does not have, may be one of its remote machines. */
  mayHaveBeen({ address, offered, used }: Machine): boolean {
    if (!this.wasRemote(address)) return false;
    return (
      offered.some((service) => this.mayHaveOffered(service)) ||
      used.some(({ service }) => this.#mayHaveUsed(service))
    );
  }

  /** Whether a client, with these uses, may be a remote machine of the baseline, where these used the same service. */
  mayBeClient(uses: readonly Use[]): boolean {
    return uses.every(({ client }) => client !== undefined && this.wasRemote(client));
  }

  #mayHaveUsed(service: Service): boolean {
    const { address } = service;
    const isRemote = address === undefined || this.wasRemote(address);
    return this.#used.has(keyOf(address, service)) || (isRemote && this.#used.has(keyOf(undefined, service)));
  }
}

function keyOf(address: Address | undefined, { protocol, port }: Service): string {
  return `${address === undefined ? '' : `${address.family} ${address.value}`} ${protocol} ${port}`;
}
