// Builds a scan from the elements in a report of nmap or masscan. Elements have the names of nmap.dtd; those that are not
// named here are ignored.

import type { Scan } from '../../inventory/scan.js';
import { formatAddress } from '../../ip/address.js';
import { mergeRanges } from '../../ip/merge-ranges.js';
import { type PortRange, PROTOCOLS, type Protocol, parsePortRange } from '../../ip/port.js';
import { HostElement, type ReportProblem, readSeconds } from './host.js';
import { HostCollection } from './hosts.js';
import { countAddresses, mergePorts, subtractRanges } from './ranges.js';
import { StringPool } from './string-pool.js';
import { type Attributes, type ElementHandler, Fault, shorten } from './syntax.js';
import { type NamedTargets, readTargets } from './targets.js';

/** The progress of a running nmap. */
export interface NmapProgress {
  /** Such as `SYN Stealth Scan`; nmap may run the same task several times. */
  readonly task: string;
  readonly percent: number;
  /** Seconds until the task ends; undefined if nmap does not say. */
  readonly remaining: number | undefined;
  /** Machines that nmap has finished, whether they are up or down. */
  readonly hostsCompleted: number;
}

/**
 * These scans cannot recognise an open port, so a port that they do not list may be open:
 * https://nmap.org/book/man-port-scanning-techniques.html
 */
const BLIND_SCANS: ReadonlySet<string> = new Set(['ack', 'fin', 'maimon', 'null', 'sctpcookieecho', 'xmas']);

/** A list of all ports, with commas, is shorter than this. */
const MAX_SERVICES_LENGTH = 400_000;
const MAX_QUOTE_LENGTH = 80;

export class NmapReport implements ElementHandler {
  /** Whether the root element has begun, and whether it has ended. */
  isOpen: boolean = false;
  isClosed: boolean = false;
  /** Whether nmap wrote at the end that it had finished, and its error message if it failed. */
  isFinished: boolean = false;
  failure: string | undefined;
  format: string = '';
  readonly hosts: HostCollection = new HostCollection();
  readonly #report: ReportProblem;
  readonly #onProgress: ((progress: NmapProgress) => void) | undefined;
  readonly #strings = new StringPool();
  /** The function to call when an element begins, by the path of the element. All other elements are ignored. */
  readonly #elements: ReadonlyMap<string, (attributes: Attributes) => void>;
  /** The paths of the open elements; empty for elements that are ignored. */
  readonly #paths: string[] = [];
  #scanner = '';
  #start: number | undefined;
  #finish: number | undefined;
  #targets: NamedTargets = { isListScan: false, ranges: undefined };
  /** nmap did not try some of its targets, because it could not reach them. */
  #hasSkipped = false;
  /** The machines that are up, and all targets, as nmap counted them. */
  #up: number | undefined;
  #total: number | undefined;
  readonly #ports: Record<Protocol, PortRange[]> = { tcp: [], udp: [], sctp: [] };
  #host: HostElement | undefined;

