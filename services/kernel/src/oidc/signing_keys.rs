//! The keys that a provider signs with, as a JWK Set (RFC 7517).

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet, KeyOperations, PublicKeyUse};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey};

/// Those that tokens may be signed with: public keys alone, each for its own algorithms.
#[derive(Default)]
pub(super) struct SigningKeys(Vec<SigningKey>);

struct SigningKey {
    id: Option<String>,
    algorithms: Vec<Algorithm>,
    key: DecodingKey,
}

/// Why there is no key for a token.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Missing {
    /// None of that id.
    Unknown,
    /// The one of that id is for other algorithms.
    Unfit,
}

impl SigningKeys {
    /// Reads a JWK Set; keys that can't sign tokens are left out. None, if it is no JWK Set or holds no other keys.
    pub(super) fn read(json: &[u8]) -> Option<Self> {
        let set: JwkSet = serde_json::from_slice(json).ok()?;
        let keys: Vec<SigningKey> = set.keys.iter().filter_map(SigningKey::read).collect();
        (!keys.is_empty()).then_some(Self(keys))
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The key of an id, if it is for the algorithm. Without an id the one key that is.
    pub(super) fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Result<&DecodingKey, Missing> {
        let mut named = self.0.iter().filter(|key| id.is_none() || key.id.as_deref() == id).peekable();
        if named.peek().is_none() {
            return Err(Missing::Unknown);
        }
        let mut fitting = named.filter(|key| key.algorithms.contains(&algorithm));
        match (fitting.next(), fitting.next()) {
            (Some(one), None) => Ok(&one.key),
            (Some(first), Some(_)) if id.is_some() => Ok(&first.key),
            (Some(_), Some(_)) => Err(Missing::Unknown),
            (None, _) => Err(Missing::Unfit),
        }
    }
}

impl SigningKey {
    fn read(jwk: &Jwk) -> Option<Self> {
        let of = &jwk.common;
        let for_signatures = matches!(of.public_key_use, None | Some(PublicKeyUse::Signature));
        let verifies = of.key_operations.as_ref().is_none_or(|all| all.contains(&KeyOperations::Verify));
        if !for_signatures || !verifies {
            return None;
        }
        let mut algorithms = match &jwk.algorithm {
            AlgorithmParameters::RSA(_) => AlgorithmFamily::Rsa.algorithms().to_vec(),
            AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P256 => {
                vec![Algorithm::ES256]
            }
            AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P384 => {
                vec![Algorithm::ES384]
            }
            AlgorithmParameters::OctetKeyPair(key) if key.curve == EllipticCurve::Ed25519 => {
                vec![Algorithm::EdDSA]
            }
            // Above all no shared secrets: whoever can check with one can sign with it.
            _ => return None,
        };
        if let Some(named) = of.key_algorithm {
            let named = Algorithm::try_from(named).ok()?;
            algorithms.retain(|algorithm| *algorithm == named);
        }
        let key = DecodingKey::from_jwk(jwk).ok()?;
        (!algorithms.is_empty()).then(|| Self { id: of.key_id.clone(), algorithms, key })
    }
}
