// Reads a saved inventory, as docs/inventory.md describes it, completely or not at all. It ignores fields that it does not
// know, because a later synsum may have added them.

import { isUtf8 } from 'node:buffer';
import { type AddressRange, compareAddresses, formatAddress, formatRange } from '../../ip/address.js';
import { toWords } from '../../ip/address-words.js';
import { mergeRanges } from '../../ip/merge-ranges.js';
import { PROTOCOLS } from '../../ip/port.js';
import { dayOf, isOneHour, packHours } from '../../tally/hours.js';
import { MAX_COUNT } from '../../tally/layout.js';
import type { TallyRow } from '../../tally/rows.js';
import type { Folded } from '../../tally/tally.js';
import { packetsByClassOf, type Totals } from '../../tally/totals.js';
import { quote } from '../../text/escape.js';
import { type CaptureRecord, UNDECODED_REASONS, type Undecoded } from '../inventory.js';
import { PORT_STATES, type Scan, type ScannedHost, type ScannedPort } from '../scan.js';
import { compareUndecoded } from '../undecoded.js';
import {
  checkEvidence,
  checkSpan,
  inOrder,
  oneOf,
  readAddress,
  readBoolean,
  readDigest,
  readEnd,
  readEvidence,
  readFamily,
  readHours,
  readPort,
  readPortOfProtocol,
  readProblems,
  readRanges,
  readSketch,
  readState,
  readTarget,
  readText,
  readTime,
  whole,
} from './checks.js';
import { type InventoryDocument, SCHEMA, VERSION } from './document.js';
import { TOTALS } from './fields.js';
import { DocumentError, JsonReader, type Read } from './json.js';
import { DocumentRows } from './rows.js';

export { DocumentError };

/** In bytes: the length of the longest string that V8 can hold. */
export const MAX_DOCUMENT_LENGTH: number = 2 ** 29 - 24;

const NEVER = { first: Number.POSITIVE_INFINITY, last: Number.NEGATIVE_INFINITY };

const readCount = whole(0);

/**
 * Reads a saved inventory. To summarise or compare one, give its file to `readInventory` instead.
 * @param source the JSON document, as text or in UTF-8
 * @throws DocumentError if anything in it is not as docs/inventory.md says
 */
export function readDocument(source: string | Uint8Array): InventoryDocument {
  const text = typeof source === 'string' ? source : decode(source);
  checkHeader(text);
  const json = new JsonReader(text);
  const { captures, totals, undecoded, folded, kept, connections, scans } = json.object(
    {
      captures: readCaptures,
      totals: readTotals,
      folded: readFolded,
      connections: readConnections,
      scans: readScans,
    },
    { schema: readText, version: readCount, undecoded: readUndecoded, kept: readKept },
  );
  json.end();
  checkTotals(json, { totals: totals.totals, undecoded, folded, connections }, totals.start);
  return {
    captures,
    totals: totals.totals,
    ...(undecoded === undefined ? {} : { undecoded }),
    folded,
    ...(kept === undefined ? {} : { kept }),
    connections,
    scans,
  };
}

function decode(bytes: Uint8Array): string {
  if (bytes.length > MAX_DOCUMENT_LENGTH) {
    throw new DocumentError(`found ${bytes.length} bytes, expected at most ${MAX_DOCUMENT_LENGTH}`);
  }
  if (isUtf8(bytes)) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
  let line = 1;
  let start = 0;
  for (let end = bytes.indexOf(0x0a); end >= 0 && isUtf8(bytes.subarray(start, end)); line++) {
    start = end + 1;
    end = bytes.indexOf(0x0a, start);
  }
  throw new DocumentError('found bytes that are not UTF-8, expected text in UTF-8', { line });
}

/** Checks schema and version first, wherever they are: other documents and later versions may contain anything. */
function checkHeader(text: string): void {
  readField(text, 'schema', (json) => {
    const expected = `"${SCHEMA}", as synsum save writes it`;
    if (json.string(expected) !== SCHEMA) json.refuse(expected);
  });
  readField(text, 'version', (json) => {
    const version = whole(1)(json);
    if (version > VERSION) {
      json.fail(`found version ${version}, expected at most ${VERSION}: a newer synsum wrote it`);
    }
  });
}

function readField(text: string, name: string, read: Read<void>): void {
  const json = new JsonReader(text);
  let isFound = false;
  json.forEachField((field) => {
    if (field === name) read(json);
    else json.skip();
    isFound = field === name;
    return isFound;
  });
  if (!isFound) json.fail(`found no ${quote(name)}, expected a saved inventory`);
}

