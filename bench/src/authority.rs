//! A private certificate authority: what a function must trust, and what the store shows it.
//!
//! A root and a leaf on P-256, so two signatures to check, the leaf's and the handshake's.
//! DynamoDB's own endpoints show a chain with RSA keys, which ring checks but cannot make; their
//! three checks take a little less than these two (docs/design/SPEED.md).

use crate::Error;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::{ServerConfig, pki_types::PrivatePkcs8KeyDer};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// The authority, made anew for every run.
pub struct Authority {
    /// The root certificate in PEM, for `AWS_CA_BUNDLE`.
    pub bundle: PathBuf,
    /// A TLS server that is `localhost`.
    pub server: Arc<ServerConfig>,
}

impl Authority {
    /// Makes the keys and certificates, and writes the bundle into `folder`.
    pub fn new(folder: &Path) -> Result<Self, Error> {
        let mut root = CertificateParams::default();
        root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        root.distinguished_name
            .push(DnType::CommonName, "Bench root");
        let root_key = KeyPair::generate()?;
        let bundle = folder.join("ca.pem");
        std::fs::write(&bundle, root.self_signed(&root_key)?.pem())?;

        let leaf_key = KeyPair::generate()?;
        let leaf = CertificateParams::new(["localhost".to_owned()])?
            .signed_by(&leaf_key, &Issuer::new(root, root_key))?;
        let server =
            ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
                .with_protocol_versions(&[&rustls::version::TLS13])?
                .with_no_client_auth()
                .with_single_cert(
                    vec![leaf.der().clone()],
                    PrivatePkcs8KeyDer::from(leaf_key.serialize_der()).into(),
                )?;
        Ok(Self {
            bundle,
            server: Arc::new(server),
        })
    }
}
