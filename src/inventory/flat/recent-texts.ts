// Texts that were made lately, by number: most rows repeat some of the last ones.

const RECENT = 1024;
const NO_NUMBER = 0xffff_ffff;

export class RecentTexts {
  readonly #make: (number: number) => string;
  /** Each at its number modulo `RECENT`. */
  readonly #texts: string[] = [];
  readonly #numbers = new Uint32Array(RECENT).fill(NO_NUMBER);

  /** @param make returns the text with a number, which is always the same */
  constructor(make: (number: number) => string) {
    this.#make = make;
  }

  at(number: number): string {
    const place = number % RECENT;
    if (this.#numbers[place] !== number) {
      this.#numbers[place] = number;
      this.#texts[place] = this.#make(number);
    }
    return this.#texts[place] as string;
  }
}
