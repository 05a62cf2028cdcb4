// A map as one SVG for documents: the panels of a report, one below the other, in colours for white paper.

import type { Direction } from '../../inventory/picture/panels.js';
import type { Picture } from '../../inventory/picture/picture.js';
import { layOut, WIDTH } from '../html/drawing/panel-layout.js';
import { drawPanel } from '../html/drawing/panel-svg.js';
import { html, trusted } from '../html/html.js';
import { count } from '../html/wording.js';
import { choosePanels, PANEL_TITLES } from './directions.js';

const MARGIN = 24;
const TITLE = 54;
const GAP = 36;
/** The light palette of page.css. */
const STYLE =
  '.dim{fill:#576273}.c rect,rect.card{fill:#f6f7f9;stroke:#dde2e9}.internet rect,rect.internet{stroke:#a84a08}' +
  '.links{stroke:#1d5bb8;stroke-opacity:.4}circle{fill:#1d5bb8}.in .links{stroke:#a84a08}.in circle{fill:#a84a08}';

/** @returns the SVG in chunks */
export function* renderSvg(
  picture: Picture,
  asked?: readonly Direction[],
): Generator<string, void, undefined> {
  const panels = choosePanels(picture, asked).map((panel) => ({
    panel,
    height: Math.ceil(layOut(panel).height),
  }));
  const inside = panels.reduce((sum, { height }) => sum + TITLE + height + GAP, 0);
  const height = Math.max(inside - GAP, TITLE) + 2 * MARGIN;
  const width = WIDTH + 2 * MARGIN;
  yield html`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"
    viewBox="0 0 ${width} ${height}" font-family="'DejaVu Sans', Helvetica, Arial, sans-serif" font-size="13"
    fill="#1a2230">
    <style>${trusted(STYLE)}</style>
    <rect width="${width}" height="${height}" fill="#ffffff"/>`.html;
  if (panels.length === 0)
    yield html`<text x="${MARGIN}" y="${MARGIN + 20}">Nobody uses a service.</text>`.html;
  let y = MARGIN;
  for (const { panel, height: panelHeight } of panels) {
    const { clients, servers, services, connections } = panel.sums;
    const facts = [
      count(clients, 'client'),
      count(servers, 'server'),
      count(services, 'service'),
      count(connections, 'connection'),
    ];
    const title = PANEL_TITLES[panel.direction];
    const drawing = drawPanel(panel, picture, { offset: 0, isLinked: false });
    yield html`<text x="${MARGIN}" y="${y + 16}" font-size="19" font-weight="600">${title}</text>
      <text class="dim" x="${MARGIN}" y="${y + 36}">${facts.join(', ')}</text>
      <svg x="${MARGIN}" y="${y + TITLE}" width="${WIDTH}" height="${panelHeight}">${drawing}</svg>`.html;
    y += TITLE + panelHeight + GAP;
  }
  yield '</svg>\n';
}
