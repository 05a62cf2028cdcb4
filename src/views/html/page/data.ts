// The rows of the page as columns of numbers, which ../data.ts has packed.

import type { DataHeader } from '../page-data.js';

export interface Data {
  readonly header: DataHeader;
  readonly rows: number;
  readonly client: Uint32Array;
  readonly server: Uint32Array;
  readonly service: Uint32Array;
  readonly port: Uint32Array;
  readonly count: Uint32Array;
  /** Units after the base, and the time from the first to the last. */
  readonly first: Uint32Array;
  readonly length: Uint32Array;
  readonly verdict: Uint32Array;
  /** The link and the cell of the map; NOWHERE for rows that are not on it. */
  readonly link: Uint32Array;
  readonly cell: Uint32Array;
  /** The two bands of the flow. */
  readonly bandIn: Uint32Array;
  readonly bandOut: Uint32Array;
}

const WEIGHTS = 4;

export async function readData(): Promise<Data> {
  const text = document.getElementById('data')?.textContent ?? '';
  const packed = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const end = bytes.indexOf(10);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end))) as DataHeader;
  const { rows } = header;
  let offset = end + 1;
  const next = (): Uint32Array => {
    const column = new Uint32Array(rows);
    for (let weight = 0; weight < WEIGHTS; weight++) {
      for (let row = 0; row < rows; row++) {
        column[row] = (column[row] as number) | ((bytes[offset++] as number) << (8 * weight));
      }
    }
    return column;
  };
  return {
    header,
    rows,
    client: next(),
    server: next(),
    service: next(),
    port: next(),
    count: next(),
    first: next(),
    length: next(),
    verdict: next(),
    link: next(),
    cell: next(),
    bandIn: next(),
    bandOut: next(),
  };
}

/** Writes a time as the page does. */
export function formatTime({ header: { base, unit, isOneDay } }: Data, units: number): string {
  const text = new Date((base + units * unit) * 1000).toISOString().slice(0, unit === 1 ? 19 : 16);
  return isOneDay ? text.slice(11) : text.replace('T', ' ');
}

export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

export function labelOf({ header }: Data, machine: number): string {
  return header.machines[machine]?.[0] ?? '';
}
