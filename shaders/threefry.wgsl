// Counter-based random numbers: Threefry-2x32 with 20 rounds (Salmon, Moraes, Dror & Shaw, 2011). Any number can be
// had at any time, so a mask is computed where it is needed and never stored.

fn rotated(word: u32, by: u32) -> u32 {
  return (word << by) | (word >> (32u - by));
}

fn threefry(key: vec2u, counter: vec2u) -> vec2u {
  let keys = array(key.x, key.y, key.x ^ key.y ^ 0x1bd11bdau);
  let rotations = array(13u, 15u, 26u, 6u, 17u, 29u, 16u, 24u);
  var words = counter + key;
  for (var round = 0u; round < 20u; round++) {
    words.x += words.y;
    words.y = rotated(words.y, rotations[round % 8u]) ^ words.x;
    if (round % 4u == 3u) {
      let injection = (round + 1u) / 4u;
      words.x += keys[injection % 3u];
      words.y += keys[(injection + 1u) % 3u] + injection;
    }
  }
  return words;
}
