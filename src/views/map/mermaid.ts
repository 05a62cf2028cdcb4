// A map as a flowchart of Mermaid, https://mermaid.js.org/syntax/flowchart.html: a subgraph for each direction and card.

import type { Direction } from '../../inventory/picture/panels.js';
import type { Picture } from '../../inventory/picture/picture.js';
import { visible } from '../../text/escape.js';
import { serviceTitle, titleOf } from '../html/drawing/panel-words.js';
import { formatCount } from '../html/wording.js';
import { choosePanels, PANEL_TITLES } from './directions.js';

/** @returns the chart in lines */
export function* renderMermaid(
  picture: Picture,
  asked?: readonly Direction[],
): Generator<string, void, undefined> {
  yield 'flowchart LR\n';
  for (const { direction, clients, cards, links } of choosePanels(picture, asked)) {
    yield `  subgraph ${direction}[${quote(PANEL_TITLES[direction])}]\n`;
    for (const [at, group] of clients.entries()) {
      yield `    ${direction}_c${at}[${quote(joined(titleOf(group, picture)))}]\n`;
    }
    for (const [at, card] of cards.entries()) {
      yield `    subgraph ${direction}_s${at}[${quote(joined(titleOf(card, picture)))}]\n`;
      for (const [line, service] of card.services.entries()) {
        yield `      ${direction}_s${at}_${line}[${quote(serviceTitle(service, card))}]\n`;
      }
      yield '    end\n';
    }
    for (const { client, card, service, connections, isUncertain } of links) {
      const arrow = isUncertain ? '-.->' : '-->';
      yield `    ${direction}_c${client} ${arrow}|${quote(formatCount(connections))}| ${direction}_s${card}_${service}\n`;
    }
    yield '  end\n';
  }
}

function joined({ name, size }: { readonly name: string; readonly size: string }): string {
  return size === '' ? name : `${name} (${size})`;
}

/** All but the plainest characters are entities, by number: others may be Markdown, HTML, or the end of the text. */
function quote(text: string): string {
  const escaped = visible(text).replace(
    /[^\p{L}\p{M}\p{N} .,:/()-]/gu,
    (character) => `#${character.codePointAt(0)};`,
  );
  return `"${escaped}"`;
}
