// The formats whose captures are records, one after another, each with its length in its header: walk/record-walker.ts
// walks them all.

/** How to read the records of a format. `offset` is always that of a record header, which is whole. */
export interface RecordFormat {
  readonly kind: 'snoop' | 'erf';
  /** The bytes of a record header that the other functions read. */
  readonly headerLength: number;
  /** Returns the length of the record with its header; undefined if the header cannot be right. */
  lengthAt(view: DataView, offset: number): number | undefined;
  /** Returns the time in whole seconds since the epoch; undefined if the record has none. */
  secondsAt(view: DataView, offset: number): number | undefined;
  /** Returns the time in whole microseconds since the epoch. */
  timeAt(view: DataView, offset: number): number;
  /** Returns the LINKTYPE_ value of all packets. @throws CaptureError UNSUPPORTED_VERSION if there is none */
  linkTypeAt(view: DataView, offset: number): number;
  /** Returns the offset at which the packet begins, as its link layer has it. The record is whole. */
  packetAt(view: DataView, offset: number): number;
  /** Returns the offset after the captured bytes of the packet. */
  packetEndAt(view: DataView, offset: number): number;
}
