// Counts the clients of services.

import { toWords } from '../../ip/address-words.js';
import type { Names } from '../../names/names.js';
import { ClientSketch } from '../../tally/client-sketch.js';
import { describeEndpoint } from '../endpoints.js';
import type { Service } from '../evidence.js';
import type { UseTable } from '../use-table.js';
import { unansweredOf } from '../verdicts/judge.js';

/** As `ServiceRow` has them. */
interface Clients {
  readonly localClients: number;
  readonly remoteClients: number;
  readonly remoteClientsError: number;
  readonly remoteClientsAtMost?: number;
}

export class ClientCounter {
  readonly #table: UseTable;
  /** Whether each machine is neither local nor named, by its number. */
  readonly #isRemote: readonly boolean[];
  /** The last service in which each machine was counted, by the number of both. */
  readonly #countedIn: Uint32Array;
  #services = 0;

  constructor(table: UseTable, names: Names) {
    this.#table = table;
    this.#isRemote = table.addresses.map(
      (address) => address === undefined || describeEndpoint(address, names).isRemote,
    );
    this.#countedIn = new Uint32Array(table.addresses.length);
  }

  /**
   * Counts the clients of a service. Remote clients whose addresses were kept may also be in the estimate, so they are added
   * to it rather than counted apart.
   */
  of({ uses, remoteClients: known }: Pick<Service, 'uses' | 'remoteClients'>): Clients {
    const { clients, addresses, counts, counters } = this.#table;
    this.#services += 1;
    let localClients = 0;
    const remote: Uint32Array[] = [];
    let remoteConnections = 0;
    let answered = 0;
    for (const { row } of uses) {
      const client = clients[row] as number;
      if (this.#isRemote[client] === false) {
        if (this.#countedIn[client] !== this.#services) localClients += 1;
        this.#countedIn[client] = this.#services;
        continue;
      }
      const count = counts[row] as number;
      remoteConnections += count;
      answered +=
        counters?.isKnown(row) === true
          ? counters.handshakesOf(row, count) - unansweredOf(this.#table, row)
          : count;
      const address = addresses[client];
      if (address !== undefined) remote.push(toWords(address));
    }
    const sketch = new ClientSketch();
    if (known !== undefined) sketch.merge(known);
    if (remote.length > 0) sketch.add(remote);
    // Each of them connected at least once.
    const remoteClients = Math.min(sketch.size, remoteConnections);
    return {
      localClients,
      remoteClients,
      remoteClientsError: sketch.error,
      ...(answered < remoteClients && { remoteClientsAtMost: answered }),
    };
  }
}
