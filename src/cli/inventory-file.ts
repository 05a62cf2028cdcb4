// A file that an inventory is saved to.

import { openAtomic } from '../files/atomic-file.js';
import { OutputError } from '../files/output.js';
import { writeDocument } from '../inventory/document/writer.js';
import type { Inventory } from '../inventory/inventory.js';
import { UsageError } from './usage-error.js';

/** A file for an inventory, opened before the work begins. It keeps its old contents until all is written. */
export interface Save {
  /** @throws OutputError */
  write(inventory: Inventory): void;
  /** Does nothing after a write. */
  abandon(): void;
}

/** `option` is the option that names the file. @throws UsageError if it cannot be opened */
export function openSave(path: string, option: string): Save {
  const file = asUsage(() => openAtomic(path));
  const subject = `${option} ${path}`;
  return {
    write(inventory) {
      try {
        for (const chunk of writeDocument(inventory)) if (!file.write(chunk)) break;
        file.commit();
      } catch (error) {
        throw new OutputError(error, subject);
      }
    },
    abandon() {
      file.abandon();
    },
  };

  function asUsage<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw new UsageError((error as Error).message, subject);
    }
  }
}
