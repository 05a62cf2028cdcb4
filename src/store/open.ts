// Opens a store by its name, and loads only the kind of store that it is.

import type { Store, WritableStore } from './store.js';

/** Opens a store to ask it. @throws StoreError if it cannot be used */
export async function openToAsk(path: string): Promise<Store> {
  const { openForReading } = await import('./sqlite/store.js');
  return inFile(await openForReading(path));
}

/** Opens a store to record, and makes it if it is not there. @throws StoreError if it cannot be used */
export async function openToRecord(path: string): Promise<WritableStore> {
  const { openForRecording } = await import('./sqlite/store.js');
  return inFile(await openForRecording(path));
}

/** Opens a store that is there to change it. @throws StoreError if it cannot be used */
export async function openToKeepUp(path: string): Promise<WritableStore> {
  const { openExisting } = await import('./sqlite/store.js');
  return inFile(await openExisting(path));
}

async function inFile(store: import('./sqlite/store.js').Store): Promise<WritableStore> {
  return (await import('./sqlite/adapter.js')).sqliteStore(store);
}
