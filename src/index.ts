// The library: what `import … from 'synsum'` offers. The same steps as the command: names, a tally with their
// scope, captures read into it, a summary, a view.

export { CaptureError, type CaptureErrorCode } from './capture/errors.js';
export type { Column, SortColumn } from './inventory/columns.js';
export type { InputReport, Inventory } from './inventory/inventory.js';
export {
  type MachinePattern,
  parseMachinePattern,
  parseServicePattern,
  type ServicePattern,
} from './inventory/patterns.js';
export {
  type Query,
  type Summary,
  type SummaryRow,
  type SummaryRows,
  summarize,
} from './inventory/summary.js';
export type { Address, AddressRange } from './names/address.js';
export { loadNames } from './names/find-hosts-file.js';
export { HostsFileError, parseHosts } from './names/hosts-file.js';
export { Names } from './names/names.js';
export { type Reader, type ReadOptions, readCaptures } from './sources/captures.js';
export { Scope } from './tally/scope.js';
export { Tally, type TallyOptions } from './tally/tally.js';
export type { Totals } from './tally/totals.js';
export { FORMATS, type Format, needsDetails, render } from './views/index.js';
