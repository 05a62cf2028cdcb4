// Hashes of the ends of connections, with 64 bits. They are the same in every thread, because the findings of several
// threads are combined by them. An attacker gains nothing from addresses that collide: sending the same packet twice has the
// same effect.

const ODD_1: u64 = 0x9e3779b97f4a7c15;
const ODD_2: u64 = 0xbf58476d1ce4e5b9;
const ODD_3: u64 = 0x94d049bb133111eb;

/** Returns the hash of an address and a port, both in the byte order of packets. */
export function end4(address: usize, port: usize): u64 {
  return hashEnd4(load<u32>(address), load<u16>(port));
}

export function hashEnd4(address: u32, port: u32): u64 {
  return mix((((<u64>port) << 32) | address) * ODD_1);
}

export function end6(address: usize, port: usize): u64 {
  const upper = mix(load<u64>(address) * ODD_1 + load<u16>(port));
  return mix((upper ^ load<u64>(address, 8)) * ODD_3);
}

/** Returns the hash of a handshake between two ends with these initial sequence numbers. Their order does not matter. */
export function hashHandshake(end: u64, isn: u32, otherEnd: u64, otherIsn: u32): u64 {
  return (end ^ (<u64>isn * ODD_3)) + (otherEnd ^ (<u64>otherIsn * ODD_3));
}

function mix(value: u64): u64 {
  const mixed = (value ^ (value >> 32)) * ODD_2;
  return mixed ^ (mixed >> 29);
}
