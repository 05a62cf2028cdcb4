import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeUdp, TUNNELS as UDP_TUNNELS } from '../../../src/decode/ip/udp.js';
import { decodeEthernet } from '../../../src/decode/link/ethernet/ethernet.js';
import { LATER_FRAGMENT, NOT_TCP, OTHER_TCP, SYN_ACK, TRUNCATED } from '../../../src/decode/packet-class.js';
import { concat, ethernet, FLAG, IP_PROTOCOL, ipv4, tcp, u16, udp } from '../../helpers/packets.js';
import { classOf, decode, expectTruncation } from '../decoding.js';
import { gtp, PORT, TUNNELS, vxlan } from '../tunnel/tunnels.js';

// biome-ignore format: a field a line
const HEADER = [
  0xc3, 0x50, // source port 50000
  0x12, 0xb5, // destination port 4789
  0x00, 0x46, // length 70
  0x00, 0x00, // checksum
];

const MORE_FRAGMENTS = 0b001;

describe('decodeUdp', () => {
  test('when the destination port is that of a tunnel then it is entered', () => {
    const bytes = concat(HEADER, vxlan({}));
    const at = 8 + 8 + 14;
    const found = { packetClass: SYN_ACK, family: 4, server: at + 12, client: at + 16, port: 443 };
    expect(decode(decodeUdp, bytes)).toEqual(found);
    expectTruncation(decodeUdp, bytes, at + 20 + 13);
  });

  test('when the source port is that of a tunnel then it is entered', () => {
    const bytes = udp({ sourcePort: PORT.vxlan, destinationPort: 50_000, payload: vxlan({}) });
    expect(classOf(decodeUdp, bytes)).toBe(SYN_ACK);
  });

  test('when both ports are those of tunnels then the destination decides', () => {
    const ports = { sourcePort: PORT.gtp, destinationPort: PORT.vxlan };
    expect(classOf(decodeUdp, udp({ ...ports, payload: vxlan({}) }))).toBe(SYN_ACK);
    expect(classOf(decodeUdp, udp({ ...ports, payload: gtp({}) }))).toBe(NOT_TCP);
    const both = udp({ sourcePort: PORT.gtp, destinationPort: PORT.gtp, payload: gtp({}) });
    expect(classOf(decodeUdp, both)).toBe(SYN_ACK);
  });

  test.each([
    ['DNS', 53],
    ['LISP control', 4342],
    ['CAPWAP control', 5246],
    ['sFlow', 6343],
    ['NetFlow', 2055],
    ['GTP control', 2123],
  ])('when it is %s then it is not TCP, whatever its payload', (_name, destinationPort) => {
    for (const payload of [ipv4(), ethernet(), vxlan({}), gtp({})]) {
      expect(classOf(decodeUdp, udp({ destinationPort, payload }))).toBe(NOT_TCP);
    }
  });

  test.each(Object.entries(PORT))(
    'when a datagram at the port of %s does not hold that tunnel then it is ordinary UDP',
    (_name, destinationPort) => {
      const texts = [
        '',
        'M-SEARCH * HTTP/1.1',
        '\u0000'.repeat(60),
        '\u0001'.repeat(60),
        '\u00ff'.repeat(60),
      ];
      for (const text of texts) {
        const payload = Buffer.from(text, 'latin1');
        expect([text, classOf(decodeUdp, udp({ destinationPort, payload }))]).toEqual([text, NOT_TCP]);
        expect(classOf(decodeUdp, udp({ destinationPort: 1, sourcePort: destinationPort, payload }))).toBe(
          NOT_TCP,
        );
      }
    },
  );

  test('when a datagram at the port of a tunnel is random then it is not taken for a SYN-ACK', () => {
    const anyPort = fc.constantFrom(...UDP_TUNNELS.keys());
    const anyPayload = fc.uint8Array({ minLength: 40, maxLength: 200 });
    fc.assert(
      fc.property(anyPort, anyPayload, (destinationPort, payload) => {
        expect(classOf(decodeUdp, udp({ destinationPort, payload }))).not.toBe(SYN_ACK);
      }),
      { numRuns: 20_000 },
    );
  });

  test('when its length is less than its header then it is not decoded further', () => {
    for (let length = 1; length < 8; length++) {
      const bytes = udp({ destinationPort: PORT.vxlan, length, payload: vxlan({}) });
      expect(classOf(decodeUdp, bytes)).toBe(NOT_TCP);
    }
  });

  test('when its length is 0, as in a jumbogram, then IP says how long it is', () => {
    expect(classOf(decodeUdp, udp({ destinationPort: PORT.vxlan, length: 0, payload: vxlan({}) }))).toBe(
      SYN_ACK,
    );
  });

  test('when its length ends inside the tunnel then the rest is padding', () => {
    const payload = vxlan({});
    for (let length = 8; length < 8 + payload.length; length++) {
      const bytes = udp({ destinationPort: PORT.vxlan, length, payload });
      expect([length, classOf(decodeUdp, bytes)]).toEqual([length, NOT_TCP]);
      expect(classOf(decodeUdp, concat(HEADER, payload), { limit: length })).toBe(NOT_TCP);
    }
  });

  test('when outer headers end inside its header then it is not TCP', () => {
    for (let limit = 0; limit < 8; limit++) {
      expect(classOf(decodeUdp, concat(HEADER, vxlan({})), { limit })).toBe(NOT_TCP);
    }
  });

  test('when it is cut before its ports then it is truncated', () => {
    expect(classOf(decodeUdp, udp({}), { captured: 7 })).toBe(TRUNCATED);
    expect(classOf(decodeUdp, udp({}))).toBe(NOT_TCP);
  });

  test('when it is the first fragment of a datagram then the packet in its tunnel counts', () => {
    const synAckWithData = ipv4({ payload: tcp({ payload: new Uint8Array(1400) }) });
    for (const payload of [
      udp({ destinationPort: PORT.gtp, payload: gtp({ payload: synAckWithData }) }),
      udp({
        destinationPort: PORT.vxlan,
        payload: vxlan({ payload: ethernet({ payload: synAckWithData }) }),
      }),
    ]) {
      const first = ipv4({
        protocol: IP_PROTOCOL.udp,
        flags: MORE_FRAGMENTS,
        payload: payload.subarray(0, 1200),
      });
      expect(classOf(decodeEthernet, ethernet({ payload: first }))).toBe(SYN_ACK);
      const later = ipv4({ protocol: IP_PROTOCOL.udp, fragmentOffset: 150, payload: payload.subarray(1200) });
      expect(classOf(decodeEthernet, ethernet({ payload: later }))).toBe(LATER_FRAGMENT);
    }
  });

  test('when the inner packet is a later fragment then it is one', () => {
    const payload = gtp({ payload: ipv4({ fragmentOffset: 8 }) });
    expect(classOf(decodeUdp, udp({ destinationPort: PORT.gtp, payload }))).toBe(LATER_FRAGMENT);
  });

  test('when TCP uses the port of a tunnel then it is TCP', () => {
    for (const port of Object.values(PORT)) {
      const payload = tcp({ sourcePort: port, flags: FLAG.ack, payload: concat(u16(0), ipv4()) });
      expect(classOf(decodeEthernet, ethernet({ payload: ipv4({ payload }) }))).toBe(OTHER_TCP);
    }
  });

  test('when a tunnel has a port then a test covers it', () => {
    const frames = TUNNELS.map(({ wrap }) => wrap(ipv4()));
    for (const port of UDP_TUNNELS.keys()) {
      expect(Object.values(PORT)).toContain(port);
      const has = frames.some(
        (frame) => frame[23] === IP_PROTOCOL.udp && frame[36] === port >>> 8 && frame[37] === (port & 0xff),
      );
      expect([port, has]).toEqual([port, true]);
    }
  });
});
