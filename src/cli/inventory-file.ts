// A file that an inventory is saved to.

import { type AtomicFile, openAtomic } from '../files/atomic-file.js';
import { OutputError } from '../files/output.js';
import { reasonOf } from '../files/system-error.js';
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
  const subject = `${option} ${path}`;
  const file = openFor(subject, path);
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
}

function openFor(subject: string, path: string): AtomicFile {
  try {
    return openAtomic(path);
  } catch (error) {
    throw new UsageError(reasonOf(error), subject);
  }
}