function readCaptures(json: JsonReader): CaptureRecord[] {
  return json.array(() => {
    const { packets_read, syn_acks, first_seen, last_seen, digest, since, until, ...rest } = json.object(
      {
        name: readText,
        format: readText,
        packets_read: readCount,
        syn_acks: readCount,
        problems: readProblems,
      },
      { digest: readDigest, first_seen: readTime, last_seen: readTime, since: readTime, until: readTime },
    );
    checkSpan(json, first_seen, last_seen);
    if (since !== undefined && until !== undefined && since >= until) {
      json.fail('found "until" that is not after "since", expected a later time');
    }
    return {
      ...(digest === undefined ? {} : { digest }),
      ...rest,
      packetsRead: packets_read,
      synAcks: syn_acks,
      firstSeen: first_seen ?? NEVER.first,
      lastSeen: last_seen ?? NEVER.last,
      ...(since === undefined ? {} : { since }),
      ...(until === undefined ? {} : { until }),
    };
  });
}

const readReason: Read<Undecoded['reason']> = oneOf(UNDECODED_REASONS);

/** Reads a list of packets that were not decoded. */
export function readUndecoded(json: JsonReader): Undecoded[] {
  const all = json.array((item) =>
    item.object({ reason: readReason, name: readText, packets: whole(1, MAX_COUNT) }, {}),
  );
  const distinct = inOrder(json, all, compareKinds, ({ reason, name }) => `${reason} ${quote(name)}`);
  return distinct.sort(compareUndecoded);
}

function compareKinds(a: Undecoded, b: Undecoded): number {
  return compareUndecoded({ ...a, packets: 0 }, { ...b, packets: 0 });
}

const readKept: Read<AddressRange[]> = (json) => mergeRanges(json.array(readTarget));

interface FoundTotals {
  readonly totals: Totals;
  /** Where they begin in the document. */
  readonly start: number;
}

function readTotals(json: JsonReader): FoundTotals {
  const found = json.object(Object.fromEntries(Object.keys(TOTALS).map((field) => [field, readCount])), {});
  const totals = Object.fromEntries(
    Object.entries(TOTALS).map(([field, name]) => [name, found[field]]),
  ) as unknown as Totals;
  const sum = packetsByClassOf(totals).reduce((all, count) => all + count, 0);
  if (sum !== totals.packetsRead) {
    json.fail(`found packets_read ${totals.packetsRead}, expected the sum of the packets by class, ${sum}`);
  }
  if (totals.synAcks > MAX_COUNT) json.fail(tooMany(totals.synAcks));
  if (totals.packetsRead > MAX_COUNT)
    json.fail(`found packets_read ${totals.packetsRead}, expected at most ${MAX_COUNT}`);
  return { totals, start: json.start };
}

/** Checks that the packets of a document's parts are not more than their total. */
function checkTotals(
  json: JsonReader,
  {
    totals,
    undecoded = [],
    folded,
    connections,
  }: Omit<InventoryDocument, 'captures' | 'scans'> & { connections: DocumentRows },
  start: number,
): void {
  const listed = undecoded.reduce((sum, { packets }) => sum + packets, 0);
  if (listed > totals.packetsRead - totals.synAcks) {
    const expected = `expected at least the ${totals.synAcks} SYN-ACKs and the ${listed} packets of "undecoded"`;
    json.fail(`found packets_read ${totals.packetsRead}, ${expected}`, start, ['totals', 'packets_read']);
  }
  const parts = connections.count + folded.count + totals.outsideTime;
  if (parts <= totals.synAcks) return;
  const expected = `expected at least the ${parts} of "connections", "folded" and "outside_time"`;
  json.fail(`found syn_acks ${totals.synAcks}, ${expected}`, start, ['totals', 'syn_acks']);
}

function tooMany(synAcks: number): string {
  return `found ${synAcks} SYN-ACKs, expected at most ${MAX_COUNT}`;
}

function readFolded(json: JsonReader): Folded {
  const { rows, syn_acks, first_seen, last_seen, evidence } = json.object(
    { rows: readCount, syn_acks: readCount },
    { first_seen: readTime, last_seen: readTime, evidence: readEvidence },
  );
  checkEvidence(json, syn_acks, evidence);
  if (checkSpan(json, first_seen, last_seen) !== rows > 0) {
    json.fail(`found ${rows} rows, expected times if there are rows, and only then`);
  }
  return {
    rows,
    count: syn_acks,
    first: first_seen ?? NEVER.first,
    last: last_seen ?? NEVER.last,
    ...(evidence === undefined ? {} : { evidence }),
  };
}

