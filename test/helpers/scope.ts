// The scope of most tests. It is shared, as making one takes longer than most of them.

import { Scope } from '../../src/tally/scope.js';

export const EVERYTHING: Scope = Scope.everything();
