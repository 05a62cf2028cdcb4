// The model of reports and maps: who serves what to whom, summed up so far that a person can take it in. Everything is
// in an order that depends on the data alone, so that equal inventories give equal pictures. Knows nothing of pages.

import type { Names } from '../../names/names.js';
import type { TimeSlices } from '../../tally/activity.js';
import type { Span } from '../coverage.js';
import { type Evidence, unite } from '../evidence.js';
import type { Inventory } from '../inventory.js';
import { listServices, type ServiceRow } from '../lists/service-list.js';
import { type Basis, judge } from '../verdicts/judge.js';
import { type Findings, findFindings } from './findings.js';
import { type Flow, makeFlow } from './flow.js';
import { type Machine, Machines, type PictureOptions } from './machines.js';
import { type Matrix, makeMatrix } from './matrix.js';
import { DIRECTIONS, type Direction, directionOf, makePanel, type Panel } from './panels.js';
import { listRows, type Row, usesOnMap } from './rows.js';
import { countSlices } from './slices.js';
import { type Activity, listActivity } from './spans.js';

/** Connections are handshakes where these were counted, and SYN-ACKs elsewhere. */
export interface Picture {
  /** By address; the first stands for all remote machines whose addresses are not shown. */
  readonly machines: readonly Machine[];
  /** By server, port and client; each is a client's use of a service. */
  readonly rows: readonly Row[];
  /** The services of our own machines, the most used first. */
  readonly services: readonly ServiceRow[];
  readonly matrix: Matrix;
  readonly panels: Readonly<Record<Direction, Panel>>;
  readonly flow: Flow;
  readonly activity: readonly Activity[];
  /** The slices of time in which activity was counted; undefined if it was not. */
  readonly slices: TimeSlices | undefined;
  readonly findings: Findings;
  /** When anything was first and last seen. */
  readonly span: Span;
  readonly sums: Sums;
  readonly basis: Basis;
}

/** The connections of all rows: those on the map, and those that are not. */
interface Sums {
  readonly connections: number;
  /** Those of rows that are the use of a service, or may be: these are on the map. */
  readonly mapped: number;
  /** Those of rows that nobody used: probed, reset or never answered. */
  readonly unused: number;
  /** Those of rows that are not the use of a service, such as FTP data. */
  readonly notServices: number;
  /** Rows of each kind. */
  readonly rows: { readonly mapped: number; readonly unused: number; readonly notServices: number };
  /** Rows that did not fit into memory, and their SYN-ACKs: nothing else is known of them. */
  readonly folded: { readonly rows: number; readonly synAcks: number };
}

/** Makes the picture of an inventory; `evidence` is what a filter left of it. */
export function makePicture(
  evidence: Evidence,
  inventory: Inventory,
  names: Names,
  options: PictureOptions = {},
): Picture {
  const judgements = judge(evidence, names);
  const machines = new Machines(evidence, names, options);
  const rows = listRows(evidence, machines, judgements, names, options);
  const mapped = rows.filter(isMapped);
  const matrix = makeMatrix(mapped, machines.all);
  const panels = makePanels(mapped, machines.all);
  const flow = makeFlow(mapped, machines.all);
  const span = rows.reduce<Span>(unite, NOTHING);
  const spans = listActivity(mapped, span);
  const uses = usesOnMap(spans, evidence, machines, judgements, names, options);
  const activity = countSlices(spans, uses, inventory.tally);
  const query = { ...options, byAddress: true, sort: 'count' } as const;
  const { rows: services } = listServices(evidence, names, query, judgements);
  return {
    machines: machines.all,
    rows,
    services: services.filter(({ server }) => machines.byLabel(server)?.isOurs === true),
    matrix,
    panels,
    flow,
    activity,
    slices: inventory.tally.timeSlices,
    findings: findFindings(mapped, machines.all, judgements.basis, activity, machines),
    span,
    sums: sumUp(rows, inventory),
    basis: judgements.basis,
  };
}

const NOTHING: Span = { firstSeen: Number.POSITIVE_INFINITY, lastSeen: Number.NEGATIVE_INFINITY };

/** Whether a row is on the map: the use of a service, or what may be one. */
export function isMapped({ kind }: Row): boolean {
  return kind === 'mapped';
}

function makePanels(rows: readonly Row[], machines: readonly Machine[]): Record<Direction, Panel> {
  const parts: Record<Direction, Row[]> = { in: [], among: [], out: [], remote: [] };
  for (const row of rows) parts[directionOf(row, machines)].push(row);
  return Object.fromEntries(
    DIRECTIONS.map((direction) => [direction, makePanel(direction, parts[direction], machines)]),
  ) as Record<Direction, Panel>;
}

function sumUp(rows: readonly Row[], { tally: { folded } }: Pick<Inventory, 'tally'>): Sums {
  const sums = { mapped: 0, unused: 0, notServices: 0 };
  const counts = { mapped: 0, unused: 0, notServices: 0 };
  for (const { kind, connections } of rows) {
    sums[kind] += connections;
    counts[kind] += 1;
  }
  return {
    connections: sums.mapped + sums.unused + sums.notServices,
    ...sums,
    rows: counts,
    folded: { rows: folded.rows, synAcks: folded.count },
  };
}