function readConnections(json: JsonReader): DocumentRows {
  const rows = new DocumentRows();
  const starts: number[] = [];
  json.forEachItem(() => {
    const row = readConnection(json);
    rows.add(row);
    starts.push(json.start);
    if (rows.count > MAX_COUNT) json.fail(tooMany(rows.count));
  });
  const repeated = rows.findRepeated();
  if (repeated !== undefined) {
    const message = 'found a second connection with this client, server and port, expected each once';
    json.fail(message, starts[repeated], ['connections', repeated]);
  }
  return rows;
}

const CONNECTION = {
  client: readEnd,
  server: readEnd,
  port: readPort,
  count: whole(1, MAX_COUNT),
  first_seen: readTime,
  last_seen: readTime,
} as const;

function readConnection(json: JsonReader): TallyRow {
  const { client, server, port, count, first_seen, last_seen, family, ...optional } = json.object(
    CONNECTION,
    {
      family: readFamily,
      remote_clients: readSketch,
      hours: readHours,
      evidence: readEvidence,
    },
  );
  const { remote_clients, hours, evidence } = optional;
  checkSpan(json, first_seen, last_seen);
  const version = family ?? client?.family ?? server?.family;
  if (version === undefined)
    json.fail('found no "family", expected 4 or 6, because there is no address to show it');
  if ((client?.family ?? version) !== version || (server?.family ?? version) !== version) {
    json.fail('found IPv4 and IPv6, expected the same family for client and server');
  }
  if (client !== undefined && remote_clients !== undefined) {
    json.fail('found "remote_clients" for a single client, expected it only if the client is "_"');
  }
  if (hours !== undefined && hours.reduce((sum, [, ofHour]) => sum + ofHour, 0) > count) {
    json.fail(`found more SYN-ACKs in "hours" than in "count", expected at most ${count}`);
  }
  checkEvidence(json, count, evidence);
  return {
    family: version,
    client: client && toWords(client),
    server: server && toWords(server),
    port,
    count,
    first: first_seen,
    last: last_seen,
    ...(remote_clients === undefined ? {} : { remoteClients: remote_clients }),
    ...(hours === undefined || isOneHour(first_seen, last_seen)
      ? {}
      : { hours: packHours(dayOf(last_seen), hours) }),
    ...(evidence === undefined ? {} : { evidence }),
  };
}

function readScans(json: JsonReader): Scan[] {
  const scans = json.array(readScan);
  return inOrder(
    json,
    scans,
    (a, b) => Number(a.digest > b.digest) - Number(a.digest < b.digest),
    ({ digest }) => digest,
  );
}

const readRangesByProtocol = Object.fromEntries(PROTOCOLS.map((protocol) => [protocol, readRanges]));

function readScan(json: JsonReader): Scan {
  const { complete, targets, ports, hosts, ...found } = json.object(
    {
      digest: readDigest,
      scanner: readText,
      from: readTime,
      to: readTime,
      complete: readBoolean,
      targets: (targets) =>
        inOrder(
          targets,
          targets.array(readTarget),
          (a, b) =>
            compareAddresses({ family: a.family, value: a.first }, { family: b.family, value: b.first }),
          (range) => `part of ${formatRange(range)}`,
          (before, after) => before.family < after.family || before.last < after.first,
        ),
      ports: (ports) => ports.object({}, readRangesByProtocol),
      hosts: readHosts,
    },
    {},
  );
  checkSpan(json, found.from, found.to);
  const { tcp = [], udp = [], sctp = [] } = ports;
  return { ...found, isComplete: complete, targets, ports: { tcp, udp, sctp }, hosts };
}

function readHosts(json: JsonReader): ScannedHost[] {
  const hosts = json.array(() => {
    const { unlisted = [], ...host } = json.object(
      { address: readAddress, from: readTime, to: readTime, ports: readScannedPorts },
      { unlisted: (states) => states.array(readState) },
    );
    checkSpan(json, host.from, host.to);
    if (unlisted.length === 0) return host;
    return { ...host, unlisted: PORT_STATES.filter((state) => unlisted.includes(state)) };
  });
  return inOrder(
    json,
    hosts,
    (a, b) => compareAddresses(a.address, b.address),
    ({ address }) => formatAddress(address),
  );
}

function readScannedPorts(json: JsonReader): ScannedPort[] {
  const ports = json.array(() => {
    const { port, probed, ...rest } = json.object(
      { port: readPortOfProtocol, state: readState },
      { service: readText, probed: readBoolean, product: readText, version: readText, extra: readText },
    );
    return { ...port, ...rest, ...(probed === undefined ? {} : { isProbed: probed }) };
  });
  return inOrder(
    json,
    ports,
    (a, b) => PROTOCOLS.indexOf(a.protocol) - PROTOCOLS.indexOf(b.protocol) || a.port - b.port,
    ({ port, protocol }) => `${port}/${protocol}`,
  );
}
