// A router with two interfaces on either side, to which SYNs are sent as frames: what comes out of it shows what the kernel
// thinks of them.

import { fileURLToPath } from 'node:url';
import { Network } from './namespaces.js';
import { frameOf, type Probe } from './probes.js';

const INJECT = fileURLToPath(new URL('inject.py', import.meta.url));
/** The hardware address of the router's interfaces, and of those that it sends to. */
const ROUTER = '02:00:00:00:00:01';
const RECEIVER = '02:00:00:00:00:02';

/** Destinations that leave by the router's first interface out; all others leave by the second. */
const FIRST_OUT: readonly string[] = ['10.2.0.0/16', 'fd02::/32'];

export class TestRouter {
  readonly #network = new Network();
  readonly #router: string;
  readonly #sender: string;
  readonly #receiver: string;

  constructor() {
    const network = this.#network;
    try {
      this.#sender = network.add('sender');
      this.#router = network.add('router');
      this.#receiver = network.add('receiver');
      this.#connect();
    } catch (error) {
      void network.close();
      throw error;
    }
  }

  #connect(): void {
    const network = this.#network;
    const [sender, router, receiver] = [this.#sender, this.#router, this.#receiver];
    network.sysctl(
      router,
      'net.ipv4.ip_forward=1',
      'net.ipv6.conf.all.forwarding=1',
      'net.ipv4.conf.all.rp_filter=0',
      'net.ipv4.conf.default.rp_filter=0',
      'net.ipv4.icmp_ratelimit=0',
      // The kernel forgets a connection before another one with the same ends is tried.
      'net.netfilter.nf_conntrack_tcp_timeout_syn_sent=1',
    );
    for (const number of [0, 1]) {
      network.connect(router, `lan${number}`, sender, `in${number}`);
      network.connect(router, `wan${number}`, receiver, `out${number}`);
      network.ip(router, `link set lan${number} address ${ROUTER}`);
      network.ip(router, `link set wan${number} address ${ROUTER}`);
      network.ip(receiver, `link set out${number} address ${RECEIVER}`);
      network.ip(router, `address add 10.255.0.1/32 dev lan${number}`);
      network.ip(router, `address add 10.254.${number}.1/24 dev wan${number}`);
      network.ip(router, `address add fd54:${number}::1/64 dev wan${number} nodad`);
      for (const gateway of [`10.254.${number}.2`, `fd54:${number}::2`]) {
        network.ip(router, `neighbour add ${gateway} lladdr ${RECEIVER} dev wan${number} nud permanent`);
      }
    }
    for (const destination of FIRST_OUT) {
      network.ip(
        router,
        `route add ${destination} via ${destination.includes(':') ? 'fd54:0::2' : '10.254.0.2'}`,
      );
    }
    network.ip(router, 'route add default via 10.254.1.2');
    network.ip(router, '-6 route add default via fd54:1::2');
  }

  /** Replaces all rules. @returns them as `nft -j list ruleset` lists them */
  load(rules: string): string {
    this.#network.loadRules(this.#router, `flush ruleset\n${rules}`);
    return this.#network.listRules(this.#router);
  }

  /** The same without the lines that nft refuses: random rules contradict themselves now and then. */
  loadLines(rules: string): string {
    let lines = rules.split('\n');
    for (;;) {
      try {
        return this.load(lines.join('\n'));
      } catch (error) {
        const faults = [...(error as Error).message.matchAll(/^(?:.*: )?\/dev\/stdin:(\d+):/gm)];
        // The first line flushes the rules before.
        const refused = new Set(faults.map(([, line]) => Number(line) - 2));
        if (refused.size === 0) throw error;
        lines = lines.filter((_, at) => !refused.has(at));
      }
    }
  }

  /** Runs a program in the router. @throws if it fails */
  run(program: string, args: readonly string[], input?: string): string {
    return this.#network.run(this.#router, program, args, input);
  }

  /** Sends a SYN for each probe. @returns for each whether it came out, and by which interface */
  inject(probes: readonly Probe[]): (number | undefined)[] {
    const router = Buffer.from(ROUTER.replaceAll(':', ''), 'hex');
    const parts: Buffer[] = [];
    for (const [sequence, probe] of probes.entries()) {
      const frame = frameOf(probe, sequence, router);
      const head = Buffer.alloc(3);
      head.writeUInt8(probe.iif, 0);
      head.writeUInt16BE(frame.length, 1);
      parts.push(head, frame);
    }
    const arrived: (number | undefined)[] = probes.map(() => undefined);
    const output = this.#network.runBytes(
      'python3',
      [INJECT, this.#sender, this.#receiver],
      Buffer.concat(parts),
    );
    for (const line of output.split('\n').filter(Boolean)) {
      const [sequence = 0, number] = line.split(' ').map(Number);
      arrived[sequence] = number;
    }
    return arrived;
  }

  close(): Promise<void> {
    return this.#network.close();
  }
}
