//! Which partition a key belongs to: Kafka's default, murmur2, computed here so that both adapters agree.

/// The partition of `key` among `partitions`, the same for every adapter and as Kafka's own clients choose it.
///
/// With no partitions it is 0.
#[must_use]
pub fn partition_of(key: &str, partitions: i32) -> i32 {
    let positive = (murmur2(key.as_bytes()) & 0x7fff_ffff).cast_signed();
    positive.checked_rem(partitions).unwrap_or(0)
}

/// A key that belongs to `partition` among `partitions`: for records that are about a partition as a whole.
#[must_use]
pub fn key_of(partition: i32, partitions: i32) -> String {
    // Keys spread evenly, so one is found within some tries for each partition there is.
    let mut keys = (0_u64..).map(|n| n.to_string());
    let sought = partition.checked_rem_euclid(partitions).unwrap_or(0);
    keys.find(|key| partition_of(key, partitions) == sought).unwrap_or_default()
}

fn murmur2(bytes: &[u8]) -> u32 {
    const SEED: u32 = 0x9747_b28c;
    const M: u32 = 0x5bd1_e995;
    const R: u32 = 24;
    // Kafka takes the length as a 32-bit integer; no key is longer.
    #[allow(clippy::cast_possible_truncation)]
    let mut hash = SEED ^ bytes.len() as u32;
    let (words, rest) = bytes.as_chunks::<4>();
    for word in words {
        let mut k = u32::from_le_bytes(*word).wrapping_mul(M);
        k ^= k >> R;
        hash = hash.wrapping_mul(M) ^ k.wrapping_mul(M);
    }
    if !rest.is_empty() {
        for (i, byte) in rest.iter().enumerate() {
            hash ^= u32::from(*byte) << (8 * i);
        }
        hash = hash.wrapping_mul(M);
    }
    hash ^= hash >> 13;
    hash = hash.wrapping_mul(M);
    hash ^ (hash >> 15)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_as_kafka_does() {
        // From Kafka's own UtilsTest.
        let cases = [
            ("21", -973_932_308),
            ("foobar", -790_332_482),
            ("a-little-bit-long-string", -985_981_536),
            ("a-little-bit-longer-string", -1_486_304_829),
            ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971),
            ("abc", 479_470_107),
        ];
        for (key, hash) in cases {
            assert_eq!(murmur2(key.as_bytes()).cast_signed(), hash, "{key}");
        }
    }

    #[test]
    fn every_partition_has_a_key() {
        for partitions in 1..40 {
            for partition in 0..partitions {
                assert_eq!(partition_of(&key_of(partition, partitions), partitions), partition);
            }
        }
        assert_eq!(key_of(0, 0), "0");
    }

    #[test]
    fn stays_within_the_partitions() {
        for partitions in 1..20 {
            for n in 0..200 {
                let partition = partition_of(&format!("key {n}"), partitions);
                assert!((0..partitions).contains(&partition));
            }
        }
        assert_eq!(partition_of("any", 0), 0);
    }
}
