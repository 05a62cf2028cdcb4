// HTML as text that is escaped by construction: whatever is put into a template is escaped, unless it is HTML already. All
// attributes are in double quotes. https://html.spec.whatwg.org/multipage/syntax.html

import { visible } from '../../text/escape.js';

/** Text that is HTML already. Only the functions here make it. */
export interface Html {
  readonly html: string;
}

type Value = Html | string | number | undefined | false | readonly Value[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Escapes text for content and for attributes in quotes. Hidden characters become visible. */
function escapeHtml(text: string): string {
  return visible(text).replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
}

/**
 * Makes HTML from a template. Values are escaped, and nothing stands for undefined and false. Line breaks are left out, with
 * the indentation after them; after a word, and not before the end of an element, they are spaces.
 */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  let text = trim(parts[0] as string);
  for (const [at, value] of values.entries()) text += textOf(value) + trim(parts[at + 1] as string);
  return { html: text };
}

const trimmed = new Map<string, string>();

function trim(part: string): string {
  let text = trimmed.get(part);
  if (text === undefined) {
    text = part.replace(/(?<=[^\s>])\n\s*(?=[^\s<]|<[a-z])/g, ' ').replace(/\n\s*/g, '');
    trimmed.set(part, text);
  }
  return text;
}

function textOf(value: Value): string {
  if (value === undefined || value === false) return '';
  if (typeof value === 'string') return escapeHtml(value);
  if (typeof value === 'number') return String(value);
  if ('html' in value) return value.html;
  let text = '';
  for (const one of value) text += textOf(one);
  return text;
}

/** Text from the build, such as the style sheet: it must contain neither `</script` nor `</style`. */
export function trusted(text: string): Html {
  return { html: text };
}

/** Joins parts with a separator, and the last two with another one. */
export function joinHtml(parts: readonly Html[], separator = ', ', last: string = separator): Html {
  return html`${parts.map((part, at) => [
    part,
    at === parts.length - 1 ? '' : at === parts.length - 2 ? last : separator,
  ])}`;
}
