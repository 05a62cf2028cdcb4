// `synsum save -o FILE [source…]`: writes an inventory, which every command reads.

import { openAtomic } from '../../files/atomic-file.js';
import { fileLength } from '../../files/file-length.js';
import { writeDocument } from '../../inventory/document/writer.js';
import type { Inventory } from '../../inventory/inventory.js';
import { documentKindOf } from '../../sources/document-kind.js';
import { EXIT_DONE, EXIT_INCOMPLETE, EXIT_USAGE } from '../exit-codes.js';
import { checkOutput } from '../inputs.js';
import type { SaveOptions } from '../inventory-program.js';
import { reportListing } from '../report.js';
import type { Context } from '../run.js';
import { readNamed, resolveSources, sourcesOrStdin } from '../sources.js';
import { UsageError } from '../usage-error.js';

/** A file for an inventory, opened before the work begins. It stays as it was until all is written. */
export interface Save {
  write(inventory: Inventory): void;
  /** Does nothing if it was written. */
  abandon(): void;
}

export async function saveCommand(
  named: readonly string[],
  options: SaveOptions,
  context: Context,
): Promise<number> {
  const sources = sourcesOrStdin(named);
  const { output = '-', quiet = false } = options;
  // An inventory may be written over one that it has in it, but over nothing else that it is made from.
  checkOutput(output, sources.filter(isOther));
  const settings = await resolveSources(options, context);
  const save = openSave(output, '-o');
  try {
    const request = { digests: true, clients: true, hours: true };
    const { inventory, hasProblems, isEmpty } = await readNamed(sources, settings, context, request);
    if (isEmpty && hasProblems) return EXIT_USAGE;
    checkOutput(
      output,
      inventory.inputs.filter(({ format }) => format === undefined).map(({ name }) => name),
    );
    // To end a stream is to say that it was all. Files are read before.
    const isCut = inventory.inputs.length < sources.length || sources.every(isFile);
    if (isEmpty || (settings.signal.aborted && isCut)) {
      throw new UsageError('stopped before all was read, and nothing is written', `-o ${output}`);
    }
    save.write(inventory);
    if (!quiet) {
      reportListing(
        inventory,
        settings.names,
        { items: 'rows', count: inventory.tally.countRows() },
        context.stderr,
      );
    }
    return hasProblems ? EXIT_INCOMPLETE : EXIT_DONE;
  } finally {
    save.abandon();
  }
}

function isOther(name: string): boolean {
  return documentKindOf(name) !== 'inventory';
}

function isFile(name: string): boolean {
  return fileLength(name) !== undefined;
}

/** @throws UsageError for a file that cannot be written; `option` is the one that names it */
export function openSave(path: string, option: string): Save {
  const file = asUsage(() => openAtomic(path));
  return {
    write(inventory) {
      asUsage(() => {
        for (const chunk of writeDocument(inventory)) if (!file.write(chunk)) break;
        file.commit();
      });
    },
    abandon() {
      file.abandon();
    },
  };

  function asUsage<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw new UsageError((error as Error).message, `${option} ${path}`);
    }
  }
}
