// Compiles NAT: a new address, a new port, or both, as constants or out of a map. NAT ends the chain as `accept` does.

import { readAtom } from './constants.js';
import { isObject, type JsonObject, listIn, objectIn } from './json.js';
import { contentsOf, elementsOf, readKey, type SetOf, valuesOf } from './matches.js';
import type { Step } from './model.js';
import { anyAddress, anyPort, type Packet } from './packet.js';
import type { Answer } from './values.js';

export type NatKind = 'dnat' | 'snat' | 'masquerade' | 'redirect';

/** The constants that an expression may stand for; if it may be none of them, the rule may not match. */
interface Choice {
  readonly values: readonly unknown[];
  readonly mayMiss: boolean;
}

type Choose = (packet: Packet) => Choice;

/** Returns the match that nft leaves out of its list, and the change. */
export function compileNat(name: NatKind, content: unknown, text: string, setOf: SetOf): readonly Step[] {
  const { addr, port, family: familyName } = isObject(content) ? content : ({} as JsonObject);
  const family = familyOf(familyName, addr);
  const choices = [compileChoice(addr, setOf), compileChoice(port, setOf)] as const;
  const [chooseAddress, choosePort] = choices;
  const test = (packet: Packet): Answer => {
    if (family !== undefined && family !== packet.family) return 'no';
    const found = choices.map((choose) => choose(packet));
    if (found.some(({ values }) => values.length === 0)) return 'no';
    return found.some(({ mayMiss }) => mayMiss) ? 'maybe' : 'yes';
  };
  const change = (packet: Packet, isCertain: boolean): void => {
    if (name === 'snat' || name === 'masquerade') {
      packet.source = anyAddress(packet.family);
      packet.sourcePort = anyPort();
      return;
    }
    // Both are chosen before either is changed.
    const address = isCertain ? onlyValue(chooseAddress(packet)) : undefined;
    const newPort = isCertain ? onlyValue(choosePort(packet)) : undefined;
    const [ownAddress, ownPort] = listIn(address, 'concat') ?? [address];
    if (addr !== undefined || name === 'redirect') {
      const atom = readAtom(ownAddress, packet.family === 4 ? 'ipv4' : 'ipv6');
      packet.destination = atom ?? anyAddress(packet.family);
    }
    const isKept = port === undefined && (addr === undefined || typeof address === 'string' || isPlain(addr));
    if (!isKept) {
      const atom = port === undefined ? ownPort : newPort;
      packet.port = typeof atom === 'number' ? atom : anyPort();
    }
  };
  // With the same destination, the packet takes the same way.
  const isRerouted = name === 'redirect' ? 'yes' : name === 'dnat' && addr !== undefined ? 'maybe' : 'no';
  return [
    { kind: 'match', text, test },
    { kind: 'nat', text, isRerouted, change },
  ];
}

function familyOf(name: unknown, addr: unknown): 4 | 6 | undefined {
  if (name === 'ip' || readAtom(addr, 'ipv4') !== undefined) return 4;
  return name === 'ip6' || readAtom(addr, 'ipv6') !== undefined ? 6 : undefined;
}

/** Whether an address comes without a port: elements of maps and other expressions may have one. */
function isPlain(addr: unknown): boolean {
  return (
    typeof addr === 'string' || listIn(addr, 'range') !== undefined || objectIn(addr, 'prefix') !== undefined
  );
}

function compileChoice(expression: unknown, setOf: SetOf): Choose {
  const map = objectIn(expression, 'map');
  if (map === undefined) return () => ({ values: [expression], mayMiss: false });
  const key = readKey(map.key);
  const set = contentsOf(map.data, setOf);
  const elements = set === undefined ? undefined : elementsOf(set, key, 'map', (data) => data);
  return (packet) => {
    const values = valuesOf(key, packet);
    if (values === undefined) return { values: [], mayMiss: true };
    if (elements === undefined) return { values: [undefined], mayMiss: true };
    const { data, mayMiss } = elements.find(values);
    return { values: data, mayMiss };
  };
}

function onlyValue({ values, mayMiss }: Choice): unknown {
  return values.length === 1 && !mayMiss ? values[0] : undefined;
}
