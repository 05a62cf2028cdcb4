// What tests ask about problems: their messages alone, where the other fields are not the point.

import type { Problem } from '../../src/text/problem.js';

export function messagesOf(problems: readonly Problem[] = []): string[] {
  return problems.map(({ message }) => message);
}
