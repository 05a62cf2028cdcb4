import { describe, expect, test } from 'vitest';
import { decodePppMux } from '../../../../src/decode/link/ppp/ppp-mux.js';
import { MALFORMED, NOT_IP, OTHER_TCP, SYN_ACK, TRUNCATED } from '../../../../src/decode/packet-class.js';
import { concat, FLAG, ipv4, ipv6, tcp, u16 } from '../../../helpers/packets.js';
import { classOf, decode, expectTruncation } from '../../decoding.js';

/** A packet with its length and, if there is one, its protocol. */
function part(protocol: readonly number[], payload: Uint8Array): Uint8Array {
  const length = protocol.length + payload.length;
  const hasProtocol = protocol.length > 0;
  const header =
    length < 64 ? [(hasProtocol ? 0x80 : 0) | length] : u16((hasProtocol ? 0xc000 : 0x4000) | length);
  return concat(header, protocol, payload);
}

const IPV4 = [0x00, 0x21];
const IPV6 = [0x57];
const LINK_CONTROL = [0xc0, 0x21];
const ACK = ipv4({ payload: tcp({ flags: FLAG.ack }) });

describe('decodePppMux', () => {
  test('when it has one packet then addresses and port are found', () => {
    const bytes = part(IPV4, ipv4());
    const found = { packetClass: SYN_ACK, family: 4, server: 3 + 12, client: 3 + 16, port: 443 };
    expect(decode(decodePppMux, bytes)).toEqual(found);
    expectTruncation(decodePppMux, bytes, 3 + 20 + 13);
  });

  test.each([
    [
      'a protocol of one byte and a length of two',
      part(IPV6, ipv6({ payload: tcp({ payload: new Uint8Array(9) }) })),
    ],
    ['no protocol', part([], ipv4())],
    ['the protocol of the one before', concat(part(IPV4, ACK), part([], ipv4()))],
    [
      'another protocol than the one before',
      concat(part(LINK_CONTROL, new Uint8Array(8)), part(IPV4, ipv4())),
    ],
  ])('when a packet has %s then it is found', (_what, bytes) => {
    expect(classOf(decodePppMux, bytes)).toBe(SYN_ACK);
  });

  test('when no packet is a SYN-ACK then the first one decides', () => {
    expect(classOf(decodePppMux, concat(part(IPV4, ACK), part(LINK_CONTROL, ACK)))).toBe(OTHER_TCP);
    expect(classOf(decodePppMux, concat(part(LINK_CONTROL, ACK), part(IPV4, ACK)))).toBe(NOT_IP);
  });

  test('when the length ends inside the TCP header then it is malformed', () => {
    const bytes = concat([0x80 | (2 + 39)], IPV4, ipv4());
    expect(classOf(decodePppMux, bytes)).toBe(MALFORMED);
  });

  test('when it is empty then it is malformed, or truncated if that is all of the capture', () => {
    expect(classOf(decodePppMux, Uint8Array.of(0), { limit: 1 })).toBe(MALFORMED);
    expect(classOf(decodePppMux, Uint8Array.of(0))).toBe(TRUNCATED);
  });

  test('when packets are empty then the end is still reached', () => {
    expect(classOf(decodePppMux, concat(new Uint8Array(50_000), part(IPV4, ipv4())))).toBe(SYN_ACK);
  });

  test('when multiplexed packets nest without end then it is malformed, and the stack holds', () => {
    let bytes = part(IPV4, ipv4());
    for (let level = 0; level < 100; level++) bytes = part([0x00, 0x59], bytes);
    expect(classOf(decodePppMux, bytes)).toBe(MALFORMED);
  });
});
