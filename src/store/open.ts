// Opens a store by its name, and loads only the kind of store that it is.

import { isFleetName } from './selection.js';
import type { Store, WritableStore } from './store.js';

/** Opens a store to ask it. @throws StoreError if it cannot be used */
export async function openToAsk(name: string): Promise<Store> {
  if (isFleetName(name)) return (await import('./clickhouse/adapter.js')).openFleetToAsk(name);
  const { openForReading } = await import('./sqlite/store.js');
  return inFile(await openForReading(name));
}

/** Opens a store to record, and makes it if it is not there. @throws StoreError if it cannot be used */
export async function openToRecord(name: string, passwordFile?: string): Promise<WritableStore> {
  if (isFleetName(name))
    return (await import('./clickhouse/adapter.js')).openFleetToRecord(name, passwordFile);
  const { openForRecording } = await import('./sqlite/store.js');
  return inFile(await openForRecording(name));
}

/** Opens a store that is there to change it. @throws StoreError if it cannot be used */
export async function openToKeepUp(name: string): Promise<WritableStore> {
  if (isFleetName(name)) return (await import('./clickhouse/adapter.js')).openFleetToAsk(name);
  const { openExisting } = await import('./sqlite/store.js');
  return inFile(await openExisting(name));
}

async function inFile(store: import('./sqlite/store.js').Store): Promise<WritableStore> {
  return (await import('./sqlite/adapter.js')).sqliteStore(store);
}
