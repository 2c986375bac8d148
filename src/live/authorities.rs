//! Whom to believe that an answer is from AWS: the authorities that the system trusts, or those of `AWS_CA_BUNDLE` alone, as with
//! the AWS CLI. The SDK itself does not read it.
//!
//! <https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-envvars.html>

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use aws_smithy_http_client::tls::{TlsContext, TrustStore};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::Fault;

/// The authorities that are trusted.
///
/// # Errors
/// When the file of `AWS_CA_BUNDLE` cannot be used.
pub(super) fn trusted() -> Result<TlsContext, Fault> {
    let named = env::var_os("AWS_CA_BUNDLE").filter(|path| !path.is_empty());
    let Some(path) = named.map(PathBuf::from) else {
        return Ok(TlsContext::default());
    };
    of_file(&path).map_err(|why| Fault::NoAuthorities { path, why })
}

fn of_file(path: &Path) -> Result<TlsContext, String> {
    let pem = fs::read(path).map_err(|error| error.to_string())?;
    // The connector takes for granted that all are certificates.
    let mut store = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let certificate = certificate.map_err(|error| error.to_string())?;
        let added = store.add(certificate);
        added.map_err(|error| error.to_string())?;
    }
    if store.is_empty() {
        return Err("there is no certificate in it".into());
    }
    let authorities = TrustStore::empty().with_pem_certificate(pem);
    let context = TlsContext::builder().with_trust_store(authorities);
    context.build().map_err(|error| error.to_string())
}
