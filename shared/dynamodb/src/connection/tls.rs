use super::ConnectError;
use rustls::{
    ClientConfig, RootCertStore,
    crypto::{
        CryptoProvider,
        ring::{cipher_suite, default_provider, kx_group},
    },
    pki_types::{CertificateDer, pem::PemObject},
};
use std::{error::Error, path::Path, sync::Arc};

/// The authorities that sign for AWS endpoints (<https://www.amazontrust.com/repository/>). To read
/// a system's 140 roots instead costs 18 million instructions at every cold start.
const AMAZON_ROOTS: [&[u8]; 5] = [
    include_bytes!("../../roots/amazon-root-ca-1.der"),
    include_bytes!("../../roots/amazon-root-ca-2.der"),
    include_bytes!("../../roots/amazon-root-ca-3.der"),
    include_bytes!("../../roots/amazon-root-ca-4.der"),
    include_bytes!("../../roots/starfield-services-root-g2.der"),
];

/// TLS 1.3 on ring, trusting Amazon's roots, or those of `ca_bundle` in their place.
pub(crate) fn client_config(ca_bundle: Option<&Path>) -> Result<ClientConfig, ConnectError> {
    // AES-128 first: with its SHA-256 the key schedule takes half of what it takes with SHA-384.
    // X25519 first: it takes fewer instructions than P-256.
    let provider = CryptoProvider {
        cipher_suites: vec![
            cipher_suite::TLS13_AES_128_GCM_SHA256,
            cipher_suite::TLS13_AES_256_GCM_SHA384,
        ],
        kx_groups: vec![kx_group::X25519, kx_group::SECP256R1],
        ..default_provider()
    };
    let roots = match ca_bundle {
        None => amazon_roots().map_err(ConnectError::Tls)?,
        Some(path) => bundle_roots(path).map_err(|source| ConnectError::CaBundle {
            path: path.to_owned(),
            source,
        })?,
    };
    let config = ClientConfig::builder_with_provider(Arc::new(provider))
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(ConnectError::Tls)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}

fn amazon_roots() -> Result<RootCertStore, rustls::Error> {
    let mut roots = RootCertStore::empty();
    for der in AMAZON_ROOTS {
        roots.add(CertificateDer::from_slice(der))?;
    }
    Ok(roots)
}

fn bundle_roots(path: &Path) -> Result<RootCertStore, Box<dyn Error + Send + Sync>> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(path)? {
        roots.add(certificate?)?;
    }
    if roots.is_empty() {
        return Err("it holds no certificate".into());
    }
    Ok(roots)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// As published at <https://www.amazontrust.com/repository/>.
    const FINGERPRINTS: [&str; 5] = [
        "8ecde6884f3d87b1125ba31ac3fcb13d7016de7f57cc904fe1cb97c6ae98196e",
        "1ba5b2aa8c65401a82960118f80bec4f62304d83cec4713a19c39c011ea46db4",
        "18ce6cfe7bf14e60b2e347b8dfe868cb31d02ebb3ada271569f50343b46db3a4",
        "e35d28419ed02025cfa69038cd623962458da5c695fbdea3c22b0bfb25897092",
        "568d6905a2c88708a4b3025190edcfedb1974a606a13c6e5290fcb2ae63edab5",
    ];

    #[test]
    fn the_roots_are_those_that_amazon_publishes() {
        let fingerprints = AMAZON_ROOTS.map(|der| {
            let hash = ring::digest::digest(&ring::digest::SHA256, der);
            hash.as_ref()
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect::<String>()
        });
        assert_eq!(fingerprints, FINGERPRINTS);
        assert_eq!(amazon_roots().unwrap().len(), 5);
    }

    #[test]
    fn a_bundle_takes_the_place_of_the_roots_and_has_to_hold_one() {
        let folder = std::env::temp_dir().join(format!("roster-bundle-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("bundle.pem");
        std::fs::write(&path, "no certificate").unwrap();
        let conflict = client_config(Some(&path)).unwrap_err();
        std::fs::remove_dir_all(&folder).unwrap();
        assert!(
            matches!(conflict, ConnectError::CaBundle { .. }),
            "{conflict}"
        );
        assert!(
            client_config(Some(&path)).is_err(),
            "a missing bundle is an error too"
        );
    }
}
