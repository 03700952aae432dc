//! An authority of the test's own.

use std::fs;
use std::path::Path;

use rcgen::{BasicConstraints, Certificate, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use reqwest::Identity;

/// Signs certificates.
pub(super) struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate and its key.
pub(super) struct Issued(Certificate, KeyPair);

impl Authority {
    pub(super) fn new() -> Self {
        let mut params = CertificateParams::new([]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    pub(super) fn pem(&self) -> String {
        self.0.pem()
    }

    pub(super) fn issue(&self, name: &str) -> Issued {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new([name.to_owned()]).unwrap();
        Issued(params.signed_by(&key, &self.0).unwrap(), key)
    }
}

impl Issued {
    pub(super) fn certificate(&self) -> String {
        self.0.pem()
    }

    pub(super) fn private_key(&self) -> String {
        self.1.serialize_pem()
    }

    pub(super) fn write(&self, cert: &Path, key: &Path) {
        fs::write(cert, self.certificate()).unwrap();
        fs::write(key, self.private_key()).unwrap();
    }

    pub(super) fn identity(&self) -> Identity {
        Identity::from_pem((self.private_key() + &self.certificate()).as_bytes()).unwrap()
    }
}
