// The remote clients of rows, counted in WebAssembly, compared with sketches made by hand.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { consumeInput } from '../../src/capture/window.js';
import { ClientSketch } from '../../src/tally/client-sketch.js';
import { type Engine, makeEngine } from '../../src/tally/engine.js';
import {
  CLIENT,
  HAS_CLIENTS,
  MULTIPLIER_COUNT,
  MULTIPLIERS,
  PREFIXES_4,
  PREFIXES_6,
  SERVER,
} from '../../src/tally/layout.js';
import { rowsOf } from '../../src/tally/rows.js';
import { Tally, type TallyPart } from '../../src/tally/tally.js';
import { CaptureWalker } from '../../src/walk/capture-walker.js';
import { memoryInput, NEVER } from '../helpers/memory-input.js';
import { ETHER_TYPE, ethernet, ipv4, ipv6, pcap, SYN_ACK_FLAGS, tcp } from '../helpers/packets.js';
import {
  addAll,
  anyPackets,
  anyRun,
  clientsOf,
  expectedClients,
  makeTally,
  numberedPackets,
  type Packet,
  SCOPE,
} from './client-packets.js';
import { timedRowsOf } from './rows-of.js';
import { SketchModel } from './sketch-model.js';

/** It is reused, as making a tally takes longer than using it. */
const SPARE = makeTally();
function emptyTally(): Tally {
  SPARE.takePart();
  return SPARE;
}

describe('remote clients of rows', () => {
  test('when there are any packets, then each row has the sketch of its remote clients, and no other', () => {
    fc.assert(
      fc.property(anyPackets, (packets) => {
        expect(clientsOf(addAll(emptyTally(), packets))).toEqual(expectedClients(packets));
      }),
    );
  });

  test.each([4, 6] as const)('when IPv%i has many clients, then registers are the same too', (family) => {
    const tally = emptyTally();
    const packets = [...numberedPackets(0, 300_000, { family })];
    expect(clientsOf(addAll(tally, packets))).toEqual(expectedClients(packets));
    const rows = tally.readRows(family);
    const { size } = ClientSketch.from(rows.remoteClientsOf(0) as Uint8Array);
    expect(Math.abs(size / 300_000 - 1)).toBeLessThan(0.2);
  });

  test('when a hash ends with zeros only, then its register has the maximum', () => {
    // 193.8.105.62, which was found by trying, has the hash 8f000000.
    const client = 0xc108_693e - 0xc000_0000;
    const packets = [...numberedPackets(0, 100), ...numberedPackets(client, client + 1)];
    const tally = addAll(emptyTally(), packets);
    expect(clientsOf(tally)).toEqual(expectedClients(packets));
    expect(tally.readRows(4).remoteClientsOf(0)?.[0x8f]).toBe(25);
  });

  test('when the table grows again and again, then each row keeps its own sketch', () => {
    const packets = Array.from({ length: 40_000 }, (_, number): Packet => {
      const family = number % 2 === 0 ? 4 : 6;
      return {
        family,
        isRemote: number % 3 !== 0,
        client: number % 700,
        server: number >>> 4,
        port: number & 7,
      };
    });
    expect(clientsOf(addAll(emptyTally(), packets))).toEqual(expectedClients(packets));
  });

  test('when packets are counted in a capture, then the sketches are the same', async () => {
    const records = Array.from({ length: 400 }, (_, number) => {
      const payload = tcp({ flags: SYN_ACK_FLAGS, sourcePort: 443 });
      const [high, low] = [number >>> 7, number & 0x7f];
      const packet =
        number % 2 === 0
          ? ipv4({ source: '10.0.0.1', destination: `192.0.${high}.${low}`, payload })
          : ipv6({ source: '2001:db8::1', destination: `2001:db9::${high}:${low}`, payload });
      return {
        data: ethernet({ payload: packet, type: number % 2 === 0 ? ETHER_TYPE.ipv4 : ETHER_TYPE.ipv6 }),
      };
    });
    const tally = emptyTally();
    await consumeInput(memoryInput(pcap({ records })), new CaptureWalker(tally), NEVER, { bytesRead: 0 });
    const [sketch4, sketch6] = [new SketchModel(), new SketchModel()];
    for (let number = 0; number < 400; number++) {
      const [high, low] = [number >>> 7, number & 0x7f];
      if (number % 2 === 0) sketch4.add([0xc000_0000 + high * 256 + low]);
      else sketch6.add([0x2001_0db9, 0, 0, high * 0x1_0000 + Number.parseInt(`${low}`, 16)]);
    }
    expect([sketch4.toBytes().length, sketch6.toBytes().length]).toEqual([256, 256]);
    expect(tally.readRows(4).remoteClientsOf(0)).toEqual(sketch4.toBytes());
    expect(tally.readRows(6).remoteClientsOf(0)).toEqual(sketch6.toBytes());
  });

  test('when they are read, then they are a copy', () => {
    const tally = addAll(emptyTally(), numberedPackets(0, 5));
    const before = tally.readRows(4).remoteClientsOf(0) as Uint8Array;
    const copy = before.slice();
    before.fill(0);
    addAll(tally, numberedPackets(5, 10));
    expect(ClientSketch.from(copy).size).toBe(5);
    expect(ClientSketch.from(tally.readRows(4).remoteClientsOf(0) as Uint8Array).size).toBe(10);
  });

  test('when they are not counted, then there are none, and the rows are the same', () => {
    fc.assert(
      fc.property(anyPackets, (packets) => {
        const without = addAll(new Tally({ scope: SCOPE }), packets);
        expect([...clientsOf(without).values()].every((bytes) => bytes === undefined)).toBe(true);
        expect(timedRowsOf(without)).toEqual(timedRowsOf(addAll(emptyTally(), packets)));
        const { sketches4, sketches6 } = without.takePart();
        expect([sketches4.length, sketches6.length]).toEqual([0, 0]);
      }),
      { numRuns: 20 },
    );
  });

  test('when maxRows exceeds its limit, then it is refused', () => {
    expect(() => makeTally({ maxRows: 1_000_001 })).toThrow(
      'found maxRows 1000001, expected at most 1000000',
    );
    expect(makeTally({ maxRows: 1_000_000 }).readRows(4).size).toBe(0);
  });
});

