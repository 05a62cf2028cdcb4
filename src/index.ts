// The library: everything that `import … from 'synsum'` offers. It takes the steps of the commands: load the names, read
// sources into an inventory, derive a summary, lists or changes from it, render them. docs/library.md has more examples,
// and says what stays stable. test/library.test.ts runs this example, which docs/library.md shows too:

/*
import { loadNames, readInventory, render, summarize } from 'synsum';

const { names } = await loadNames({ hosts: 'hosts.yaml' });
const inventory = await readInventory(['office.pcap'], { names });
for (const { name, problems } of inventory.inputs) {
  for (const { message } of problems) console.error(`${name}: ${message}`);
}
const summary = summarize(inventory, names, { by: ['server', 'service'], sort: 'count' });
for (const { count, server, service } of summary.rows) console.log(`${count} ${server} ${service}`);
for (const text of await render('markdown', summary)) process.stdout.write(text);
*/

export type {
  Absence,
  AddedService,
  AnsweredService,
  ChangedService,
  Changes,
  ClientsChange,
  GoneMachine,
  GoneService,
  HiddenService,
  MachineAt,
  NewMachine,
  OpenUnused,
  RemoteMachine,
  ServiceAt,
  Silence,
  UnseenService,
} from './inventory/changes/changes.js';
export { type CompareOptions, compare } from './inventory/changes/compare.js';
export { findOpenUnused } from './inventory/changes/open-unused.js';
export type { Span } from './inventory/coverage.js';
export type { InventoryDocument } from './inventory/document/document.js';
export { DocumentError, type DocumentPosition } from './inventory/document/json.js';
export { readDocument } from './inventory/document/reader.js';
export { type WriteOptions, writeDocument } from './inventory/document/writer.js';
export {
  collectEvidence,
  type Evidence,
  type KnownBy,
  type Machine,
  type Service,
  type Use,
} from './inventory/evidence.js';
export type { Filter } from './inventory/filter.js';
export type { CaptureRecord, InputReport, Inventory, Undecoded } from './inventory/inventory.js';
export {
  type HostColumn,
  type HostQuery,
  type HostRow,
  listHosts,
  type NamedPort,
  type Role,
} from './inventory/lists/host-list.js';
export type { Listed } from './inventory/lists/listed.js';
export type { Order } from './inventory/lists/order.js';
export {
  listServices,
  type ServiceColumn,
  type ServiceQuery,
  type ServiceRow,
} from './inventory/lists/service-list.js';
export { findRepeated, mergeInventories, type Repeated } from './inventory/merge.js';
export type { PortState, Scan, ScannedHost, ScannedPort } from './inventory/scan.js';
export type { PortFinding } from './inventory/scan-index.js';
export type { Column, SortColumn } from './inventory/summary/columns.js';
export { EvidenceError } from './inventory/summary/judged-rows.js';
export type { Counted } from './inventory/summary/query.js';
export { type SliceColumn, SliceError, sliceFor } from './inventory/summary/slices.js';
export {
  type Query,
  type Summary,
  type SummaryRow,
  type SummaryRows,
  summarize,
} from './inventory/summary/summary.js';
export type { TimeWindow } from './inventory/time-window.js';
export type { Basis, Flood, Judgements } from './inventory/verdicts/judge.js';
export type { Judgement, Level, Only, Verdict } from './inventory/verdicts/verdict.js';
export {
  type Address,
  type AddressRange,
  formatAddress,
  formatRange,
  parseAddress,
  parseRange,
} from './ip/address.js';
export type { PortRange, Protocol } from './ip/port.js';
export { type Environment, type LoadedNames, loadNames, type NamesOptions } from './names/find-hosts-file.js';
export type { NamesFormat, NamesSource } from './names/from/names-source.js';
export type { HostEntry, Hosts, PortName } from './names/hosts.js';
export { HostsFileError, parseHosts } from './names/hosts-file.js';
export type { Mistake } from './names/mistakes.js';
export { type FoundService, Names } from './names/names.js';
export {
  type Excluding,
  type ExpectedPattern,
  type MachinePattern,
  PatternError,
  parseExpectedPattern,
  parseMachinePattern,
  parseServicePattern,
  rangesOf,
  type ServicePattern,
  type SpecificMachinePattern,
} from './names/patterns.js';
export type { Reader } from './sources/input-result.js';
export { Progress } from './sources/progress.js';
export { type InventoryOptions, readInventories, readInventory } from './sources/read-inventory.js';
export type { ReadOptions } from './sources/read-sources.js';
export type { CountOptions } from './tally/options.js';
export { handshakesOf, type RowEvidence } from './tally/row-evidence.js';
export type { TallyRow } from './tally/rows.js';
export type { Folded } from './tally/tally.js';
export type { Totals } from './tally/totals.js';
export type { Clock } from './text/clock.js';
export type { Glob } from './text/glob.js';
export type { Position, Problem, ProblemKind } from './text/problem.js';
export type { OpenUnusedOptions } from './views/changes/open-unused.js';
export type { ChangesOptions } from './views/changes/text.js';
export {
  FORMATS,
  type Format,
  isForPeople,
  LIST_FORMATS,
  type ListFormat,
  type Listing,
  needsDetails,
  REPORT_FORMATS,
  type ReportFormat,
  render,
  renderChanges,
  renderHosts,
  renderOpenUnused,
  renderServices,
  type Screen,
} from './views/index.js';
