// The scope of most tests. To make one takes longer than most of them do.

import { Scope } from '../../src/tally/scope.js';

export const EVERYTHING: Scope = Scope.everything();
