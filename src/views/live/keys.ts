// Reads keys from the bytes that a terminal sends. An escape sequence may arrive in parts. ECMA-48 5.4, xterm's ctlseqs.

/** A key: a character, or the name of a key that has none. */
export type Key =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind:
        | 'up'
        | 'down'
        | 'pageUp'
        | 'pageDown'
        | 'home'
        | 'end'
        | 'tab'
        | 'enter'
        | 'escape'
        | 'erase'
        | 'eraseAll'
        | 'interrupt'
        | 'suspend'
        | 'redraw';
    };

type Named = Exclude<Key['kind'], 'text'>;

const CONTROLS: Readonly<Record<string, Named>> = {
  '\u0003': 'interrupt',
  '\u0004': 'interrupt',
  '\u0008': 'erase',
  '\t': 'tab',
  '\n': 'enter',
  '\u000c': 'redraw',
  '\r': 'enter',
  '\u0015': 'eraseAll',
  '\u001a': 'suspend',
  '\u007f': 'erase',
};

/** By the end of the sequence. */
const SEQUENCES: Readonly<Record<string, Named>> = {
  A: 'up',
  B: 'down',
  H: 'home',
  F: 'end',
  '1~': 'home',
  '4~': 'end',
  '5~': 'pageUp',
  '6~': 'pageDown',
  '7~': 'home',
  '8~': 'end',
};

const ESCAPE = '\u001b';
/** A whole sequence, which may have parameters, or one that has only begun. */
const WHOLE = /^\u001b(?:\[([0-9;:<=>?]*[ -/]*[@-~])|O(.))/;
const BEGUN = /^\u001b(?:\[[0-9;:<=>?]*[ -/]*|O)?$/;

export class KeyReader {
  #pending = '';

  /** Whether a sequence has begun: if nothing follows soon, it was the key Escape. */
  get isWaiting(): boolean {
    return this.#pending !== '';
  }

  /** Returns the keys in text that has arrived. */
  read(text: string): Key[] {
    const keys: Key[] = [];
    let rest = this.#pending + text;
    this.#pending = '';
    while (rest !== '') {
      if (BEGUN.test(rest)) {
        this.#pending = rest;
        break;
      }
      const [whole, bracket, single] = WHOLE.exec(rest) ?? [];
      if (whole !== undefined) {
        const kind =
          SEQUENCES[(bracket ?? single ?? '').replace(/^(\d+);\d+~$/, '$1~').replace(/^1;\d+/, '')];
        if (kind !== undefined) keys.push({ kind });
        rest = rest.slice(whole.length);
        continue;
      }
      const character = String.fromCodePoint(rest.codePointAt(0) as number);
      rest = rest.slice(character.length);
      const control = character === ESCAPE ? 'escape' : CONTROLS[character];
      if (control !== undefined) keys.push({ kind: control });
      else if (!/\p{C}/u.test(character)) keys.push({ kind: 'text', text: character });
    }
    return keys;
  }

  /** Returns the keys of a sequence that was not continued. */
  flush(): Key[] {
    const wasWaiting = this.#pending !== '';
    this.#pending = '';
    return wasWaiting ? [{ kind: 'escape' }] : [];
  }
}
