// The library: what `import … from 'synsum'` offers. The same steps as the commands: names, sources read into an
// inventory, what is asked of it (a summary, services, hosts, changes), a view.

export { CaptureError, type CaptureErrorCode } from './capture/errors.js';
export type { Changes, OpenUnused } from './inventory/changes/changes.js';
export { type CompareOptions, compare } from './inventory/changes/compare.js';
export { findOpenUnused } from './inventory/changes/open-unused.js';
export { DocumentError, readDocument } from './inventory/document/reader.js';
export { type WriteOptions, writeDocument } from './inventory/document/writer.js';
export { collectEvidence, type Evidence } from './inventory/evidence.js';
export type { CaptureRecord, InputReport, Inventory } from './inventory/inventory.js';
export { type HostQuery, type HostRow, listHosts } from './inventory/lists/host-list.js';
export { listServices, type ServiceQuery, type ServiceRow } from './inventory/lists/service-list.js';
export { findRepeated, mergeInventories, type Repeated } from './inventory/merge.js';
export type { Scan, ScannedHost, ScannedPort } from './inventory/scan.js';
export type { Column, SortColumn } from './inventory/summary/columns.js';
export {
  type Query,
  type Summary,
  type SummaryRow,
  type SummaryRows,
  summarize,
} from './inventory/summary/summary.js';
export type { Address, AddressRange } from './ip/address.js';
export { loadNames } from './names/find-hosts-file.js';
export { HostsFileError, parseHosts } from './names/hosts-file.js';
export { Names } from './names/names.js';
export {
  type ExpectedPattern,
  type MachinePattern,
  PatternError,
  parseExpectedPattern,
  parseMachinePattern,
  parseServicePattern,
  type ServicePattern,
} from './names/patterns.js';
export type { Reader } from './sources/input-result.js';
export { type InventoryOptions, readInventory } from './sources/read-inventory.js';
export { type ReadOptions, readSources } from './sources/read-sources.js';
export type { TallyOptions } from './tally/options.js';
export { Scope } from './tally/scope.js';
export { Tally } from './tally/tally.js';
export type { Totals } from './tally/totals.js';
export {
  DIFF_FORMATS,
  type DiffFormat,
  FORMATS,
  type Format,
  LIST_FORMATS,
  type ListFormat,
  type Listing,
  needsDetails,
  render,
  renderChanges,
  renderHosts,
  renderOpenUnused,
  renderServices,
} from './views/index.js';
