// What the elements of a report by nmap or masscan say, put together: the scan. The names are those of nmap.dtd, and
// what is not named here is passed over.

import type { Scan } from '../../inventory/scan.js';
import { formatAddress } from '../../ip/address.js';
import { mergeRanges } from '../../ip/merge-ranges.js';
import { type PortRange, PROTOCOLS, type Protocol, parsePortRange } from '../../ip/port.js';
import { HostElement, type ReportProblem, readSeconds } from './host.js';
import { HostCollection } from './hosts.js';
import { countAddresses, mergePorts, subtractRanges } from './ranges.js';
import { type Attributes, type ElementHandler, Fault, shorten } from './syntax.js';
import { type NamedTargets, readTargets } from './targets.js';
import { TextPool } from './texts.js';

/** How far nmap is. */
export interface NmapProgress {
  /** Such as `SYN Stealth Scan`; of each there may be several rounds. */
  readonly task: string;
  readonly percent: number;
  /** Seconds until the task ends; undefined if nmap does not say. */
  readonly remaining: number | undefined;
  /** Machines that are done, up or down. */
  readonly hostsCompleted: number;
}

/**
 * These scans cannot tell an open port, so that one that they do not list may be open:
 * https://nmap.org/book/man-port-scanning-techniques.html
 */
const BLIND_SCANS: ReadonlySet<string> = new Set(['ack', 'fin', 'maimon', 'null', 'sctpcookieecho', 'xmas']);

/** All ports one by one, with their commas, are shorter. */
const MAX_SERVICES_LENGTH = 400_000;
const MAX_QUOTE_LENGTH = 80;

export class NmapReport implements ElementHandler {
  /** The root has been opened; it has been closed. */
  isOpen: boolean = false;
  isClosed: boolean = false;
  /** What nmap says at the end: that it finished well, or what went wrong. */
  isFinished: boolean = false;
  failure: string | undefined;
  format: string = '';
  readonly hosts: HostCollection = new HostCollection();
  readonly #report: ReportProblem;
  readonly #onProgress: ((progress: NmapProgress) => void) | undefined;
  readonly #texts = new TextPool();
  /** What is done where an element begins, by the path to it. In others nothing is looked at. */
  readonly #elements: ReadonlyMap<string, (attributes: Attributes) => void>;
  /** The paths of the elements that are open; empty where nothing is looked at. */
  readonly #paths: string[] = [];
  #scanner = '';
  #start: number | undefined;
  #finish: number | undefined;
  #targets: NamedTargets = { isListScan: false, ranges: undefined };
  /** nmap could not reach some of its targets, and did not try. */
  #hasSkipped = false;
  /** As nmap counted them: those up, and all targets. */
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

  /** The innermost open element of those that are looked at. */
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
    // A report without any time is as old as can be: any other knows better.
    const from = this.#start ?? (times.length === 0 ? 0 : Math.min(...times));
    const to = Math.max(from, this.#finish ?? Math.max(from, ...times));
    return {
      scanner: this.#scanner,
      from,
      to,
      isComplete,
      targets: isListScan ? [] : this.#lookedAt(isComplete),
      ports: isListScan ? { tcp: [], udp: [], sctp: [] } : this.#ports,
      hosts: isListScan ? [] : this.hosts.machines(from, to),
    };
  }

  #openRun({ scanner = 'nmap', version = '', args, start, xmloutputversion = '' }: Attributes): void {
    this.isOpen = true;
    this.#scanner = this.#texts.keep(`${scanner} ${version}`.trim()) ?? '';
    this.format = this.#texts.keep(`${scanner} XML ${xmloutputversion}`.trim()) ?? '';
    this.#start = readSeconds(start, this.#report);
    if (args !== undefined) this.#targets = readTargets(args);
  }

  /** masscan writes no list of ports: then only those that it found count as looked at. */
  #addPorts({ type = '', protocol = '', services }: Attributes): void {
    const known = PROTOCOLS.find((name) => name === protocol);
    if (known === undefined || services === undefined || services === '' || BLIND_SCANS.has(type)) return;
    const ranges = parseServices(services);
    if (ranges === undefined) {
      this.#report(
        'invalid-value',
        `found the ports "${shorten(services, MAX_QUOTE_LENGTH)}", expected some like 1-1000,3306`,
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
    this.#host = new HostElement(attributes, this.#texts, this.#report);
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
   * The machines in the report; and the others that the command line names, if nothing speaks against it that these
   * were looked at and are down. It does if nmap counted more machines up than it lists, as with `--open`, or fewer
   * targets than the command line names; or if what it counted is no number.
   */
  #lookedAt(isComplete: boolean): Scan['targets'] {
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
