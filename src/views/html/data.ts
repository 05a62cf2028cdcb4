// The rows of a page for its script: columns of numbers, with their bytes sorted by weight so that they compress well,
// deflated, in base64. src/views/html/page/data.ts reads them.

import { deflateRawSync } from 'node:zlib';
import { DIRECTIONS } from '../../inventory/picture/panels.js';
import type { Picture } from '../../inventory/picture/picture.js';
import type { Row } from '../../inventory/picture/rows.js';
import { formatAddress } from '../../ip/address.js';
import { visible } from '../../text/escape.js';
import { type DataHeader, NOWHERE } from './page-data.js';
import { nameOf, type Times } from './wording.js';

/** Bytes of each number. */
const WEIGHTS = 4;

export function encodeData(picture: Picture, rows: readonly Row[], times: Times): string {
  const { machines, matrix, panels, flow, span } = picture;
  const bandAfter = (band: number | undefined): number =>
    band === undefined ? NOWHERE : flow.bands[0].length + band;
  const services = new Index();
  const verdicts = new Index();
  const base = rows.length === 0 ? 0 : Math.floor(times.wall(span.firstSeen) / times.unit) * times.unit;
  const timeOf = (time: number): number => Math.floor(times.wall(time) / times.unit) - base / times.unit;
  const offsets: number[] = [];
  let offset = 0;
  for (const direction of DIRECTIONS) {
    offsets.push(offset);
    offset += panels[direction].links.length;
  }
  const linkOf = (row: Row): number => {
    for (const [at, direction] of DIRECTIONS.entries()) {
      const link = panels[direction].linkOf.get(row);
      if (link !== undefined) return (offsets[at] as number) + link;
    }
    return NOWHERE;
  };
  const columns = [
    (row: Row) => row.client,
    (row: Row) => row.server,
    (row: Row) => services.add(row.service),
    (row: Row) => row.port,
    (row: Row) => row.connections,
    (row: Row) => timeOf(row.firstSeen),
    (row: Row) => timeOf(row.lastSeen) - timeOf(row.firstSeen),
    (row: Row) => verdicts.add(row.verdict ?? ''),
    linkOf,
    (row: Row) => matrix.cellOf.get(row) ?? NOWHERE,
    (row: Row) => flow.bandOf[0].get(row) ?? NOWHERE,
    (row: Row) => bandAfter(flow.bandOf[1].get(row)),
  ];
  const packed = Buffer.concat(columns.map((column) => packColumn(rows, column)));
  const header: DataHeader = {
    rows: rows.length,
    machines: machines.map((machine) => {
      const addresses = machine.addresses.map(formatAddress).filter((address) => address !== machine.label);
      return [visible(nameOf(machine)), machine.isOurs ? 1 : 0, ...addresses];
    }),
    services: services.texts.map((text) => visible(text)),
    verdicts: verdicts.texts,
    base,
    unit: times.unit,
    zone: times.zone,
    isOneDay: times.day !== undefined,
  };
  const text = Buffer.from(`${JSON.stringify(header)}\n`);
  return deflateRawSync(Buffer.concat([text, packed])).toString('base64');
}

/** The lowest bytes of all numbers, then the next, and so on. */
function packColumn(rows: readonly Row[], column: (row: Row) => number): Buffer {
  const bytes = Buffer.alloc(rows.length * WEIGHTS);
  for (const [at, row] of rows.entries()) {
    const number = column(row) >>> 0;
    for (let weight = 0; weight < WEIGHTS; weight++) {
      bytes[weight * rows.length + at] = (number >>> (weight * 8)) & 0xff;
    }
  }
  return bytes;
}

class Index {
  readonly texts: string[] = [];
  readonly #numbers = new Map<string, number>();

  add(text: string): number {
    let number = this.#numbers.get(text);
    if (number === undefined) {
      number = this.texts.push(text) - 1;
      this.#numbers.set(text, number);
    }
    return number;
  }
}