  constructor(report: ReportProblem, onProgress?: (progress: NmapProgress) => void) {
    this.#report = report;
    this.#onProgress = onProgress;
    this.#elements = new Map([
      ['nmaprun', (run: Attributes): void => this.#openRun(run)],
      ['nmaprun/scaninfo', (info): void => this.#addPorts(info)],
      ['nmaprun/target', (target): void => this.#noteTarget(target)],
      ['nmaprun/taskprogress', (task): void => this.#showProgress(task)],
      ['nmaprun/host', (host): void => this.#openHost(host)],
      ['nmaprun/host/status', (status): void => this.#host?.status(status)],
      ['nmaprun/host/address', (address): void => this.#host?.address(address)],
      ['nmaprun/host/ports', (): void => {}],
      ['nmaprun/host/ports/extraports', (ports): void => this.#host?.extraPorts(ports)],
      ['nmaprun/host/ports/port', (port): void => this.#host?.openPort(port)],
      ['nmaprun/host/ports/port/state', (state): void => this.#host?.portState(state)],
      ['nmaprun/host/ports/port/service', (service): void => this.#host?.service(service)],
      ['nmaprun/runstats', (): void => {}],
      ['nmaprun/runstats/finished', (finished): void => this.#readFinish(finished)],
      ['nmaprun/runstats/hosts', (hosts): void => this.#readCounts(hosts)],
    ]);
  }

  /** The innermost open element that is not ignored. */
  get openElement(): string {
    const path = this.#paths.findLast((known) => known !== '') ?? '';
    return path.slice(path.lastIndexOf('/') + 1);
  }

  open(name: string, attributes: Attributes): void {
    const parent = this.#paths.at(-1);
    const path = parent === undefined ? name : parent === '' ? '' : `${parent}/${name}`;
    if (parent === undefined && name !== 'nmaprun') {
      throw new Fault(`found <${shorten(name, MAX_QUOTE_LENGTH)}>, expected <nmaprun>`);
    }
    const enter = this.#elements.get(path);
    this.#paths.push(enter === undefined ? '' : path);
    enter?.(attributes);
  }

  close(): void {
    const path = this.#paths.pop();
    if (path === 'nmaprun/host/ports/port') this.#host?.closePort();
    else if (path === 'nmaprun/host') this.#closeHost();
    else if (path === 'nmaprun') this.isClosed = true;
  }

  scan(isComplete: boolean): Omit<Scan, 'digest'> {
    const { isListScan } = this.#targets;
    const times = [this.hosts.first, this.hosts.last, this.#finish ?? Number.NaN].filter(Number.isFinite);
    // A report without any time counts as the oldest, so that all others supersede it.
    const from = this.#start ?? (times.length === 0 ? 0 : Math.min(...times));
    const to = Math.max(from, this.#finish ?? Math.max(from, ...times));
    return {
      scanner: this.#scanner,
      from,
      to,
      isComplete,
      targets: isListScan ? [] : this.#scannedTargets(isComplete),
      ports: isListScan ? { tcp: [], udp: [], sctp: [] } : this.#ports,
      hosts: isListScan ? [] : this.hosts.machines(from, to),
    };
  }

  #openRun({ scanner = 'nmap', version = '', args, start, xmloutputversion = '' }: Attributes): void {
    this.isOpen = true;
    this.#scanner = this.#strings.keep(`${scanner} ${version}`.trim()) ?? '';
    this.format = this.#strings.keep(`${scanner} XML ${xmloutputversion}`.trim()) ?? '';
    this.#start = readSeconds(start, this.#report);
    if (args !== undefined) this.#targets = readTargets(args);
  }

  /** masscan does not list the ports that it scanned; then only the ports that it found count as scanned. */
  #addPorts({ type = '', protocol = '', services }: Attributes): void {
    const known = PROTOCOLS.find((name) => name === protocol);
    if (known === undefined || services === undefined || services === '' || BLIND_SCANS.has(type)) return;
    const ranges = parseServices(services);
    if (ranges === undefined) {
      this.#report(
        'invalid-value',
        `found the ports "${shorten(services, MAX_QUOTE_LENGTH)}", expected ports like 1-1000,3306`,
      );
    } else {
      this.#ports[known] = mergePorts([...this.#ports[known], ...ranges]);
    }
  }

  #showProgress({ task = '', percent = '', remaining }: Attributes): void {
    if (this.#onProgress === undefined || !Number.isFinite(Number.parseFloat(percent))) return;
    this.#onProgress({
      task: shorten(task, MAX_QUOTE_LENGTH),
      percent: Number.parseFloat(percent),
      remaining: remaining !== undefined && /^\d{1,9}$/.test(remaining) ? Number(remaining) : undefined,
      hostsCompleted: this.hosts.size,
    });
  }

  #openHost(attributes: Attributes): void {
    this.#host = new HostElement(attributes, this.#strings, this.#report);
  }

  #closeHost(): void {
    const host = this.#host;
    if (host === undefined) return;
    this.#host = undefined;
    host.close();
    this.hosts.add(host);
    const [address] = host.addresses;
    if (host.isTimedOut && address !== undefined) {
      this.#report(
        'incomplete-scan',
        `${formatAddress(address)} took too long for nmap: its ports are unknown, so it is left out`,
      );
    }
  }

  #readFinish({ time, exit, errormsg }: Attributes): void {
    this.#finish = readSeconds(time, this.#report);
    this.isFinished = true;
    if (errormsg === undefined && (exit === undefined || exit === 'success')) return;
    this.failure = shorten(errormsg ?? exit ?? '', MAX_QUOTE_LENGTH);
  }

  #readCounts({ up, total }: Attributes): void {
    this.#up = Number(up);
    this.#total = Number(total);
  }

  #noteTarget({ status }: Attributes): void {
    this.#hasSkipped ||= status === 'skipped';
  }

  /**
   * Returns the machines in the report, and all others that the command line names, unless it is doubtful whether those
   * were scanned and are down. It is doubtful if nmap counted more machines up than it lists, as with `--open`, or fewer
   * targets than the command line names, or if its counts are not numbers.
   */
  #scannedTargets(isComplete: boolean): Scan['targets'] {
    const listed = this.hosts.listed();
    const named = this.#targets.ranges;
    if (!isComplete || named === undefined || this.#hasSkipped) return listed;
    if (this.#up !== undefined && !(this.#up <= this.hosts.up)) return listed;
    if (this.#total !== undefined && !(countAddresses(named) <= this.#total)) return listed;
    return mergeRanges([...subtractRanges(named, this.hosts.unknown()), ...listed]);
  }
}

function parseServices(services: string): PortRange[] | undefined {
  if (services.length > MAX_SERVICES_LENGTH) return undefined;
  const ranges: PortRange[] = [];
  for (const part of services.split(',')) {
    const range = parsePortRange(part);
    if (range === undefined) return undefined;
    ranges.push(range);
  }
  return ranges;
}
