/** The system does not allow the memory that counting needs. */
export class MemoryError extends RangeError {
  override readonly name = 'MemoryError';
}