describe('remote clients in parts', () => {
  const [whole, counter, receiver] = [makeTally(), makeTally(), makeTally()];

  /** Counts each piece of these packets separately. */
  function partsOf(packets: readonly Packet[], borders: readonly number[]): TallyPart[] {
    const ends = [...borders.map((border) => border % (packets.length + 1)), packets.length].sort(
      (a, b) => a - b,
    );
    return ends.map((end, at) => addAll(counter, packets.slice(ends[at - 1] ?? 0, end)).takePart());
  }

  test('when packets are counted in any parts, then their clients are the same in any order', () => {
    const anyBorders = fc.array(fc.nat(), { maxLength: 4 });
    fc.assert(
      fc.property(anyPackets, anyBorders, fc.boolean(), (packets, borders, isReversed) => {
        for (const tally of [whole, counter, receiver]) tally.takePart();
        const expected = clientsOf(addAll(whole, packets));
        const parts = partsOf(packets, borders);
        for (const part of isReversed ? parts.toReversed() : parts) receiver.merge(part);
        expect(clientsOf(receiver)).toEqual(expected);
        // Again: a client that was seen before does not count twice.
        for (const part of parts) receiver.merge(part);
        expect(clientsOf(receiver)).toEqual(expected);
        if (isReversed) return;
        const once = receiver.takePart();
        receiver.merge(once);
        expect(receiver.takePart()).toEqual(once);
      }),
    );
  });

  test('when a part was taken, then the tally has none of its clients', () => {
    addAll(counter, numberedPackets(0, 100));
    counter.takePart();
    addAll(counter, numberedPackets(0, 1));
    expect(clientsOf(counter)).toEqual(expectedClients(numberedPackets(0, 1)));
  });
});

describe('remote clients of rows that are folded', () => {
  test('when rows are folded, then the others keep their clients', () => {
    const anyRuns = fc.array(anyRun, { minLength: 1, maxLength: 30, size: 'max' });
    fc.assert(
      fc.property(anyRuns, fc.integer({ min: 1, max: 8 }), (runs, maxRows) => {
        const packets = runs.flat();
        const tally = addAll(makeTally({ maxRows }), packets);
        tally.foldIfFull();
        const expected = expectedClients(packets);
        for (const [key, clients] of clientsOf(tally)) expect(clients).toBe(expected.get(key));
        expect(clientsOf(addAll(tally, packets))).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });

  test('when the table grew with rows that have no sketch, then these can be moved too', () => {
    const kept = Array.from({ length: 20 }, (_, port) => [
      ...numberedPackets(port, port + 1, { port }),
    ]).flat();
    const others = Array.from({ length: 40 }, (_, port) => [
      ...numberedPackets(0, 3, { port: 100 + port }),
    ]).flat();
    const tally = makeTally({ maxRows: 100 });
    addAll(tally, [...kept, ...others]);
    for (const row of [...rowsOf(tally)].slice(0, 20)) tally.addRow({ ...row, count: 1000 });
    const [local] = [...rowsOf(addAll(emptyTally(), numberedPackets(0, 1, { isRemote: false })))];
    for (let port = 0; port < 200; port++) tally.addRow({ ...local!, port, count: 500 });
    tally.foldIfFull();
    expect([tally.readRows(4).size, tally.folded.rows]).toEqual([50, 210]);
    const counted = [...clientsOf(tally)].filter(([, clients]) => clients !== undefined);
    expect(new Map(counted)).toEqual(expectedClients(kept));
  });

  /** A separate engine, whose memory can be examined; only the servers 0.0.0.0 and :: are local. */
  function bareEngine(): { engine: Engine; fill: () => void } {
    const engine = makeEngine();
    const view = new DataView(engine.memory.buffer);
    view.setUint32(HAS_CLIENTS, 1, true);
    for (const table of [PREFIXES_4, PREFIXES_6]) view.setUint8(table, 1);
    for (let at = 0; at < MULTIPLIER_COUNT * 8; at += 4)
      view.setUint32(MULTIPLIERS + at, (at + 1) * 0x9e3779b1);
    const fill = (): void => {
      for (let port = 0; port < 2000; port++) {
        // There are lists of any length, and registers.
        for (let client = 0; client <= port % 80; client++) {
          view.setUint32(CLIENT, 0x0100_0000 + client);
          view.setUint32(SERVER, 0);
          engine.add4(CLIENT, SERVER, port, 0);
          engine.add6(CLIENT, SERVER, port, 0);
        }
      }
      engine.settle();
    };
    return { engine, fill };
  }

  test.each([
    ['folded', (engine: Engine) => engine.fold(10)],
    ['taken', (engine: Engine) => engine.clear()],
  ])('when rows are %s again and again, then the memory of their clients is reused', (_how, giveUp) => {
    const { engine, fill } = bareEngine();
    for (let round = 0; round < 2; round++) {
      fill();
      giveUp(engine);
    }
    const { byteLength } = engine.memory.buffer;
    for (let round = 0; round < 20; round++) {
      fill();
      expect(engine.rowCount(4) + engine.rowCount(6)).toBeGreaterThan(3900);
      giveUp(engine);
    }
    expect(engine.memory.buffer.byteLength).toBe(byteLength);
  });
});
