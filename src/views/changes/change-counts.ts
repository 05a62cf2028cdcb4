// How many changes there are, of each kind and in all.

import type { Changes } from '../../inventory/changes/changes.js';

/** All changes. What is suppressed, or not seen yet, is none. */
export function countChanges(changes: Changes): number {
  return (
    changes.added.length +
    changes.gone.length +
    changes.changed.length +
    changes.newMachines.length +
    changes.goneMachines.length +
    changes.clients.length
  );
}
