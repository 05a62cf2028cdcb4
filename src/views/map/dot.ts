// A map in the language of Graphviz, https://graphviz.org/doc/info/lang.html: a cluster for each direction, a node for each
// client group, and a record with a field for each service of a card.

import type { Card, Direction } from '../../inventory/picture/panels.js';
import type { Picture } from '../../inventory/picture/picture.js';
import { visible } from '../../text/escape.js';
import { serviceTitle, titleOf } from '../html/drawing/panel-words.js';
import { formatCount } from '../html/wording.js';
import { choosePanels, PANEL_TITLES } from './directions.js';

/** @returns the graph in lines */
export function* renderDot(
  picture: Picture,
  asked?: readonly Direction[],
): Generator<string, void, undefined> {
  yield 'digraph synsum {\n';
  yield '  rankdir=LR; ranksep=2; nodesep=0.15; compound=true;\n';
  yield '  graph [fontname="Helvetica", fontsize=16, color="#dde2e9"];\n';
  yield '  node [fontname="Helvetica", fontsize=11, shape=box, style="filled", fillcolor="#f6f7f9", color="#9aa5b5"];\n';
  yield '  edge [fontname="Helvetica", fontsize=9, color="#1d5bb8", arrowsize=0.6];\n';
  for (const panel of choosePanels(picture, asked)) {
    const { direction, clients, cards, links } = panel;
    yield `  subgraph cluster_${direction} {\n    label=${quote(PANEL_TITLES[direction])};\n`;
    for (const [at, group] of clients.entries()) {
      yield `    ${direction}_c${at} [label=${quote(joined(titleOf(group, picture)))}];\n`;
    }
    for (const [at, card] of cards.entries()) {
      yield `    ${direction}_s${at} [shape=record, label=${quote(recordOf(card, picture))}];\n`;
    }
    const most = links.reduce((max, { connections }) => Math.max(max, connections), 1);
    for (const { client, card, service, connections, isUncertain } of links) {
      const width = (1 + 3 * (Math.log(connections + 1) / Math.log(most + 1)) ** 2).toFixed(1);
      const style = isUncertain ? ', style=dashed' : '';
      const ends = `${direction}_c${client} -> ${direction}_s${card}:p${service}`;
      yield `    ${ends} [label="${formatCount(connections)}", penwidth=${width}${style}];\n`;
    }
    yield '  }\n';
  }
  yield '}\n';
}

function recordOf(card: Card, picture: Picture): string {
  const services = card.services.map(
    (service, at) =>
      `<p${at}> ${escapeField(`${serviceTitle(service, card)}  ${formatCount(service.connections)}`)}\\l`,
  );
  return [escapeField(joined(titleOf(card, picture))), ...services].join('|');
}

function joined({ name, size }: { readonly name: string; readonly size: string }): string {
  return size === '' ? name : `${name} (${size})`;
}

/** The characters that divide records, and spaces, which records would join. */
function escapeField(text: string): string {
  return visible(text).replace(/[\\{}|<> ]/g, '\\$&');
}

/** Graphviz reads entities of HTML in labels, and a backslash before a letter as a command. */
function quote(text: string): string {
  const escaped = visible(text).replace(/&/g, '&amp;').replace(/"/g, '\\"');
  return `"${escaped}"`;
}
