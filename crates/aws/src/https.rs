//! The HTTPS client: rustls with ring, and the environment's proxy.

use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_http_client::{Builder, Connector};
use aws_smithy_runtime_api::client::http::SharedHttpClient;

/// Reads the machine's certificates and keeps them. That takes some milliseconds, in which
/// a thread of its own lets others work.
pub fn warm_up() {
    drop(Connector::builder().tls_provider(Provider::Rustls(CryptoMode::Ring)).build());
}

/// Made as the SDK makes its own default client, which is tied to another TLS
/// library: connections are kept per set of timeouts, `HTTPS_PROXY` is heeded.
pub(crate) fn client() -> SharedHttpClient {
    Builder::new().build_with_connector_fn(|settings, components| {
        let mut connector = Connector::builder()
            .proxy_config(ProxyConfig::from_env())
            .tls_provider(Provider::Rustls(CryptoMode::Ring));
        connector.set_connector_settings(settings.cloned());
        connector.set_sleep_impl(components.and_then(|components| components.sleep_impl()));
        connector.build()
    })
}
