/** Loads a 4-byte number in the byte order of a capture. */
export function word(at: usize, isSwapped: bool): u32 {
  const value = load<u32>(at);
  return isSwapped ? bswap(value) : value;
}
