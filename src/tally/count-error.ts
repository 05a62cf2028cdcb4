/** There are more SYN-ACKs than can be counted, which is possible only in forged inventories. */
export class CountError extends RangeError {
  override readonly name = 'CountError';
}
