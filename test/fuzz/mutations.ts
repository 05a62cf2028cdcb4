// Hostile captures: real ones with bytes changed, with parts removed or repeated, or joined with others.

import fc from 'fast-check';

/** A capture, and the largest number of packets that it can have. */
export interface Mutant {
  readonly bytes: Uint8Array;
  /** The captures that it is made of, one mention for each part of them in it. */
  readonly parts: readonly number[];
  /** Places in which it differs from them, seams between parts included. */
  readonly edits: number;
}

interface Edit {
  readonly kind: 'flip' | 'set' | 'word' | 'cut' | 'torn' | 'zeros' | 'insert' | 'repeat' | 'splice';
  /** Where, as a share of the length. */
  readonly at: number;
  readonly length: number;
  readonly value: number;
  readonly other: number;
}

const anyEdit = fc.record({
  kind: fc.constantFrom<Edit['kind']>(
    'flip',
    'set',
    'word',
    'cut',
    'torn',
    'zeros',
    'insert',
    'repeat',
    'splice',
  ),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.oneof(fc.nat(40), fc.nat(3000)),
  // Small lengths and the edges of number ranges do the most harm.
  value: fc.oneof(
    fc.nat(0xffff_ffff),
    fc.nat(300),
    fc.constantFrom(0, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 262_144, 262_145),
  ),
  other: fc.nat(),
});

/** Mutants of these captures, with up to eight edits. */
export function anyMutant(captures: readonly Uint8Array[]): fc.Arbitrary<Mutant> {
  return fc
    .record({
      base: fc.nat(captures.length - 1),
      edits: fc.array(anyEdit, { minLength: 1, maxLength: 8 }),
    })
    .map(({ base, edits }) => {
      const start: Mutant = { bytes: captures[base] ?? new Uint8Array(), parts: [base], edits: 0 };
      return edits.reduce((mutant, edit) => applyEdit(mutant, edit, captures), start);
    });
}

function applyEdit({ bytes, parts, edits }: Mutant, edit: Edit, captures: readonly Uint8Array[]): Mutant {
  const at = Math.floor(edit.at * bytes.length);
  const end = Math.min(bytes.length, at + edit.length);
  const edited = (changed: Uint8Array): Mutant => ({ bytes: changed, parts, edits: edits + 1 });
  switch (edit.kind) {
    case 'flip':
      return edited(changed(bytes, at, (old) => [(old[0] ?? 0) ^ (1 << (edit.value & 7))]));
    case 'set':
      return edited(changed(bytes, at, () => [edit.value & 0xff]));
    case 'word': {
      const word = new DataView(new ArrayBuffer(4));
      word.setUint32(0, edit.value, (edit.other & 1) === 0);
      return edited(changed(bytes, at, () => [...new Uint8Array(word.buffer)]));
    }
    case 'cut':
      return edited(joined(bytes.subarray(0, at), bytes.subarray(end)));
    case 'torn':
      return edited(bytes.slice(0, at));
    case 'zeros':
      return edited(changed(bytes, at, () => new Array<number>(end - at).fill(0)));
    case 'insert':
      return edited(joined(bytes.subarray(0, at), noise(edit.length, edit.value), bytes.subarray(at)));
    case 'repeat':
      return {
        bytes: joined(bytes.subarray(0, end), bytes.subarray(at)),
        parts: [...parts, ...parts],
        edits: edits + 1,
      };
    case 'splice': {
      const other = edit.other % captures.length;
      return {
        bytes: joined(bytes.subarray(0, at), captures[other] ?? new Uint8Array(), bytes.subarray(at)),
        parts: [...parts, other],
        edits: edits + 2,
      };
    }
  }
}

function changed(bytes: Uint8Array, at: number, change: (old: Uint8Array) => readonly number[]): Uint8Array {
  const copy = bytes.slice();
  copy.set(change(copy.subarray(at)).slice(0, copy.length - at), at);
  return copy;
}

function joined(...pieces: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(pieces));
}

/** Bytes that look like nothing, the same for the same seed. */
function noise(length: number, seed: number): Uint8Array {
  let state = seed | 1;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) | 0;
    return state >>> 24;
  });
}
