// The filter: words that all must be found, such as `web1 service:ssh -server:Internet net:10.1.0.0/16 count>100`.

import type { Data } from './data.js';

/** Whether a row passes. */
export type Test = (row: number) => boolean;

/** Reads a filter. @throws Error with a message for the user */
export function parseFilter(text: string, data: Data): Test {
  const terms = text.match(/(?:"[^"]*"|\S)+/g) ?? [];
  const tests = terms.map((term) => {
    const isNegated = term.length > 1 && term.startsWith('-');
    const test = parseTerm((isNegated ? term.slice(1) : term).replaceAll('"', ''), data);
    return isNegated ? (row: number): boolean => !test(row) : test;
  });
  return (row) => tests.every((test) => test(row));
}

function parseTerm(term: string, data: Data): Test {
  const { header, client, server, service, port, count, verdict } = data;
  const number = /^(count|port)(>=|<=|>|<|=)(\d+)$/i.exec(term);
  if (number !== null) {
    const [, name = '', sign = '', digits = ''] = number;
    const column = name.toLowerCase() === 'port' ? port : count;
    const limit = Number(digits);
    const isWanted = COMPARE[sign] as (a: number, b: number) => boolean;
    return (row) => isWanted(column[row] as number, limit);
  }
  const [, key = '', value = ''] = /^(client|server|machine|service|port|net|is):(.*)$/is.exec(term) ?? [];
  const machines = (test: (label: string, addresses: readonly string[]) => boolean): Uint8Array =>
    Uint8Array.from(header.machines, ([label, , ...addresses]) => Number(test(label, addresses)));
  const byText = (isWanted: (text: string) => boolean): Uint8Array =>
    machines((label, addresses) => isWanted(label) || addresses.some(isWanted));
  const isEqual = wildcard(value);
  switch (key.toLowerCase()) {
    case 'client':
    case 'server':
    case 'machine': {
      const wanted = byText(isEqual);
      if (key === 'client') return (row) => wanted[client[row] as number] === 1;
      if (key === 'server') return (row) => wanted[server[row] as number] === 1;
      return (row) => wanted[client[row] as number] === 1 || wanted[server[row] as number] === 1;
    }
    case 'net': {
      const contains = parseNetwork(value);
      const wanted = machines((label, addresses) =>
        (addresses.length > 0 ? addresses : [label]).some(contains),
      );
      return (row) => wanted[client[row] as number] === 1 || wanted[server[row] as number] === 1;
    }
    case 'service': {
      const wanted = header.services.map(isEqual);
      return (row) => wanted[service[row] as number] === true || String(port[row]) === value;
    }
    case 'port':
      return (row) => String(port[row]) === value;
    case 'is': {
      const wanted = header.verdicts.map(isEqual);
      return (row) => wanted[verdict[row] as number] === true;
    }
    default: {
      const word = term.toLowerCase();
      const has = (text: string): boolean => text.toLowerCase().includes(word);
      const ends = byText(has);
      const services = header.services.map(has);
      return (row) =>
        ends[client[row] as number] === 1 ||
        ends[server[row] as number] === 1 ||
        services[service[row] as number] === true ||
        String(port[row]) === word;
    }
  }
}

const COMPARE: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '>': (a, b) => a > b,
  '<': (a, b) => a < b,
  '>=': (a, b) => a >= b,
  '<=': (a, b) => a <= b,
  '=': (a, b) => a === b,
};

/** The whole text, whatever its case; `*` stands for any characters. */
function wildcard(pattern: string): (text: string) => boolean {
  const source = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  const expression = new RegExp(`^${source}$`, 'is');
  return (text) => expression.test(text);
}

function parseNetwork(text: string): (address: string) => boolean {
  const [base = '', prefix] = text.split('/');
  const first = bitsOf(base);
  const length = prefix === undefined ? first?.length : Number(prefix);
  if (first === undefined || length === undefined || !(length <= first.length)) {
    throw new Error(`net:${text} is not a network, such as 10.1.0.0/16`);
  }
  const head = first.slice(0, length);
  return (address) => {
    const bits = bitsOf(address);
    return bits !== undefined && bits.length === first.length && bits.startsWith(head);
  };
}

/** An address as text of 32 or 128 digits; undefined for anything else. */
function bitsOf(address: string): string | undefined {
  const binary = (number: number, width: number): string => number.toString(2).padStart(width, '0');
  const quad = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  if (quad !== null)
    return quad
      .slice(1)
      .map((byte) => binary(Number(byte), 8))
      .join('');
  if (!/^[\da-f:]*:[\da-f:]*$/i.test(address)) return undefined;
  const [head = '', tail] = address.split('::');
  const groups = (part: string): string[] => (part === '' ? [] : part.split(':'));
  const [front, back] = [groups(head), groups(tail ?? '')];
  const zeros = Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => '0');
  return [...front, ...(tail === undefined ? [] : zeros), ...back]
    .map((group) => binary(Number.parseInt(group, 16), 16))
    .join('');
}
