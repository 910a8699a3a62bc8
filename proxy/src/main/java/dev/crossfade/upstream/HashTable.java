package dev.crossfade.upstream;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Which endpoint a key belongs to: Maglev's table (Eisenbud et al., NSDI 2016, §3.4). Every
 * endpoint has a permutation of all places by its own name; in turn, as often as weights say, each
 * takes the first place of its permutation that is free. So shares are even to a percent, an
 * endpoint more or less moves few keys, and every proxy with the same endpoints makes the same
 * table. Immutable.
 */
final class HashTable {
  /** A prime, much larger than the number of endpoints. */
  static final int PLACES = 65_537;

  private final char[] owners = new char[PLACES];

  /**
   * @param addresses of all endpoints of a side, at most {@value #PLACES} − 1
   * @param weights theirs
   */
  HashTable(List<String> addresses, int[] weights) {
    int count = addresses.size();
    long[] at = new long[count];
    long[] skip = new long[count];
    int most = 1;
    for (int i = 0; i < count; i++) {
      byte[] name = addresses.get(i).getBytes(StandardCharsets.UTF_8);
      at[i] = Long.remainderUnsigned(hash(name, 0x9e3779b97f4a7c15L), PLACES);
      skip[i] = Long.remainderUnsigned(hash(name, 0xc2b2ae3d27d4eb4fL), PLACES - 1) + 1;
      most = Math.max(most, weights[i]);
    }
    fill(at, skip, weights, most);
  }

  private void fill(long[] at, long[] skip, int[] weights, int most) {
    boolean[] taken = new boolean[PLACES];
    int[] due = new int[at.length];
    int filled = 0;
    while (true) {
      for (int i = 0; i < at.length; i++) {
        due[i] += weights[i];
        if (due[i] < most) {
          continue;
        }
        due[i] -= most;
        while (taken[(int) at[i]]) {
          at[i] = (at[i] + skip[i]) % PLACES;
        }
        taken[(int) at[i]] = true;
        owners[(int) at[i]] = (char) i;
        filled++;
        if (filled == PLACES) {
          return;
        }
      }
    }
  }

  /** Who owns a place; places go round. */
  int owner(int place) {
    return owners[place % PLACES];
  }

  /** The place of a key: keys that are neighbours are not neighbours here. */
  static int place(int key) {
    return (int) Long.remainderUnsigned(mix(key * 0x9e3779b97f4a7c15L + 1), PLACES);
  }

  /** FNV-1a with a finish; from configuration, so nobody can aim at it. */
  private static long hash(byte[] name, long seed) {
    long h = 0xcbf29ce484222325L ^ seed;
    for (byte b : name) {
      h = (h ^ (b & 0xff)) * 0x100000001b3L;
    }
    return mix(h);
  }

  /** Stafford's variant 13 of MurmurHash3's finish, as in SplittableRandom. */
  static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
