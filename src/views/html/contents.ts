// The contents of a report, and its parts.

import type { Changes, OpenUnused } from '../../inventory/changes/changes.js';
import type { Inventory } from '../../inventory/inventory.js';
import type { Picture } from '../../inventory/picture/picture.js';
import type { Clock } from '../../text/clock.js';
import type { Html } from './html.js';

/** The contents of a report. */
export interface ReportContents {
  readonly picture: Picture;
  readonly inventory: Pick<Inventory, 'inputs' | 'totals' | 'scans'>;
  readonly title: string;
  readonly isConfidential: boolean;
  /** Without any script. */
  readonly isStatic: boolean;
  readonly clock: Clock;
  /** The comparison with a baseline. */
  readonly comparison: Comparison | undefined;
  /** Where scans and captures disagree, if there are both. */
  readonly openUnused: OpenUnused | undefined;
}

export interface Comparison {
  readonly baseline: string;
  readonly changes: Changes;
  readonly goneProbability: number;
}

/** A part of the page; without contents it is left out. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: Html;
}
