// Counts changes.

import type { Changes } from '../../inventory/changes/changes.js';

/** Counts all changes. Suppressed changes and silent services are not included. */
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
