// The columns about use: a phrase for people, numbers and words for programs.

import { EVIDENCE } from '../../inventory/document/fields.js';
import type { SummaryRow } from '../../inventory/summary/summary.js';
import { type Judgement, levelOf } from '../../inventory/verdicts/verdict.js';
import { formatCount } from '../../text/count-noun.js';
import { describeJudgement } from '../wording.js';
import type { GridColumn } from './grid.js';

/** The part of a row that these columns read. Each is undefined if it is not known. */
interface JudgedRow {
  readonly handshakes?: number | undefined;
  readonly evidence?: SummaryRow['evidence'] | undefined;
  readonly judgement?: Judgement | undefined;
}

/** A column for people, as in `used 20`. */
export function judgementColumn<Row extends JudgedRow>(): GridColumn<Row> {
  return {
    heading: 'Evidence',
    cell: ({ judgement }) => describeJudgement(judgement),
    onScreen: {
      cell: ({ judgement }) => describeJudgement(judgement, formatCount),
      look: ({ judgement }) => (judgement && levelOf(judgement.verdict) === 'no' ? 'faint' : undefined),
    },
  };
}

/** Columns of CSV, by the names that JSON has. */
export function evidenceColumns<Row extends JudgedRow>(): GridColumn<Row>[] {
  return [
    { key: 'handshakes', cell: ({ handshakes }) => (handshakes === undefined ? '' : String(handshakes)) },
    ...Object.entries(EVIDENCE).map(([key, name]) => ({
      key,
      cell: ({ evidence }: Row) => (evidence === undefined ? '' : String(evidence[name])),
    })),
    { key: 'verdict', cell: ({ judgement }) => judgement?.verdict ?? '' },
    { key: 'level', cell: ({ judgement }) => (judgement === undefined ? '' : levelOf(judgement.verdict)) },
  ];
}
