// Writes an inventory as one JSON document, as docs/inventory.md describes it, with one item per line. Everything has a fixed
// order, so that the same inventory always results in the same bytes.

import { formatAddress, formatRange } from '../../ip/address.js';
import { toAddress } from '../../ip/address-words.js';
import { type PortRange, PROTOCOLS } from '../../ip/port.js';
import { REMOTE } from '../../names/reserved-names.js';
import { dayOf, isOneHour, unpackHours } from '../../tally/hours.js';
import { rowsOf, type TallyRow } from '../../tally/rows.js';
import type { Folded } from '../../tally/tally.js';
import { joinChunks } from '../../text/chunks.js';
import { compareBytes } from '../../text/compare-bytes.js';
import { stringifyJson } from '../../text/escape.js';
import { renderJsonItems } from '../../text/json-items.js';
import { formatTime } from '../../text/time.js';
import type { CaptureRecord, Inventory, Undecoded } from '../inventory.js';
import type { Scan, ScannedHost, ScannedPort } from '../scan.js';
import { compareUndecoded, knownUndecoded } from '../undecoded.js';
import { type InventoryDocument, SCHEMA, VERSION } from './document.js';
import { captureFields, counterFields, scanFields, spanFields, totalsFields } from './fields.js';
import { DocumentRows } from './rows.js';

/** How an inventory is saved. */
export interface WriteOptions {
  /** Leaves out the rows for which it returns true. By default none. */
  readonly omit?: (row: TallyRow) => boolean;
}

/**
 * Writes an inventory as a JSON document, as docs/inventory.md describes it. Read the inventory with `digests`, so that
 * a capture that comes twice is recognised later, with `clients`, so that its remote clients can be counted, and with
 * `hours`, so that comparisons can judge silence.
 * @returns the text in chunks of about 16 KiB, made while they are read
 */
export function* writeDocument(
  inventory: Inventory,
  { omit = () => false }: WriteOptions = {},
): Generator<string, void, undefined> {
  const { tally, inputs, captures, totals, kept, scans } = inventory;
  const connections = new DocumentRows();
  for (const row of rowsOf(tally)) if (!omit(row)) connections.add(row);
  const undecoded = knownUndecoded(inputs);
  yield* renderDocument({ captures, totals, undecoded, folded: tally.folded, kept, connections, scans });
}

export function renderDocument(document: InventoryDocument): Generator<string, void, undefined> {
  return joinChunks(piecesOf(document));
}

function* piecesOf(document: InventoryDocument): Generator<string> {
  const { captures, totals, undecoded, folded, kept, connections, scans } = document;
  yield `{\n  "schema": ${stringifyJson(SCHEMA)},\n  "version": ${VERSION},\n  "captures": [`;
  yield* renderJsonItems(captures.toSorted(compareCaptures), renderCapture);
  yield `],\n  "totals": ${stringifyJson(totalsFields(totals))},`;
  if (undecoded !== undefined) {
    yield '\n  "undecoded": [';
    yield* renderJsonItems(undecoded.toSorted(compareUndecoded), renderUndecoded);
    yield '],';
  }
  yield `\n  "folded": ${renderFolded(folded)},`;
  if (kept !== undefined) yield `\n  "kept": ${stringifyJson(kept.map(formatRange))},`;
  yield '\n  "connections": [';
  yield* renderJsonItems(connections, renderRow);
  yield '],\n  "scans": [';
  yield* renderJsonItems(scans.toSorted(compareScans), renderScan);
  yield ']\n}\n';
}

function renderCapture(capture: CaptureRecord): string {
  return stringifyJson(captureFields(capture));
}

function renderUndecoded({ reason, name, packets }: Undecoded): string {
  return stringifyJson({ reason, name, packets });
}

/** Orders captures by the time of the first SYN-ACK, then by their text, which begins with digest and name. */
function compareCaptures(a: CaptureRecord, b: CaptureRecord): number {
  if (a.firstSeen !== b.firstSeen) return a.firstSeen - b.firstSeen;
  return compareBytes(renderCapture(a), renderCapture(b));
}

function renderFolded({ rows, count, first, last, evidence }: Folded): string {
  return stringifyJson({
    rows,
    syn_acks: count,
    ...spanFields(first, last),
    evidence: rows > 0 ? counterFields(evidence) : undefined,
  });
}

function renderRow(row: TallyRow): string {
  const { family, client, server, port, count, first, last, remoteClients, hours, evidence } = row;
  const textOf = (words: Uint32Array | undefined): string =>
    words === undefined ? REMOTE : formatAddress(toAddress(family, words));
  return stringifyJson({
    family: client === undefined && server === undefined ? family : undefined,
    client: textOf(client),
    server: textOf(server),
    port,
    count,
    first_seen: formatTime(first),
    last_seen: formatTime(last),
    remote_clients: remoteClients && Buffer.from(remoteClients).toString('base64'),
    // If all SYN-ACKs are of the same hour, their times contain this already.
    hours: hours && !isOneHour(first, last) ? unpackHours(hours, dayOf(last)) : undefined,
    evidence: counterFields(evidence),
  });
}

/** Writes the scan on one line, and each of its hosts on another. */
function renderScan(scan: Scan): string {
  const { targets, ports, hosts } = scan;
  const head = stringifyJson({
    ...scanFields(scan),
    targets: targets.map(formatRange),
    ports: Object.fromEntries(
      PROTOCOLS.filter((protocol) => ports[protocol].length > 0).map((protocol) => [
        protocol,
        ports[protocol].map(formatPorts).join(','),
      ]),
    ),
  });
  const lines = hosts.map((host) => `\n      ${renderHost(host)}`);
  return `${head.slice(0, -'}'.length)},"hosts":[${lines.join(',')}${lines.length > 0 ? '\n    ' : ''}]}`;
}

function compareScans(a: Scan, b: Scan): number {
  return a.from - b.from || compareBytes(a.digest, b.digest);
}

function formatPorts({ first, last }: PortRange): string {
  return first === last ? `${first}` : `${first}-${last}`;
}

function renderHost({ address, from, to, ports, unlisted }: ScannedHost): string {
  return stringifyJson({
    address: formatAddress(address),
    from: formatTime(from),
    to: formatTime(to),
    ports: ports.map(describePort),
    unlisted,
  });
}

function describePort(found: ScannedPort): object {
  const { protocol, port, state, service, isProbed, product, version, extra } = found;
  return { port: `${port}/${protocol}`, state, service, probed: isProbed, product, version, extra };
}
