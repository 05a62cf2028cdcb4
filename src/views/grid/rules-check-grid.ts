// The findings of a check of firewall rules as a grid: the columns for people, and those of CSV.

import { describePlace } from '../../firewall/describe.js';
import type { CheckedUse, Finding, RulesCheck } from '../../inventory/rules/check.js';
import { formatCount } from '../../text/count-noun.js';
import { describeJudgement } from '../wording.js';
import type { Grid, GridColumn } from './grid.js';
import { nameColumn, numberColumn, TEXT_COLUMN } from './screen-columns.js';

/** A finding without a connection has empty cells. */
function ofUse(cell: (use: CheckedUse) => string): (finding: Finding) => string {
  return ({ use }) => (use === undefined ? '' : cell(use));
}

const CLIENT = ofUse(({ client }) => client);
const SERVER = ofUse(({ server }) => server);

const COLUMNS: readonly GridColumn<Finding>[] = [
  { key: 'finding', heading: 'Finding', cell: ({ kind }) => kind },
  { key: 'client', heading: 'Client', cell: CLIENT, onScreen: nameColumn(CLIENT) },
  { key: 'client_address', cell: ofUse(({ clientAddress }) => clientAddress) },
  { key: 'server', heading: 'Server', cell: SERVER, onScreen: nameColumn(SERVER) },
  { key: 'address', cell: ofUse(({ address }) => address) },
  { key: 'port', heading: 'Port', isRightAligned: true, cell: ofUse(({ port }) => String(port)) },
  { key: 'service', heading: 'Service', cell: ofUse(({ service }) => service), onScreen: TEXT_COLUMN },
  {
    key: 'handshakes',
    heading: 'Handshakes',
    isRightAligned: true,
    cell: ofUse(({ handshakes }) => String(handshakes)),
    onScreen: {
      ...numberColumn(({ use }) => use?.handshakes ?? 0),
      cell: ofUse(({ handshakes }) => formatCount(handshakes)),
      leaveOut: 2,
    },
  },
  { key: 'verdict', cell: ofUse(({ judgement }) => judgement?.verdict ?? '') },
  {
    heading: 'Evidence',
    cell: ofUse(({ judgement }) => describeJudgement(judgement)),
    onScreen: { leaveOut: 1 },
  },
  {
    key: 'rule',
    heading: 'Rule',
    cell: ({ place }) => (place === undefined ? 'no chain looks at it' : describePlace(place)),
    onScreen: TEXT_COLUMN,
  },
  { key: 'comment', cell: ({ place }) => place?.comment ?? '' },
];

export function rulesCheckGrid({ findings, uses }: Pick<RulesCheck, 'findings' | 'uses'>): Grid<Finding> {
  return {
    columns: COLUMNS,
    rows: findings,
    notes: [],
    empty:
      uses === 0 ? 'Nothing in use was checked.' : 'The rules let through what is in use, and nothing else.',
    describeHidden: (shown) => `${findings.length - shown} more findings are not shown.`,
  };
}
