// The map: dims what the filter leaves out, and highlights the whole paths of what is pointed at or has the focus.

/** Highlights in each panel. */
export function followPointer(): void {
  for (const svg of document.querySelectorAll<SVGSVGElement>('.panel svg')) {
    const paths = [...svg.querySelectorAll<SVGPathElement>('path[data-l]')];
    const nodes = [...svg.querySelectorAll<SVGElement>('.c, .s')];
    const highlight = (target: EventTarget | null): void => {
      const node = (target as Element | null)?.closest?.('path[data-l], .c, .s, .h') ?? null;
      svg.classList.toggle('dims', node !== null);
      if (node === null) return;
      const isOn = chooser(node as SVGElement);
      const ends = new Set<string>();
      for (const path of paths) {
        const on = isOn(path.dataset['c'] ?? '', path.dataset['s'] ?? '', path);
        path.classList.toggle('on', on);
        if (on) ends.add(`c${path.dataset['c']}`).add(`s${path.dataset['s']}`);
      }
      for (const one of nodes) {
        const { c, s } = one.dataset;
        one.classList.toggle('on', ends.has(c === undefined ? `s${s}` : `c${c}`));
      }
    };
    svg.addEventListener('pointerover', (event) => highlight(event.target));
    svg.addEventListener('pointerleave', () => highlight(null));
    svg.addEventListener('focusin', (event) => highlight(event.target));
    svg.addEventListener('focusout', () => highlight(null));
  }
}

/** Which lines belong to a client group, a service, the services of a card, or are the line itself. */
function chooser(node: SVGElement): (client: string, service: string, path: Element) => boolean {
  const { l, c, s } = node.dataset;
  if (l !== undefined) return (_client, _service, path) => path === node;
  if (c !== undefined) return (client) => client === c;
  if (s !== undefined) return (_client, service) => service === s;
  const card = `${node.dataset['k']}.`;
  return (_client, service) => service.startsWith(card);
}

/** Shows which links of the map, cells and bands have rows that pass; without any, all. */
export function showPassing(
  links?: ReadonlySet<number>,
  cells?: ReadonlySet<number>,
  bands?: ReadonlySet<number>,
): void {
  mark('path[data-l]', 'l', links);
  mark('[data-z]', 'z', cells);
  mark('[data-f]', 'f', bands);
  for (const svg of document.querySelectorAll('.panel svg')) {
    const ends = new Set<string>();
    for (const path of svg.querySelectorAll<SVGElement>('path[data-l]:not(.off)')) {
      ends.add(`c${path.dataset['c']}`).add(`s${path.dataset['s']}`);
    }
    for (const one of svg.querySelectorAll<SVGElement>('.c, .s')) {
      const { c, s } = one.dataset;
      one.classList.toggle('off', links !== undefined && !ends.has(c === undefined ? `s${s}` : `c${c}`));
    }
  }
}

function mark(selector: string, key: string, passing: ReadonlySet<number> | undefined): void {
  for (const element of document.querySelectorAll<HTMLElement | SVGElement>(selector)) {
    element.classList.toggle('off', passing !== undefined && !passing.has(Number(element.dataset[key])));
  }
}
